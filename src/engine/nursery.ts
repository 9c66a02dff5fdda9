/**
 * Children of the executions of this process: made, taken and carried beside their parents.
 *
 *     made ──► taken at once ──► carried
 *       └────► waits: for room in this process, or for a place in its lane ──► tried for again when an execution leaves this process,
 *                                                                              and every second, since a place may come from elsewhere
 *
 * What they wait for is often held by their own sisters. Of a lane only the first in line is tried for.
 */
import type { ExecutionRecord, StepIdentity } from "../model/records.ts";
import type { Carries } from "./carries.ts";
import type { Nursery } from "./child-care.ts";
import { type ChildFacts, type ChildPlan, planChild } from "./children.ts";
import type { CarrySettings } from "./carry-settings.ts";
import type { Cancel, Clock, Timers } from "./host.ts";
import { isInLine, PlaceWatch } from "./place-watch.ts";
import type { NewExecution } from "./start.ts";
import type { Claimed, Store } from "./store.ts";
import { codeOf } from "./values.ts";
import type { Worker } from "./worker.ts";

/** A workflow may ask for any number of children at once; about this many are in memory at the same time. */
const MAX_LIVE = 1_000;
const LOOK_MS = 1_000;
/** One that was to be taken when it is made, and was not by then, is not on its way any more: its parent has lost its lease. */
const COMING_MS = 60_000;

export interface NurseryParts extends ChildFacts {
  readonly store: Store;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly carries: () => Carries;
  readonly worker: () => Worker;
  /** Aborted when the engine closes. */
  readonly closing: AbortSignal;
}

interface Waiting {
  readonly id: string;
  readonly settings: CarrySettings;
  readonly lane: string | null;
  readonly priority: number;
  readonly createdAt: number;
  readonly line: PlaceWatch;
}

export class ProcessNursery implements Nursery {
  readonly #parts: NurseryParts;
  /** As they stand in their lanes. */
  #waiting: Waiting[] = [];
  /** To be taken when they are made, since when. */
  readonly #coming = new Map<string, number>();
  #looking: Promise<void> | undefined;
  #looksAgain = false;
  #timer: Cancel | undefined;

  constructor(parts: NurseryParts) {
    this.#parts = parts;
  }

  plan(parent: ExecutionRecord, call: StepIdentity, child: ChildPlan): Promise<NewExecution> {
    return planChild(this.#parts, parent, call, child);
  }

  async find(id: string): Promise<ExecutionRecord | "unreadable" | undefined> {
    try {
      return await this.#parts.store.execution(id);
    } catch (error) {
      if (codeOf(error) === "CORRUPT") return "unreadable";
      throw error;
    }
  }

  isHere(id: string): boolean {
    return this.#parts.carries().left(id) !== undefined;
  }

  mayTake(id: string): boolean {
    const { carries, clock } = this.#parts;
    const now = clock.monotonic();
    if (carries().size + this.#coming.size >= MAX_LIVE) {
      for (const [other, since] of this.#coming) if (now - since > COMING_MS) this.#coming.delete(other);
      return false;
    }
    this.#coming.set(id, now);
    return true;
  }

  adopt(claimed: Claimed, settings: CarrySettings): void {
    this.#coming.delete(claimed.execution.id);
    const left = this.#parts.carries().run(claimed, settings);
    settings.onAdopted?.(claimed, left);
  }

  async fetch(id: string, settings: CarrySettings): Promise<void> {
    this.#coming.delete(id);
    const child = await this.find(id);
    if (typeof child !== "object" || !isWorthWaiting(child, settings.holdMs, this.#parts.clock.now())) return;
    const { lane, priority, createdAt } = child;
    this.#add({ id, settings, lane, priority, createdAt, line: new PlaceWatch() });
    await this.someoneLeft();
  }

  #add(one: Waiting): void {
    const at = this.#waiting.findLastIndex((other) => !comesBefore(one, other));
    this.#waiting.splice(at + 1, 0, one);
  }

  /** An execution has left this process, or there is one more that waits. */
  someoneLeft(): Promise<void> {
    this.#looksAgain = true;
    return (this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
      this.#lookLater();
    }));
  }

  async #look(): Promise<void> {
    while (this.#looksAgain) {
      this.#looksAgain = false;
      const full = new Set<string | null>();
      for (const one of [...this.#waiting]) {
        if (this.#parts.carries().size >= MAX_LIVE || this.#parts.closing.aborted) break;
        if (full.has(one.lane)) continue;
        if (await this.#take(one)) this.#waiting = this.#waiting.filter((other) => other !== one);
        else if (one.lane !== null) full.add(one.lane);
      }
    }
  }

  #lookLater(): void {
    if (this.#waiting.length === 0 || this.#timer !== undefined || this.#parts.closing.aborted) return;
    const look = (): void => {
      this.#timer = undefined;
      void this.someoneLeft();
    };
    this.#timer = this.#parts.timers.after(LOOK_MS, look, { background: true });
  }

  /** @returns false when it may still come to be taken here */
  async #take(one: Waiting): Promise<boolean> {
    try {
      return await this.#tryFor(one);
    } catch (error) {
      return codeOf(error) === "CORRUPT"; // else it passes, as a lock does
    }
  }

  async #tryFor({ id, settings, line }: Waiting): Promise<boolean> {
    const { store, worker, clock } = this.#parts;
    if (settings.signal?.aborted === true || this.isHere(id)) return true;
    const child = await this.find(id);
    if (typeof child !== "object" || !isWorthWaiting(child, settings.holdMs, clock.now())) return true;
    const { asks, overtakes } = isInLine(child) ? line.look(await store.place(id), clock.monotonic()) : NOT_IN_LINE;
    if (!asks || !isTakeable(child)) return false;
    await worker().register();
    const claimed = await store.claimOne(id, { worker: worker().record, now: clock.now(), overtakes });
    if (claimed !== undefined) this.adopt(claimed, settings);
    return claimed !== undefined || this.isHere(id);
  }
}

const NOT_IN_LINE = { asks: true, overtakes: false } as const;

const comesBefore = (one: Waiting, other: Waiting): boolean =>
  one.priority > other.priority || (one.priority === other.priority && one.createdAt < other.createdAt);

/** Due, or so soon that it is worth keeping in memory; or behind others, whose end brings it here. */
const isWorthWaiting = (child: ExecutionRecord, holdMs: number, now: number): boolean => {
  const { status, reason, wakeAt } = child;
  if (status === "running") return true; // the claim knows whether its owner is alive
  if (status !== "pending" && status !== "sleeping" && status !== "waiting") return false;
  return reason === "concurrency" || (wakeAt !== null && wakeAt - now <= holdMs);
};

/** The claim knows whether a place is free, and its own. */
const isTakeable = (child: ExecutionRecord): boolean => child.reason !== "concurrency" || isInLine(child);
