/** Signs and colours: one meaning each, whatever the status is of. */
import { describe, expect, test } from "bun:test";
import { executionMark, paintOf, stepMark } from "../../../src/cli/render/marks.ts";
import { EXECUTION_STATUSES, type StepStatus } from "../../../src/model/status.ts";
import { lookOf, PAINTED } from "./looks.ts";

const painted = lookOf({ style: PAINTED });
const STEP_STATUSES: readonly StepStatus[] = [
  ...(["running", "retrying", "sleeping", "waiting", "completed", "failed", "in-doubt", "cancelled", "skipped"] as const),
];
const colourOf = (text: string): string => /^<(\w)>/.exec(text)?.[1] ?? "";

describe("a colour", () => {
  test.each([
    ["green", "g", ["completed"]],
    ["cyan", "c", ["pending", "running"]],
    ["magenta", "m", ["sleeping", "waiting", "paused"]],
    ["yellow", "y", ["retrying"]],
    ["red", "r", ["blocked", "failed", "in-doubt"]],
    ["dim", "d", ["cancelled", "skipped"]],
  ])("%s is that of its statuses and of no other", (_, letter, statuses) => {
    const executions = EXECUTION_STATUSES.filter((status) => colourOf(executionMark(status, painted)) === letter);
    const steps = STEP_STATUSES.filter((status) => colourOf(stepMark(status, painted)) === letter);
    expect(new Set<string>([...executions, ...steps])).toEqual(new Set(statuses));
  });

  test("of a status word is that of its sign", () => {
    for (const status of EXECUTION_STATUSES)
      expect(colourOf(paintOf(status, painted)("word"))).toBe(colourOf(executionMark(status, painted)));
  });
});

test("a sign is one column wide, also in ASCII, and the same status of a step and an execution has the same", () => {
  for (const isUnicode of [true, false]) {
    const look = lookOf({ isUnicode });
    for (const status of EXECUTION_STATUSES) expect(Bun.stringWidth(executionMark(status, look))).toBe(1);
    for (const status of STEP_STATUSES) {
      expect(Bun.stringWidth(stepMark(status, look))).toBe(1);
      const same = EXECUTION_STATUSES.find((other) => other === status);
      if (same !== undefined) expect(executionMark(same, look)).toBe(stepMark(status, look));
    }
  }
});
