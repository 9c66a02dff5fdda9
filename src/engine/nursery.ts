/**
 * Children of the executions of this process: made, taken and carried beside their parents.
 *
 *     made ──► taken at once ──► carried ──► over
 *       └────► waits ◄───────────────┘ parked, and its parent is held in memory for whatever it takes
 *                └──► tried for again when an execution leaves this process, and every second
 *
 * They wait for room in this process, for a place in their lane, or for their time, and begin no sooner. What they wait for is often held
 * by their own sisters. Of a lane only the first in line is tried for.
 */
import type { ExecutionRecord, StepIdentity } from "../model/records.ts";
import { isTerminal } from "../model/status.ts";
import type { Carries } from "./carries.ts";
import type { Nursery, Upbringing } from "./child-care.ts";
import { keepsMs } from "./carry-settings.ts";
import { type ChildFacts, type ChildPlan, planChild } from "./children.ts";
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

interface Waiting extends Upbringing {
  readonly id: string;
  readonly lane: string | null;
  /** For a place in it, when it was last looked at. */
  isInLine: boolean;
  readonly priority: number;
  readonly createdAt: number;
  readonly line: PlaceWatch;
  /** It is carried here, or is not waited for any more. */
  readonly done: () => void;
}

export class ProcessNursery implements Nursery {
  readonly #parts: NurseryParts;
  /** As they stand in their lanes. */
  #waiting: Waiting[] = [];
  /** To be taken when they are made, since when. */
  readonly #coming = new Map<string, number>();
  /** How many children of a parent are carried. */
  readonly #here = new Map<string, number>();
  #looking: Promise<void> | undefined;
  #looksAgain = false;
  #timer: Cancel | undefined;

