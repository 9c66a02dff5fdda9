/**
 * Carrying one execution in the foreground, as `wf run` and `wf wait` do: move it if nobody else does, watch it otherwise.
 */
import type { CarryOptions } from "../model/client.ts";
import { fail } from "../model/errors.ts";
import type { ExecutionRecord } from "../model/records.ts";
import { isTerminal } from "../model/status.ts";
import type { Carries } from "./carries.ts";
import type { Clock, Timers } from "./host.ts";
import type { Claimed, Store } from "./store.ts";
import type { Worker } from "./worker.ts";

/** How often an execution that another process moves is looked at. */
const WATCH_MS = 100;
/** The same for one that waits for its time: only a person can change that. */
const LOOK_MS = 1_000;

export interface ForegroundParts {
  readonly store: Store;
  readonly worker: Worker;
  readonly carries: Carries;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Aborted when the engine closes: what it has given back it must not take again. */
  readonly closing: AbortSignal;
}

/** Settles when the execution is over, blocked, parked for longer than `holdMs`, or the signal has made it park. */
export const carryInForeground = async (parts: ForegroundParts, id: string, options: CarryOptions): Promise<ExecutionRecord> => {
  const { store, carries } = parts;
  const holdMs = options.holdMs ?? 0;
  for (;;) {
    if (parts.closing.aborted) throw fail("CLOSED", { what: "The engine" });
    const claimed = await claim(parts, id, holdMs);
    if (claimed !== undefined) {
      const { error, final } = await carries.run(claimed, { ...options, holdMs });
      if (final !== undefined) return final;
      if (error !== undefined && !isLost(error)) throw error;
    }
    const execution = await load(store, id);
    if (options.signal?.aborted || mayLeave(execution, holdMs, parts.clock.now())) return execution;
    await pause(parts, execution, options.signal);
  }
};

const claim = async (parts: ForegroundParts, id: string, holdMs: number): Promise<Claimed | undefined> => {
  const { store, worker, carries, clock } = parts;
  const kept = carries.takeKept(id);
  if (kept !== undefined) return kept;
  if (carries.left(id) !== undefined) return undefined;
  const execution = await load(store, id);
  if (!isMovable(execution, holdMs, clock.now())) return undefined;
  await worker.register();
  return store.claimOne(id, { worker: worker.record, now: clock.now() });
};

/** Due, left behind by a dead process, or parked for so short a time that it is worth keeping in memory. */
const isMovable = (execution: ExecutionRecord, holdMs: number, now: number): boolean => {
  switch (execution.status) {
    case "running":
      return true; // the claim knows whether its owner is alive
    case "pending":
    case "blocked":
      return execution.wakeAt !== null && execution.wakeAt <= now;
    case "sleeping":
    case "waiting":
      return holdMs === Number.POSITIVE_INFINITY || (execution.wakeAt !== null && execution.wakeAt - now <= holdMs);
    case "paused":
    case "completed":
    case "failed":
    case "cancelled":
      return false;
    default:
      return execution.status satisfies never;
  }
};

const mayLeave = (execution: ExecutionRecord, holdMs: number, now: number): boolean => {
  if (isTerminal(execution.status) || execution.status === "blocked" || execution.status === "paused") return true;
  if (execution.status === "running") return false;
  if (holdMs === Number.POSITIVE_INFINITY) return false;
  return execution.wakeAt === null || execution.wakeAt - now > holdMs;
};

/** Until there may be something new: another process moves it, or its restart is due. */
const pause = async (
  { clock, timers, carries }: ForegroundParts,
  execution: ExecutionRecord,
  signal: AbortSignal | undefined,
): Promise<void> => {
  const here = carries.left(execution.id);
  if (here !== undefined) {
    await here;
    return;
  }
  const lookIn = execution.status === "running" ? WATCH_MS : LOOK_MS;
  const dueIn = execution.wakeAt === null ? lookIn : execution.wakeAt - clock.now();
  await new Promise<void>((resolve) => {
    const stop = (): void => {
      cancel();
      signal?.removeEventListener("abort", stop);
      resolve();
    };
    const cancel = timers.after(Math.max(1, Math.min(lookIn, dueIn)), stop);
    signal?.addEventListener("abort", stop, { once: true });
  });
};

const load = async (store: Store, id: string): Promise<ExecutionRecord> => {
  const execution = await store.execution(id);
  if (execution === undefined) throw fail("EXECUTION_NOT_FOUND", { id });
  return execution;
};

const isLost = (error: Error): boolean => (error as { code?: unknown }).code === "LEASE_LOST";
