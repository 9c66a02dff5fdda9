/**
 * Instants and lengths of time of the views, for people.
 */
import { describeUntil, formatDuration } from "../../model/duration.ts";
import type { Look } from "./look.ts";
import { line } from "./safe.ts";

/** "3m ago", "in 2d". */
export const age = (at: string, now: number): string => {
  const ms = Date.parse(at);
  return Number.isNaN(ms) ? line(at) : describeUntil(ms, now);
};

/** "2026-03-01T09:00:00.000Z (in 2d)". */
export const instant = (at: string, now: number): string => (Number.isNaN(Date.parse(at)) ? line(at) : `${line(at)} (${age(at, now)})`);

/** For a narrow column: an age on a terminal; else the instant, which stays true in a file. */
export const briefly = (at: string, look: Pick<Look, "now" | "isTerminal">): string =>
  look.isTerminal === true ? age(at, look.now) : line(at);

/** From one instant to another, or until now while it lasts; 0 at least, since clocks are set back. */
export const spanMs = (startedAt: string, finishedAt: string | null, now: number): number => {
  const endAt = finishedAt === null ? now : Date.parse(finishedAt);
  return Math.max(0, endAt - Date.parse(startedAt));
};

export const span = (startedAt: string, finishedAt: string | null, now: number): string =>
  formatDuration(spanMs(startedAt, finishedAt, now));
