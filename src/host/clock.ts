/**
 * The real clocks.
 *
 * `boot` is read anew each time, from `/proc/uptime` (9 µs, steps of 10 ms): anchored to `performance.now` once, it would fall behind by
 * every suspension of the machine, since the monotonic clock stands still meanwhile.
 */
import { readFileSync } from "node:fs";
import { uptime } from "node:os";
import type { Clock } from "../engine/host.ts";
import { wallClock } from "./wall-clock.ts";

export const systemClock: Clock = {
  now: wallClock.now,
  monotonic: () => performance.now(),
  boot: () => parseUptime(readUptime()) ?? uptime() * 1_000,
};

/** Milliseconds, from the text of `/proc/uptime`; undefined when it is not such a text. */
export const parseUptime = (text: string | undefined): number | undefined => {
  const seconds = /^(\d+(?:\.\d+)?)\s/.exec(text ?? "")?.[1];
  return seconds === undefined ? undefined : Math.round(Number(seconds) * 1_000);
};

/** Only Linux has the file; elsewhere the system call behind `uptime()` answers. */
const readUptime = (): string | undefined => {
  try {
    return readFileSync("/proc/uptime", "utf8");
  } catch {
    return undefined;
  }
};