  constructor(parts: NurseryParts) {
    this.#parts = parts;
    parts.closing.addEventListener("abort", () => this.#close(), { once: true });
  }

  #close(): void {
    this.#timer?.();
    for (const { done } of this.#waiting.splice(0)) done();
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
    if (this.isHere(id) || this.#coming.has(id)) return false;
    if (carries().size + this.#coming.size >= MAX_LIVE) {
      for (const [other, since] of this.#coming) if (now - since > COMING_MS) this.#coming.delete(other);
      return false;
    }
    this.#coming.set(id, now);
    return true;
  }

  adopt(claimed: Claimed, { parent, settings }: Upbringing): void {
    this.#coming.delete(claimed.execution.id);
    const { execution } = claimed;
    const left = this.#parts.carries().run(claimed, settings);
    settings.onAdopted?.(claimed, left);
    this.#here.set(parent, (this.#here.get(parent) ?? 0) + 1);
    const gone = left.then(({ final }) => {
      this.#gone(parent);
      // Nobody else in this process would take it up again.
      return final === undefined && isKept({ settings }) ? this.fetch(execution.id, { parent, settings }).catch(() => {}) : undefined;
    });
    settings.onWaiting?.(gone);
  }

  #gone(parent: string): void {
    const left = (this.#here.get(parent) ?? 0) - 1;
    if (left > 0) this.#here.set(parent, left);
    else this.#here.delete(parent);
  }

  async fetch(id: string, { parent, settings }: Upbringing): Promise<void> {
    this.#coming.delete(id);
    const child = await this.find(id);
    if (typeof child !== "object" || this.#parts.closing.aborted || !this.#isWorthWaiting(child, { parent, settings })) return;
    const { lane, priority, createdAt } = child;
    const { promise, resolve } = Promise.withResolvers<void>();
    settings.onWaiting?.(promise);
    const line = { line: new PlaceWatch(), isInLine: isInLine(child), lane };
    this.#add({ id, parent, settings, priority, createdAt, ...line, done: resolve });
    await this.someoneLeft();
  }

  /** Its parent is kept for it, whatever it takes; or it is so soon that it is worth keeping in memory. */
  #isWorthWaiting(child: ExecutionRecord, { parent, settings }: Upbringing): boolean {
    if (!isKept({ settings })) return isSoon(child, settings.holdMs, this.#parts.clock.now());
    const { status } = child;
    return !isTerminal(status) && (this.isHere(parent) || (status !== "paused" && status !== "blocked"));
  }

  /** A parent that is kept in memory for one of its children would take up its room for ever. */
  #hasRoomFor(one: Waiting): boolean {
    return this.#parts.carries().size < MAX_LIVE || (isKept(one) && this.isHere(one.parent) && !this.#here.has(one.parent));
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
        if (this.#parts.closing.aborted) break;
        if ((one.isInLine && full.has(one.lane)) || !this.#hasRoomFor(one)) continue;
        if (await this.#take(one)) this.#drop(one);
        else if (one.isInLine) full.add(one.lane);
      }
    }
  }

  /** Where somebody waits for one of them, nothing else may be left that keeps the process. */
  #lookLater(): void {
    this.#timer?.();
    this.#timer = undefined;
    if (this.#waiting.length === 0 || this.#parts.closing.aborted) return;
    const background = !this.#waiting.some(isKept);
    this.#timer = this.#parts.timers.after(LOOK_MS, () => void this.someoneLeft(), { background });
  }

  /** @returns false when it may still come to be taken here */
  async #take(one: Waiting): Promise<boolean> {
    try {
      return await this.#tryFor(one);
    } catch (error) {
      return codeOf(error) === "CORRUPT"; // else it passes, as a lock does
    }
  }

  #drop(one: Waiting): void {
    this.#waiting = this.#waiting.filter((other) => other !== one);
    one.done();
  }

  async #tryFor(one: Waiting): Promise<boolean> {
    const { id, parent, settings, line } = one;
    const { store, worker, clock } = this.#parts;
    if (settings.signal?.aborted === true || this.isHere(id)) return true;
    const child = await this.find(id);
    if (typeof child !== "object" || !this.#isWorthWaiting(child, { parent, settings })) return true;
    one.isInLine = isInLine(child);
    const { asks, overtakes } = one.isInLine ? line.look(await store.place(id), clock.monotonic()) : NOT_IN_LINE;
    if (!asks || !isTakeable(child, keepsMs(child, settings), clock.now())) return false;
    await worker().register();
    const claimed = await store.claimOne(id, { worker: worker().record, now: clock.now(), overtakes });
    if (claimed !== undefined) this.adopt(claimed, { parent, settings });
    return claimed !== undefined || this.isHere(id);
  }
}

/** Whoever carries its parent waits for it, however long it takes. */
const isKept = ({ settings }: Pick<Upbringing, "settings">): boolean => settings.holdMs === Number.POSITIVE_INFINITY;

const NOT_IN_LINE = { asks: true, overtakes: false } as const;

const comesBefore = (one: Waiting, other: Waiting): boolean =>
  one.priority > other.priority || (one.priority === other.priority && one.createdAt < other.createdAt);

/** Due, or so soon that it is worth keeping in memory; or behind others, whose end brings it here. */
const isSoon = ({ status, reason, wakeAt }: ExecutionRecord, holdMs: number, now: number): boolean => {
  if (status === "running") return true; // the claim knows whether its owner is alive
  if (status !== "pending" && status !== "sleeping" && status !== "waiting") return false;
  return reason === "concurrency" || isDueIn(wakeAt, holdMs, now);
};

/** The claim knows whether a place is free, and its own. What sleeps may as well sleep in memory; what has not begun begins in its time. */
const isTakeable = (child: ExecutionRecord, keptMs: number, now: number): boolean => {
  const { status, reason, wakeAt } = child;
  if (status === "running" || reason === "concurrency") return status === "running" || isInLine(child);
  const maySleepHere = status === "sleeping" || status === "waiting";
  return status !== "paused" && status !== "blocked" && isDueIn(wakeAt, maySleepHere ? keptMs : 0, now);
};

const isDueIn = (wakeAt: number | null, ms: number, now: number): boolean => wakeAt !== null && wakeAt - now <= ms;
