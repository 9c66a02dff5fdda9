import { describe, expect, test } from "bun:test";
import { readReport, verdict } from "./verdict.ts";

const report = (attributes: string): string =>
  `<?xml version="1.0"?>\n<testsuites name="bun test" ${attributes}>\n  <testsuite name="a" tests="99" failures="99" />\n</testsuites>`;

describe("readReport", () => {
  test("what neither failed nor was skipped has passed", () => {
    expect(readReport(report('tests="7" assertions="9" failures="1" skipped="2"'))).toEqual({ passed: 4, failed: 1, skipped: 2 });
  });
  test.each(["", "<testsuites>", "cut off", report('tests="7" failures="1"'), report('tests="1" failures="2" skipped="0"')])(
    "%p is no report",
    (text) => expect(readReport(text)).toBeUndefined(),
  );
});

describe("verdict", () => {
  const fine = { typesAreRight: true, testsPassed: true, report: { passed: 3, failed: 0, skipped: 0 } };

  test("all passed", () => expect(verdict(fine)).toEqual({ notes: [], line: "3 passed, 0 failed", exitStatus: 0 }));
  test("skipped tests are told and do no harm", () => {
    expect(verdict({ ...fine, report: { passed: 3, failed: 0, skipped: 2 } })).toMatchObject({
      line: "3 passed, 0 failed, 2 skipped",
      exitStatus: 0,
    });
  });
  test("failed tests need no note", () => {
    const given = { ...fine, testsPassed: false, report: { passed: 3, failed: 2, skipped: 0 } };
    expect(verdict(given)).toEqual({ notes: [], line: "3 passed, 2 failed", exitStatus: 1 });
  });
  test("failures are believed before a status of success", () => {
    expect(verdict({ ...fine, report: { passed: 3, failed: 1, skipped: 0 } })).toMatchObject({ line: "3 passed, 1 failed", exitStatus: 1 });
  });
  test.each([
    ["a type error", { ...fine, typesAreRight: false }, "3 passed, 1 failed"],
    ["a file that did not load", { ...fine, testsPassed: false }, "3 passed, 1 failed"],
    ["a run without a report", { ...fine, report: undefined }, "0 passed, 1 failed"],
    ["a run of no test", { ...fine, report: { passed: 0, failed: 0, skipped: 4 } }, "0 passed, 1 failed, 4 skipped"],
  ])("%s is a failure, and is named", (_, given, line) => {
    expect(verdict(given)).toMatchObject({ line, exitStatus: 1, notes: expect.arrayContaining([expect.any(String)]) });
  });
});
