import { describe, expect, test } from "bun:test";
import { fail } from "../../../src/model/errors.ts";
import { wf } from "../harness.ts";

describe("wf daemon", () => {
  test("refuses options that are not right, and starts nothing", async () => {
    for (const [line, message] of [
      ["daemon --concurrency none", "--concurrency takes a whole number"],
      ["daemon --grace soon", "--grace: "],
      ["daemon --hung-after never", "--hung-after: "],
      ["daemon upgrade", "wf daemon takes install, status, uninstall, or nothing"],
      ["daemon --print", "--print belongs to `wf daemon install`"],
      ["daemon install now", "Too many arguments"],
    ] as const) {
      const { code, stderr, opened } = await wf(line);
      expect([line, code, opened]).toEqual([line, 2, []]);
      expect(stderr).toContain(message);
    }
  });

  test("without a project starts nothing", async () => {
    const locateProject = (): never => {
      throw fail("USAGE", { problem: "There is no folder /none" });
    };
    expect(await wf("daemon --dir /none", { opener: { locateProject } })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("no folder"),
    });
  });
});
