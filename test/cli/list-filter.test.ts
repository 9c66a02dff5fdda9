/** The filters of `wf status`: what each takes, refuses and hands on. */
import { describe, expect, test } from "bun:test";
import { givenFilters, readFilter } from "../../src/cli/list-filter.ts";
import { NOW } from "./harness.ts";

describe("a filter", () => {
  test("is empty without options", () => {
    expect(readFilter({}, NOW)).toEqual({});
    expect(givenFilters({ watch: true })).toEqual([]);
  });

  test("has what was asked for", () => {
    const options = { status: "failed, blocked", workflow: "signup", tag: ["team=a", "k=v=w"], since: "2h", limit: "5" };
    expect(readFilter(options, NOW)).toEqual({
      statuses: ["failed", "blocked"],
      workflow: "signup",
      tags: { team: "a", k: "v=w" },
      since: NOW - 7_200_000,
      limit: 5,
    });
    expect(givenFilters(options)).toEqual(["--status", "--workflow", "--tag", "--since", "--limit"]);
  });

  test.each([
    ["1d 12h", NOW - 129_600_000],
    ["0s", NOW],
    ["2026-02-28T09:00:00Z", NOW - 86_400_000],
    ["2027-01-01T00:00:00Z", Date.UTC(2027, 0, 1)],
  ])("takes --since %p", (since, at) => {
    expect(readFilter({ since }, NOW).since).toBe(at);
  });

  test("takes a time of day as the last such time", () => {
    for (const since of ["00:00", "12:30", "23:59"]) {
      const at = readFilter({ since }, NOW).since ?? Number.NaN;
      expect(at).toBeLessThanOrEqual(NOW);
      expect(at).toBeGreaterThan(NOW - 90_000_000); // a day may have 25 hours
    }
  });

  test.each([
    [{ status: "done" }, '--status takes pending, running, sleeping, waiting, paused, blocked, completed, failed, cancelled, not "done"'],
    [{ since: "yesterday" }, '--since: "yesterday" is not a time'],
    [{ limit: "0" }, "--limit takes a whole number from 1 to 10000"],
    [{ limit: "10001" }, "--limit takes a whole number from 1 to 10000"],
    [{ tag: ["team"] }, "--tag takes key=value"],
  ] as const)("refuses %j", (options, problem) => {
    expect(() => readFilter(options, NOW)).toThrow(problem);
  });

  test("takes the most that is given at once", () => {
    expect(readFilter({ limit: "10000" }, NOW)).toEqual({ limit: 10_000 });
  });
});
