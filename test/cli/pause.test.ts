/** A pause ends with its time or with the signal, and leaves nothing behind. */
import { describe, expect, test } from "bun:test";
import { pause } from "../../src/cli/pause.ts";
import { ManualTimers } from "./harness.ts";

const started = (controller = new AbortController()) => {
  const timers = new ManualTimers();
  const results: boolean[] = [];
  void pause({ after: timers.after, signal: controller.signal }, 1_000).then((result) => results.push(result));
  return { timers, results, controller };
};

describe("a pause", () => {
  test("ends when its time has passed, and not before", async () => {
    const { timers, results } = started();
    await timers.advance(999);
    expect(results).toEqual([]);
    await timers.advance(1);
    expect(results).toEqual([true]);
  });

  test("ends with the signal, and leaves no timer behind", async () => {
    const { timers, results, controller } = started();
    controller.abort("SIGINT");
    await timers.advance(0);
    expect(results).toEqual([false]);
    expect(timers.waiting).toEqual([]);
  });

  test("does not begin after the signal", async () => {
    const { timers, results } = started(Object.assign(new AbortController(), {}));
    expect(timers.waiting).toEqual([1_000]);
    const controller = new AbortController();
    controller.abort();
    const late = started(controller);
    await late.timers.advance(0);
    expect(late.results).toEqual([false]);
    expect(late.timers.waiting).toEqual([]);
    expect(results).toEqual([]);
  });
});
