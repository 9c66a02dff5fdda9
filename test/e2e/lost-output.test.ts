/**
 * Goal: whatever becomes of its output, a command does what it was asked for, and its exit code says how that went.
 *
 * Method: all lines of `contract/lines.ts` in one project for each way in which output is lost, without a process for each. A line counts
 * on those before it, so one that had not done its work would show in the next.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { WriteBytes } from "../../src/model/write-all.ts";
import type { Here } from "../support/in-process.ts";
import { type Finished, playground, type Playground } from "../support/wf.ts";
import { type Line, LINES } from "./contract/lines.ts";
import { runLine } from "./contract/run-line.ts";
import { WORKFLOWS } from "./contract/workflows.ts";

/** Takes so many bytes, and then none any more. */
const failing = (code: string, bytes = 0): WriteBytes => {
  let left = bytes;
  return (_fd, _bytes, _offset, length) => {
    if (left === 0) throw Object.assign(new Error(`${code}: write`), { code });
    const taken = Math.min(left, length);
    left -= taken;
    return taken;
  };
};

type Way = Pick<Here, "onStdout" | "onStderr">;

const run = (way: () => Way): ReadonlyMap<Line, Finished> => {
  const results = new Map<Line, Finished>();
  let at: Playground;
  beforeAll(async () => {
    at = playground({ "all.ts": WORKFLOWS });
    for (const each of LINES) results.set(each, await runLine(each, at, { format: "json", ...way() }));
  });
  afterAll(() => at.remove());
  return results;
};

const eachLine = LINES.map((each) => [each.line, each] as const);

describe("standard output whose reader has gone", () => {
  const results = run(() => ({ onStdout: failing("EPIPE") }));

  test.each(eachLine)("wf %s is quiet about it", (_, each) => {
    const { code: exit, stderr } = results.get(each) as Finished;
    expect([exit, stderr]).toEqual([each.code, each.document === "failure" ? expect.stringMatching(/^error: /) : expect.any(String)]);
    expect(stderr).not.toMatch(/EPIPE|^\s+at /m);
  });
});

describe("standard output on a disk that is full", () => {
  const results = run(() => ({ onStdout: failing("ENOSPC", 10) }));

  test.each(eachLine)("wf %s says so, with exit 1, and writes nothing after the gap", (_, each) => {
    const { code, stdout, stderr } = results.get(each) as Finished;
    expect(Buffer.byteLength(stdout)).toBeLessThanOrEqual(10);
    expect(stderr).not.toMatch(/^\s+at /m);
    if (each.document === "failure") expect([code, stderr.match(/^error: /gm)?.length]).toEqual([each.code, 1]);
    else if (stdout.length < 10) expect(code).toBe(each.code);
    else expect([code, stderr]).toEqual([1, expect.stringContaining("error: Standard output could not be written: ENOSPC")]);
  });
});

describe("standard error that takes nothing", () => {
  const results = run(() => ({ onStderr: failing("ENOSPC") }));

  test.each(eachLine)("wf %s prints its document and gives its code", (_, each) => {
    const { code: exit, stdout, stderr } = results.get(each) as Finished;
    expect([exit, stderr]).toEqual([each.code, ""]);
    if (each.isStream !== true) expect(() => JSON.parse(stdout) as unknown).not.toThrow();
  });
});
