/** Records to fill a store with, and the few calls every topic needs. */
import type { Claimed, OwnerWrite, Store } from "../../../src/engine/store.ts";
import {
  type EventRecord,
  type ExecutionRecord,
  type LogRecord,
  ORDINARY,
  type StepRecord,
  type WorkerRecord,
} from "../../../src/model/records.ts";

export const NOW = 1_760_000_000_000;

export const execution = (id: string, parts: Partial<ExecutionRecord> = {}): ExecutionRecord => ({
  id,
  workflow: "signup",
  version: 1,
  sourceHash: null,
  status: "pending",
  reason: "queued",
  reasonDetail: null,
  wakeAt: NOW,
  inputText: '{"email":"a@b.c"}',
  outputText: null,
  errorText: null,
  createdAt: NOW,
  startedAt: null,
  finishedAt: null,
  deadlineAt: null,
  restarts: 0,
  panics: 0,
  panic: { maxRestarts: 3, delayMs: 5_000, factor: 2, maxDelayMs: 600_000 },
  parentId: null,
  ...ORDINARY,
  tags: {},
  ...parts,
});

export const step = (name: string, parts: Partial<StepRecord> = {}): StepRecord => ({
  scope: "",
  kind: "step",
  name,
  n: 1,
  status: "completed",
  order: 1,
  attempt: 1,
  outputText: '"done"',
  errorText: null,
  startedAt: NOW,
  finishedAt: NOW + 5,
  wakeAt: null,
  flags: 0,
  detail: null,
  ...parts,
});

export const waiting = (name: string, parts: Partial<StepRecord> = {}): StepRecord =>
  step(name, { kind: "event", status: "waiting", order: null, outputText: null, finishedAt: null, ...parts });

export const worker = (id: string, pid = 100, parts: Partial<WorkerRecord> = {}): WorkerRecord => ({
  id,
  role: "run",
  version: "1.0.0",
  host: "here",
  bootId: "boot-1",
  pid,
  startTime: "77",
  startedAt: NOW,
  seenAt: NOW,
  seenBootMs: 1_000_000,
  ...parts,
});

export const event = (id: string, name = "paid", parts: Partial<EventRecord> = {}): EventRecord => ({
  id,
  name,
  payloadText: '{"sum":3}',
  sentAt: NOW,
  ...parts,
});

export const log = (message: string, parts: Partial<LogRecord> = {}): LogRecord => ({
  at: NOW,
  level: "info",
  source: "user",
  message,
  dataText: null,
  step: null,
  ...parts,
});

export const submit = (store: Store, write: OwnerWrite): Promise<void> =>
  new Promise((resolve, reject) => store.submit(write, (error) => (error === undefined ? resolve() : reject(error))));

/** An execution that `owner` has from the start. */
export async function owned(store: Store, id: string, owner = worker("w1"), parts: Partial<ExecutionRecord> = {}): Promise<Claimed> {
  const creation = await store.create(execution(id, parts), { claimFor: owner });
  if (!creation.created || creation.claimed === undefined) throw new Error(`${id} was there already`);
  return creation.claimed;
}

/** Parks what `claimed` holds, as the engine does: state and lease in one write. */
export const park = (store: Store, { lease }: Claimed, parts: OwnerWrite["change"] = {}, more: Partial<OwnerWrite> = {}): Promise<void> =>
  submit(store, { lease, change: { status: "sleeping", reason: "sleep", wakeAt: NOW + 60_000, ...parts }, release: true, ...more });

/** The code of what a promise is rejected with; "none" when it is not. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return "none";
  } catch (error) {
    return String((error as { code?: unknown }).code ?? error);
  }
}
