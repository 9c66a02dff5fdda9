/** Facts for the tests of "why": an execution that waits for an event, in the hands of nobody, with a tick a minute ago. */
import type { WhyFacts } from "../../src/engine/why-facts.ts";
import { type ExecutionRecord, ORDINARY, type StepRecord, type WorkerRecord } from "../../src/model/records.ts";

export const NOW = Date.UTC(2026, 2, 1, 9);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

export const executionOf = (given: Partial<ExecutionRecord> = {}): ExecutionRecord => ({
  id: "signup-7f3k",
  workflow: "signup",
  version: 1,
  sourceHash: null,
  status: "waiting",
  reason: "event",
  reasonDetail: null,
  wakeAt: null,
  inputText: "{}",
  outputText: null,
  errorText: null,
  createdAt: NOW - 2 * HOUR,
  startedAt: NOW - 2 * HOUR,
  finishedAt: null,
  deadlineAt: null,
  restarts: 0,
  panics: 2,
  panic: { maxRestarts: 3, delayMs: 5_000, factor: 2, maxDelayMs: 600_000 },
  parentId: null,
  ...ORDINARY,
  tags: {},
  ...given,
});

export const stepOf = (given: Partial<StepRecord> = {}): StepRecord => ({
  scope: "",
  kind: "step",
  name: "charge",
  n: 1,
  status: "running",
  order: null,
  attempt: 1,
  outputText: null,
  errorText: null,
  startedAt: NOW - HOUR,
  finishedAt: null,
  wakeAt: null,
  flags: 0,
  detail: null,
  ...given,
});

export const worker: WorkerRecord = {
  id: "w1",
  role: "run",
  version: "0.1.0",
  host: "box",
  bootId: "b",
  pid: 4242,
  startTime: "1",
  startedAt: NOW - HOUR,
  seenAt: NOW - 3_000,
  seenBootMs: 1,
};

export const factsOf = ({
  execution,
  ...given
}: Partial<Omit<WhyFacts, "execution">> & { readonly execution?: Partial<ExecutionRecord> } = {}): WhyFacts => ({
  execution: executionOf(execution),
  openSteps: [],
  owner: undefined,
  ownerLiveness: undefined,
  lastTickAt: NOW - MINUTE,
  now: NOW,
  cancelRequested: false,
  lastError: null,
  ...given,
});

export const survey = stepOf({ kind: "event", name: "survey", status: "waiting" });
export const trial = (wakeAt: number): StepRecord => stepOf({ kind: "sleep", name: "trial", status: "sleeping", wakeAt });
export const sleeping = (wakeAt: number) => ({
  execution: { status: "sleeping", reason: "sleep", wakeAt } as const,
  openSteps: [trial(wakeAt)],
});
