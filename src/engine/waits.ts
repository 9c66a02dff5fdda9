/**
 * The durable waits of one execution while it is in memory: sleeps, events with a time-out, retries between two attempts.
 *
 * One timer for all, set to the earliest. Waits that are due are woken in the order of their deadlines, then of their calls, so that two
 * sleeps which end in the same moment end in the same order on every machine.
 */
import type { StepIdentity } from "../model/records.ts";
import { identityText } from "../model/step-reference.ts";
import type { Cancel, Clock, Timers } from "./host.ts";

/** What only a person can end: the execution stays until then, whatever else it waits for. */
export type Stop = "in-doubt" | "paused";

/** It is ended by a person alone. */
export const isStop = ({ for: kind }: Pick<Wait, "for">): boolean => kind === "in-doubt" || kind === "paused";

export interface Wait {
  readonly key: string;
  readonly identity: StepIdentity;
  readonly for: "sleep" | "event" | "retry" | "child" | Stop;
  /** Null: only an event ends it. */
  readonly wakeAt: number | null;
  readonly detail: string;
  readonly wake: () => void;
}

export class Waits {
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #waits = new Map<string, Wait>();
  #cancelTimer: Cancel | undefined;
  #armedFor: number | undefined;

  constructor(clock: Clock, timers: Timers) {
    this.#clock = clock;
    this.#timers = timers;
  }

  add(wait: Wait): void {
    this.#waits.set(wait.key, wait);
    this.#arm();
  }

  remove(key: string): void {
    if (this.#waits.delete(key)) this.#arm();
  }

  /** The wait that decides when the execution must be in memory again; one without a deadline only when there is no other. */
  first(): Wait | undefined {
    let first: Wait | undefined;
    for (const wait of this.#waits.values()) {
      if (first === undefined || (wait.wakeAt ?? Number.POSITIVE_INFINITY) < (first.wakeAt ?? Number.POSITIVE_INFINITY)) first = wait;
    }
    return first;
  }

  /** The first that only a person can end. */
  stop(): Wait | undefined {
    for (const wait of this.#waits.values()) if (isStop(wait)) return wait;
    return undefined;
  }

  has(key: string): boolean {
    return this.#waits.has(key);
  }

  all(): readonly Wait[] {
    return [...this.#waits.values()];
  }

  /** Ends one before its time, as a person has asked. @param which its identity as text; null is the first that is no wait for an event */
  wakeEarly(which: string | null): void {
    const waits = [...this.#waits.values()].filter(({ for: what }) => what === "sleep" || what === "retry" || what === "event");
    const wait =
      which === null
        ? waits.filter((one) => one.for !== "event").toSorted((a, b) => (a.wakeAt ?? 0) - (b.wakeAt ?? 0))[0]
        : waits.find(({ identity }) => identityText(identity) === which);
    if (wait === undefined) return;
    this.remove(wait.key);
    wait.wake();
  }

  clear(): void {
    this.#waits.clear();
    this.#arm();
  }

  #arm(): void {
    const wakeAt = this.first()?.wakeAt ?? undefined;
    if (wakeAt === this.#armedFor) return;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#armedFor = wakeAt;
    if (wakeAt === undefined) return;
    if (wakeAt > this.#clock.now()) this.#cancelTimer = this.#timers.at(wakeAt, () => this.#wakeDue());
    else this.#cancelTimer = this.#nextTurn(() => this.#wakeDue());
  }

  /** Not at once: of several waits that a pass finds due, the one with the earliest deadline must end first, whichever was called first. */
  #nextTurn(fn: () => void): Cancel {
    let cancelled = false;
    this.#timers.turn(() => {
      if (!cancelled) fn();
    });
    return () => {
      cancelled = true;
    };
  }

  #wakeDue(): void {
    this.#cancelTimer = undefined;
    this.#armedFor = undefined;
    const now = this.#clock.now();
    const due = [...this.#waits.values()].filter((wait) => wait.wakeAt !== null && wait.wakeAt <= now);
    due.sort((a, b) => (a.wakeAt ?? 0) - (b.wakeAt ?? 0));
    for (const wait of due) this.#waits.delete(wait.key);
    this.#arm();
    for (const wait of due) wait.wake();
  }
}
