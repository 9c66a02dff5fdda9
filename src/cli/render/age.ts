/**
 * Instants and lengths of time of the views, for people.
 *
 * On a terminal an instant is in the time of the place, as short as it can be: the person who reads it knows the day. In a file, a pipe and
 * with `--utc` it is whole and in UTC, so that it stays true wherever and whenever it is read.
 */
import { describeUntil, formatDuration } from "../../model/duration.ts";
import type { Look } from "./look.ts";
import { line } from "./safe.ts";

/** What times depend on. */
export type TimeLook = Pick<Look, "now" | "isTerminal" | "isUtc">;

/** "3m ago", "in 2d". */
export const age = (at: string, now: number): string => {
  const ms = Date.parse(at);
  return Number.isNaN(ms) ? line(at) : describeUntil(ms, now);
};

/** "2026-03-01T09:00:00.000Z (in 2d)"; for a person "09:00:00 (in 2h)" of the same day, "2026-03-03 10:00 (in 2d)" of another. */
export const instant = (at: string, look: TimeLook): string =>
  Number.isNaN(Date.parse(at)) ? line(at) : `${clock(at, look)} (${age(at, look.now)})`;

/** The same without its distance. */
export const clock = (at: string, look: TimeLook): string => (isLocal(look) ? local(Date.parse(at), look.now) : line(at));

/** For a narrow column: an age on a terminal; else the instant, which stays true in a file. */
export const briefly = (at: string, look: TimeLook): string => (isLocal(look) ? age(at, look.now) : line(at));

/** For a line of a log: to the millisecond, and without a day that is today's. */
export const stamp = (at: string, look: TimeLook): string => {
  const ms = Date.parse(at);
  if (Number.isNaN(ms) || !isLocal(look)) return line(at);
  const text = local(ms, look.now);
  return isToday(ms, look.now) ? `${text}.${String(ms % 1_000).padStart(3, "0")}` : text;
};

const isLocal = ({ isTerminal, isUtc }: TimeLook): boolean => isTerminal === true && isUtc !== true;

const local = (ms: number, now: number): string => {
  const at = new Date(ms);
  const clock = [at.getHours(), at.getMinutes(), at.getSeconds()].map(twoDigits);
  if (isToday(ms, now)) return clock.join(":");
  const day = [at.getFullYear(), twoDigits(at.getMonth() + 1), twoDigits(at.getDate())].join("-");
  return `${day} ${clock.slice(0, 2).join(":")}`;
};

const isToday = (ms: number, now: number): boolean => new Date(ms).toDateString() === new Date(now).toDateString();

const twoDigits = (count: number): string => String(count).padStart(2, "0");

/** From one instant to another, or until now while it lasts; 0 at least, since clocks are set back. */
export const spanMs = (startedAt: string, finishedAt: string | null, now: number): number => {
  const endAt = finishedAt === null ? now : Date.parse(finishedAt);
  return Math.max(0, endAt - Date.parse(startedAt));
};

export const span = (startedAt: string, finishedAt: string | null, now: number): string =>
  formatDuration(spanMs(startedAt, finishedAt, now));
