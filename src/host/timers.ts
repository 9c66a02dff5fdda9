/**
 * Timers over those of the machine, which fire early, overflow, and do not see the wall clock change.
 *
 * What callers may rely on:
 *   1. Nothing fires early: when a timer of the machine does, the rest is waited for.
 *   2. No timer of the machine is longer than 30 s. So 2^31 ms is nothing special, and a changed clock or a resumed laptop is noticed.
 *   3. Functions given to `turn` run in the order of the calls, one a callback: the reactions of all promises that one has settled run
 *      before the next one starts, and an error of one does not keep the others from running. Those given meanwhile run in the next turn.
 *   4. A rejection that happens in a turn and that nobody handles is told at once, not after the next timer.
 *   5. Callbacks run outside the asynchronous context of the code that set them up (`outside.ts`).
 *
 * One `setImmediate` a function: 0.18 µs. A shared one with plain calls would be 0.03 µs, but Bun and Node run no reactions between those,
 * and where a promise is settled and three awaits react to it, the two cost the same, 1.1 µs.
 */
import type { Cancel, Clock, Timers } from "../engine/host.ts";
import { invariant } from "../model/errors.ts";
import { systemClock } from "./clock.ts";
import { outside } from "./outside.ts";

/** Sets a timer of the machine. */
export type SetTimer = (ms: number, fn: () => void, background: boolean) => Cancel;

/** A wall clock that was put forward makes a timer late by at most this long; shorter only wakes the process more often. */
const LONGEST_MS = 30_000;

export const timersOver = (clock: Clock, setTimer: SetTimer): Omit<Timers, "turn"> => ({
  after(ms, fn, options) {
    const dueAt = clock.monotonic() + ms;
    return wait({ leftMs: () => dueAt - clock.monotonic(), fn, background: options?.background ?? false }, setTimer);
  },
  at(at, fn, options) {
    return wait({ leftMs: () => at - clock.now(), fn, background: options?.background ?? false }, setTimer);
  },
});

interface Waiting {
  readonly leftMs: () => number;
  readonly fn: () => void;
  readonly background: boolean;
}

const wait = ({ leftMs, fn, background }: Waiting, setTimer: SetTimer): Cancel => {
  let cancel: Cancel;
  const look = (): void => {
    if (leftMs() > 0) set();
    else fn();
  };
  const set = (): void => {
    const ms = Math.ceil(leftMs());
    invariant(!Number.isNaN(ms), "a timer for NaN");
    cancel = setTimer(Math.min(Math.max(ms, 0), LONGEST_MS), look, background);
  };
  set();
  return () => cancel();
};

const setMachineTimer: SetTimer = (ms, fn, background) => {
  const timer = outside(() => setTimeout(fn, ms));
  if (background) timer.unref();
  return () => clearTimeout(timer);
};

export const systemTimers: Timers = {
  ...timersOver(systemClock, setMachineTimer),
  turn(fn) {
    outside(() => setImmediate(runInTurn, fn));
  },
};

const runInTurn = (fn: () => void): void => {
  spinOnce();
  fn();
};

/**
 * Bun 1.4.5 looks for rejections that nobody handles before it runs immediates, and then may sleep until the next timer: one that happens
 * in a turn would be told that late. An empty immediate makes the loop go round once more without sleeping.
 */
const spinOnce = (): void => {
  if (isSpinning) return;
  isSpinning = true;
  setImmediate(() => {
    isSpinning = false;
  });
};

let isSpinning = false;
