/** `--watch`: new facts in a pipe, the whole on a terminal, and an end. */
import { describe, expect, test } from "bun:test";
import type { Screen } from "../../src/cli/screen.ts";
import { watch, type Watched } from "../../src/cli/watch.ts";
import type { ExecutionView } from "../../src/model/views.ts";
import { contextOf, executionOf, settle, type TestContext } from "./harness.ts";

const running = executionOf({ id: "a-1", status: "running", finishedAt: null });
const sleeping = executionOf({ id: "a-1", status: "sleeping", reason: "sleep", reasonDetail: 'sleep "trial"', finishedAt: null });
const other = executionOf({ id: "b-2" });

const watched = (executions: readonly ExecutionView[], isOver = false): Watched => ({
  text: executions.map(({ status }) => status).join("\n"),
  executions,
  isOver,
});

/** One look after the other; the last of them again and again. */
const begin = async (looks: readonly Watched[], given: Parameters<typeof contextOf>[0] = {}, screen?: Screen) => {
  const context: TestContext = await contextOf(given);
  let count = 0;
  const codes: number[] = [];
  const look = (): Promise<Watched> => Promise.resolve(looks[Math.min(count++, looks.length - 1)] ?? watched([]));
  void watch(context, look, screen).then((code) => codes.push(code));
  await settle();
  return { context, codes, looks: () => count };
};

describe("in a pipe", () => {
  test("what there is is written first, the newest last, and then a line for each change", async () => {
    const { context } = await begin([watched([running, other]), watched([running, other]), watched([sleeping, other])]);
    expect(context.stdout.text).toBe("2026-03-01T09:00:00.000Z  b-2  signup  completed\n2026-03-01T09:00:00.000Z  a-1  signup  running\n");
    await context.timers.advance(1_000);
    expect(context.stdout.text.split("\n")).toHaveLength(3);
    await context.timers.advance(1_000);
    expect(context.stdout.text).toEndWith('2026-03-01T09:00:00.000Z  a-1  signup  sleeping  sleep "trial"\n');
    expect(context.stdout.text).not.toContain("\x1b");
  });

  test("as JSON each change is a document of its own", async () => {
    const { context } = await begin([watched([running]), watched([sleeping])], { format: "json" });
    await context.timers.advance(1_000);
    expect(
      context.stdout.text
        .trim()
        .split("\n")
        .map((row) => JSON.parse(row) as unknown),
    ).toEqual([running, sleeping]);
  });
});

describe("on a terminal", () => {
  test("the text is drawn every second, and nothing is appended", async () => {
    const drawn: string[] = [];
    const { context } = await begin([watched([running]), watched([sleeping])], {}, { draw: (text) => drawn.push(text) });
    await context.timers.advance(2_500);
    expect(drawn).toEqual(["running", "sleeping", "sleeping"]);
    expect(context.stdout.text).toBe("");
  });
});

describe("it ends", () => {
  test("with 0 when all is over, which is shown", async () => {
    const { codes, context, looks } = await begin([watched([running]), watched([other], true)]);
    await context.timers.advance(5_000);
    expect(codes).toEqual([0]);
    expect(looks()).toBe(2);
    expect(context.stdout.text).toContain("completed");
    expect(context.timers.waiting).toEqual([]);
  });

  test("at once when all is over from the start", async () => {
    expect((await begin([watched([other], true)])).codes).toEqual([0]);
  });

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ])("with the code of %s", async (signal, code) => {
    const { codes, context } = await begin([watched([running])]);
    context.controller.abort(signal);
    await settle();
    expect(codes).toEqual([code]);
    expect(context.timers.waiting).toEqual([]);
  });
});
