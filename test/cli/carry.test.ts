import { describe, expect, test } from "bun:test";
import { exitOfCarried } from "../../src/cli/carried.ts";
import { carryAndReport, readCarrySettings, startDeadline } from "../../src/cli/carry.ts";
import type { CarryOptions } from "../../src/model/client.ts";
import type { ExecutionView } from "../../src/model/views.ts";
import { clientOf, contextOf, executionOf, iso, settle, stepOf } from "./harness.ts";

describe("how long to stay", () => {
  test("is left to the project, unless --hold or --wait says otherwise", () => {
    expect(readCarrySettings({})).toEqual({ holdMs: undefined, timeoutMs: undefined, detach: false });
    expect(readCarrySettings({ hold: "0s" }).holdMs).toBe(0);
    expect(readCarrySettings({ wait: true }).holdMs).toBe(Infinity);
    expect(readCarrySettings({ wait: true, timeout: "5s" })).toMatchObject({ holdMs: Infinity, timeoutMs: 5_000 });
  });

  test("cannot be said twice, nor of what is not carried here", () => {
    for (const options of [
      { wait: true, hold: "1m" },
      { detach: true, wait: true },
      { detach: true, hold: "1m" },
      { detach: true, timeout: "1s" },
    ]) {
      expect(() => readCarrySettings(options)).toThrow("exclude each other");
    }
  });

  test("is refused when it is no duration", () => {
    expect(() => readCarrySettings({ hold: "a while" })).toThrow(/^--hold: /);
    expect(() => readCarrySettings({ timeout: "5" })).toThrow(/^--timeout: .*unit/);
  });
});

describe("the deadline", () => {
  test("comes by the signal or by the time-out, whichever is first", async () => {
    const bySignal = await contextOf();
    const first = startDeadline(bySignal, 5_000);
    bySignal.controller.abort("SIGINT");
    expect([first.signal.aborted, first.stopped()]).toEqual([true, "signal"]);

    const byTime = await contextOf();
    const second = startDeadline(byTime, 5_000);
    await byTime.timers.advance(4_999);
    expect([second.signal.aborted, second.stopped()]).toEqual([false, undefined]);
    await byTime.timers.advance(1);
    expect([second.signal.aborted, second.stopped()]).toEqual([true, "timeout"]);
  });

  test("without a time-out sets no timer, and leaves none behind when cleared", async () => {
    const context = await contextOf();
    startDeadline(context, undefined);
    expect(context.timers.waiting).toEqual([]);
    startDeadline(context, 5_000).clear();
    expect(context.timers.waiting).toEqual([]);
  });
});

describe("the exit code of what was carried", () => {
  const codeOf = (given: Partial<ExecutionView>, stopped?: "signal" | "timeout", reason = "SIGINT"): number =>
    exitOfCarried({ execution: executionOf(given), stopped }, AbortSignal.abort(reason));

  test("is that of its state", () => {
    expect(codeOf({ status: "completed" })).toBe(0);
    expect(codeOf({ status: "failed" })).toBe(1);
    expect(codeOf({ status: "waiting", wakeAt: null })).toBe(3);
    expect(codeOf({ status: "waiting", wakeAt: iso(1) })).toBe(5);
    expect(codeOf({ status: "sleeping", wakeAt: iso(1) })).toBe(5);
    expect(codeOf({ status: "cancelled" })).toBe(6);
    expect(codeOf({ status: "blocked" })).toBe(7);
  });

  test("is that of the signal or the time-out when it was stopped", () => {
    expect(codeOf({ status: "sleeping" }, "signal")).toBe(130);
    expect(codeOf({ status: "sleeping" }, "signal", "SIGTERM")).toBe(143);
    expect(codeOf({ status: "sleeping" }, "signal", "SIGHUP")).toBe(129);
    expect(codeOf({ status: "sleeping" }, "timeout")).toBe(124);
  });
});

const carrying = async (
  outcome: (options: CarryOptions) => Promise<ExecutionView>,
  settings: Parameters<typeof readCarrySettings>[0] = {},
) => {
  const seen: CarryOptions[] = [];
  const client = clientOf({
    carry: (_: string, options: CarryOptions) => (seen.push(options), outcome(options)),
    history: () => Promise.resolve({ execution: executionOf(), steps: [stepOf()] }),
    getStatus: () => Promise.resolve(executionOf({ status: "pending", reason: "queued", finishedAt: null, output: null, wakeAt: iso() })),
  });
  const context = await contextOf({ client });
  return { context, seen, code: carryAndReport(context, client, "signup-7f3k9q2m4d", readCarrySettings(settings)) };
};

/** As an engine does: when it is told to stop it parks. */
const parksWhenTold =
  (given: Partial<ExecutionView>) =>
  ({ signal }: CarryOptions): Promise<ExecutionView> =>
    new Promise((resolve) => {
      const park = (): void =>
        resolve(executionOf({ status: "sleeping", reason: "sleep", wakeAt: iso(5_000), finishedAt: null, output: null, ...given }));
      if (signal?.aborted) park();
      else signal?.addEventListener("abort", park);
    });

describe("carrying an execution", () => {
  test("stays as long as it was told, and prints what became of it", async () => {
    const { context, seen, code } = await carrying(() => Promise.resolve(executionOf()), { hold: "90s" });
    expect(await code).toBe(0);
    expect(seen).toMatchObject([{ holdMs: 90_000 }]);
    expect(context.stdout.text).toContain("signup-7f3k9q2m4d completed in 1.3s");
    expect(context.stdout.text).toContain('{ "customerId": "c1" }');
  });

  test("stops at Ctrl-C and prints the command that goes on", async () => {
    const { context, code } = await carrying(parksWhenTold({}));
    await settle();
    context.controller.abort("SIGINT");
    expect(await code).toBe(130);
    expect(context.stderr.text).toBe(
      "stopping at the next commit; once more stops at once\n" +
        "stopped, nothing is lost: go on here with `wf wait signup-7f3k9q2m4d`, or in the background with `wf tick` or `wf daemon`\n",
    );
  });

  test("stops when --timeout has passed, and not before", async () => {
    const { context, code } = await carrying(parksWhenTold({}), { timeout: "5s" });
    await settle();
    await context.timers.advance(4_999);
    expect(context.stderr.text).toBe("");
    await context.timers.advance(1);
    expect(await code).toBe(124);
    expect(context.stderr.text).toStartWith("the time-out has passed, nothing is lost: go on here with `wf wait ");
  });

  test("gives its own code when it ended although it was told to stop", async () => {
    for (const [status, expected] of [
      ["completed", 0],
      ["failed", 1],
      ["blocked", 7],
    ] as const) {
      const { context, code } = await carrying(parksWhenTold({ status, wakeAt: null, reason: null, finishedAt: iso() }));
      await settle();
      context.controller.abort("SIGTERM");
      expect(await code).toBe(expected);
      expect(context.stderr.text).not.toContain("nothing is lost");
    }
  });

  test("leaves no timer behind, also when it fails", async () => {
    const { context, code } = await carrying(() => Promise.reject(new Error("boom")), { timeout: "5s" });
    expect(code).rejects.toThrow("boom");
    await settle();
    expect(context.timers.waiting).toEqual([]);
  });

  test("detached carries nothing, prints where it stands and gives 0", async () => {
    const { context, seen, code } = await carrying(() => Promise.reject(new Error("carried")), { detach: true });
    expect([await code, seen]).toEqual([0, []]);
    expect(context.stdout.text).toContain("is pending");
  });
});
