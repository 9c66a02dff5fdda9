/**
 * Carrying one execution in the foreground, as `wf run` and `wf wait` do: move it if nobody else does, watch it otherwise.
 */
import type { CarryOptions } from "../model/client.ts";
import { fail } from "../model/errors.ts";
import type { ProgressListener } from "../model/progress.ts";
import type { ExecutionRecord } from "../model/records.ts";
import { isTerminal } from "../model/status.ts";
import type { Carries } from "./carries.ts";
import { keepsMs } from "./carry-settings.ts";
import type { Clock, Timers } from "./host.ts";
import { isInLine, OVERTAKE_MS, PlaceWatch } from "./place-watch.ts";
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
  const line = new PlaceWatch();
  const children = new Children();
  for (let isFirst = true; ; isFirst = false) {
    if (parts.closing.aborted) throw fail("CLOSED", { what: "The engine" });
    const claimed = await claim(parts, id, { holdMs, line, onProgress: options.onProgress, isFirst });
    if (claimed !== undefined) {
      const { error, final } = await carries.run(claimed, {
        ...options,
        holdMs,
        givesPlaceBack: true,
        onAdopted: (_, left) => children.add(left),
        onWaiting: (until) => children.add(until),
      });
      const isLast = final !== undefined || (error !== undefined && !isLost(error));
      if (isLast || options.signal?.aborted) await children.left();
      if (final !== undefined) return final;
      if (isLast) throw error;
    }
    const execution = await load(store, id);
    if (options.signal?.aborted || mayLeave(execution, holdMs, { now: parts.clock.now(), line })) {
      if (!children.areHere) return execution;
      // One of them may be what it waits for.
      await children.left();
    } else await pause(parts, execution, options.signal);
  }
};

/** Children that are carried here as well: what was begun here goes as far as it goes, too. */
class Children {
  readonly #here = new Set<Promise<unknown>>();

  get areHere(): boolean {
    return this.#here.size > 0;
  }

  add(left: Promise<unknown>): void {
    this.#here.add(left);
    void left.then(() => this.#here.delete(left));
  }

  async left(): Promise<void> {
    while (this.#here.size > 0) await Promise.all(this.#here);
  }
}

interface Claiming {
  readonly holdMs: number;
  readonly line: PlaceWatch;
  readonly onProgress: ProgressListener | undefined;
  readonly isFirst: boolean;
}

const claim = async (parts: ForegroundParts, id: string, { holdMs, line, onProgress, isFirst }: Claiming): Promise<Claimed | undefined> => {
  const { store, worker, carries, clock } = parts;
  const kept = carries.takeKept(id);
  if (kept !== undefined) return kept;
  if (carries.left(id) !== undefined) return undefined;
  const execution = await load(store, id);
  const isWaiting = isInLine(execution);
  // Its children may be due, and are taken by whoever has it; once, or it would be taken again and again for one that is far off.
  const mayHaveChildren = isFirst && execution.status === "waiting" && execution.reason === "child";
  if (!isWaiting && !mayHaveChildren && !isMovable(execution, holdMs, clock.now())) return undefined;
  const place = isWaiting ? await store.place(id) : undefined;
  const { asks, overtakes } = isWaiting ? line.look(place, clock.monotonic()) : { asks: true, overtakes: false };
  if (asks) {
    await worker.register();
    const claimed = await store.claimOne(id, { worker: worker.record, now: clock.now(), overtakes });
    if (claimed !== undefined) return claimed;
  }
  if (place !== undefined && line.isNews(place)) onProgress?.({ type: "in-line", executionId: id, place });
  return undefined;
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
    case "waiting": {
      const ms = keepsMs(execution, { holdMs, givesPlaceBack: true });
      return ms === Number.POSITIVE_INFINITY || (execution.wakeAt !== null && execution.wakeAt - now <= ms);
    }
    case "paused":
    case "completed":
    case "failed":
    case "cancelled":
      return false;
    default:
      return execution.status satisfies never;
  }
};

const mayLeave = (
  execution: ExecutionRecord,
  holdMs: number,
  { now, line }: { readonly now: number; readonly line: PlaceWatch },
): boolean => {
  if (isTerminal(execution.status) || execution.status === "blocked" || execution.status === "paused") return true;
  if (execution.status === "running") return false;
  if (holdMs === Number.POSITIVE_INFINITY) return false;
  if (isInLine(execution)) return !line.hasRoom || holdMs < OVERTAKE_MS;
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
  const lookIn = execution.status === "running" || isInLine(execution) ? WATCH_MS : LOOK_MS;
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
