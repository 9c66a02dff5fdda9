/** `wf doctor`: how findings look, and what the exit code says of them. */
import { describe, expect, test } from "bun:test";
import type { Finding } from "../../../src/model/examination.ts";
import { wf } from "../harness.ts";

const ok: Finding = { what: "SQLite", level: "ok", text: "3.54.1", next: null };
const warning: Finding = { what: "mode", level: "warning", text: "others may read it", next: "chmod 600 .wf.db" };
const problem: Finding = { what: "ticker", level: "problem", text: "nothing ticks\x1b[2J", next: "Run `wf daemon`." };

const doctor = (...findings: readonly Finding[]) =>
  wf(["doctor"], { examination: { file: "/project/.wf.db", ok: false, findings }, env: { LANG: "C.UTF-8" } });

describe("wf doctor", () => {
  test("shows each finding on a line, and below those that are not well what mends them", async () => {
    const { stdout } = await doctor(ok, warning, problem);
    expect(stdout.split("\n").map((line) => line.replace(/^[✓+✗x] /, ""))).toEqual([
      "SQLite    3.54.1",
      "! mode      others may read it",
      "            chmod 600 .wf.db",
      "ticker    nothing ticks\\x1b[2J",
      "            Run `wf daemon`.",
      expect.stringMatching(/^settings  default: all \d+$/),
      "",
    ]);
  });

  test("ends with 1 for a problem, and with 0 for what only deserves a look", async () => {
    expect((await doctor(ok, warning, problem)).code).toBe(1);
    expect((await doctor(ok, warning)).code).toBe(0);
  });
});
