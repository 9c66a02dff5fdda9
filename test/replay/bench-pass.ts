/** A pass under the hand of a test: calls are collected, completions are given by name, turns are real. */
import type { WorkflowContext } from "../../src/model/context.ts";
import type { StepIdentity, StepRecord } from "../../src/model/records.ts";
import type { Call } from "../../src/replay/call.ts";
import { makeContext } from "../../src/replay/context.ts";
import type { PassEnd } from "../../src/replay/outcome.ts";
import { Pass } from "../../src/replay/pass.ts";

export interface Bench {
  readonly pass: Pass;
  /** Calls that reached the engine, in order. */
  readonly calls: Call[];
  readonly late: StepIdentity[];
  readonly logged: string[];
  readonly seen: { idle: number; stalled: number; end: PassEnd | undefined };
  /** Completes the oldest open call of that name. */
  complete(name: string, value?: unknown): StepRecord;
  failStep(name: string, message: string): StepRecord;
  turns(count?: number): Promise<void>;
  /** Fires the grace timer, if one is set. */
  passGrace(): void;
}

export const bench = (run: (ctx: WorkflowContext) => unknown, steps: readonly StepRecord[] = []): Bench => {
  const calls: Call[] = [];
  const late: StepIdentity[] = [];
  const logged: string[] = [];
  const seen: Bench["seen"] = { idle: 0, stalled: 0, end: undefined };
  let order = steps.filter((step) => step.order !== null).length;
  let grace: (() => void) | undefined;
  const settled = new Set<string>();
  const log = (message: string): void => void logged.push(message);
  const pass: Pass = new Pass({
    run: (self) => run(makeContext(self, { ...FACTS, log: () => ({ debug: log, info: log, warn: log, error: log }) })),
    steps,
    marks: new Map(),
    sink: {
      call: (call) => void calls.push(call),
      idle: () => void seen.idle++,
      dropped: () => undefined,
      marked: () => undefined,
      stalled: () => void seen.stalled++,
      ended: (end) => {
        seen.end = end;
      },
      late: (step) => void late.push(step),
    },
    enter: (fn) => fn(),
    decodeError: (text) => new Error(text),
    turn: (fn) => void setImmediate(fn),
    after: (_ms, fn) => {
      grace = fn;
      return () => {
        grace = undefined;
      };
    },
    startedAt: 1_000,
    graceMs: 3_000,
  });
  pass.start();
  const settle = (name: string, facts: Partial<StepRecord>): StepRecord => {
    const call = calls.find((one) => one.identity.name === name && !settled.has(one.key));
    if (call === undefined) throw new Error(`nothing called "${name}" is open`);
    settled.add(call.key);
    const record = recordOf(call.identity, { order: ++order, finishedAt: 1_000 + order, ...facts });
    pass.complete(call, record);
    return record;
  };
  return {
    ...{ pass, calls, late, logged, seen },
    complete: (name, value) => settle(name, { outputText: value === undefined ? null : JSON.stringify(value) }),
    failStep: (name, message) => settle(name, { status: "failed", errorText: message }),
    turns: async (count = 5) => {
      for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
    },
    passGrace: () => grace?.(),
  };
};

const FACTS = {
  ...{ executionId: "x-1", workflow: "w", version: 2, attempt: 1, tags: { a: "b" }, seed: "x-1" },
  signal: () => new AbortController().signal,
  isInsideStep: () => false,
  scheduledFor: null,
  transact: () => Promise.reject(new Error("no transactions here")),
  shell: () => Promise.reject(new Error("no shell here")),
  maxValueBytes: 1_048_576,
};

export const recordOf = (identity: StepIdentity, facts: Partial<StepRecord> = {}): StepRecord => ({
  ...{ scope: identity.scope, kind: identity.kind, name: identity.name, n: identity.n },
  ...{ status: "completed", order: null, attempt: 1, outputText: null, errorText: null, startedAt: 1, finishedAt: null, wakeAt: null },
  ...{ flags: 0, detail: null },
  ...facts,
});

/** A recorded step, for histories written by hand. */
export const recorded = (name: string, order: number | null, value: unknown, facts: Partial<StepRecord> = {}): StepRecord =>
  recordOf(
    { scope: "", kind: "step", name, n: 1 },
    { order, outputText: JSON.stringify(value) ?? null, finishedAt: 1_000 + (order ?? 0), ...facts },
  );
