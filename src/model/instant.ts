/**
 * Points in time: from what people write to milliseconds since 1970, and to the one form in which we write them.
 *
 *     2026-03-01T09:00:00Z   2026-03-01 09:00:00.250+01:00     ISO 8601 with a zone
 *     2026-03-01 09:00       2026-03-01                        in the machine's zone; a date alone is its midnight
 *     09:30                                                    the next such time in the machine's zone
 *
 * What callers may rely on:
 *   1. A date that no calendar has (30 February, hour 24, second 60) is refused, never carried over into the next day.
 *   2. A local time that the clocks skip means the first instant after the gap; one that they repeat means the first of the two. Schedules
 *      follow the same rule.
 *   3. What `toIso` writes is read back as the same instant. Digits past the millisecond are dropped.
 */
import { quoted } from "./escape.ts";

export type ParsedInstant = { readonly ok: true; readonly at: number } | { readonly ok: false; readonly problem: string };

/** How far dates reach in JavaScript, either side of 1970. */
const MAX_INSTANT_MS = 8.64e15;
const DAY_MS = 86_400_000;

const TIME = String.raw`(\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?`;
const CLOCK = new RegExp(`^${TIME}$`);
/** Six digits and a sign are ISO's way to the years before 0 and after 9999. A blank before the zone is how many programs write logs. */
const DATE_TIME = new RegExp(String.raw`^(\d{4}|(?!-000000)[+-]\d{6})-(\d\d)-(\d\d)(?:[Tt ]${TIME}(?: ?([Zz]|[+-]\d\d(?::?\d\d)?))?)?$`);

/** @param now decides what "09:30" means, the next such time, strictly later; and nothing else */
export function parseInstant(text: string, now: number): ParsedInstant {
  const shown = quoted(text.trim());
  const dateTime = DATE_TIME.exec(text.trim());
  const clock = CLOCK.exec(text.trim());
  if (dateTime === null && clock === null) {
    return refuse(`${shown} is not a time: write it as "2026-03-01T09:00:00Z", "2026-03-01 09:00" or "09:30"`);
  }
  const wall = dateTime === null ? { ...localDate(now, 0), ...timeOf(clock ?? []) } : { ...dateOf(dateTime), ...timeOf(dateTime.slice(3)) };
  const problem = calendarProblem(wall);
  if (problem !== undefined) return refuse(`${shown} does not exist: ${problem}`);
  if (dateTime !== null) return inRange(instantOf(wall, dateTime[8]), shown);
  const todayAt = localInstant(wall);
  return inRange(todayAt > now ? todayAt : localInstant({ ...wall, ...localDate(now, 1) }), shown);
}

/** For what was stored, and may be damaged: the nearest instant there is, and 1970 for what is no number. */
export const toIsoOfStored = (ms: number): string =>
  toIso(Number.isNaN(Number(ms)) ? 0 : Math.max(-MAX_INSTANT_MS, Math.min(MAX_INSTANT_MS, Number(ms))));

/** UTC with milliseconds: "2026-03-01T09:00:00.000Z". @throws RangeError for a number that is no instant */
export function toIso(ms: number): string {
  if (Math.abs(ms) <= MAX_INSTANT_MS) return new Date(ms).toISOString();
  throw new RangeError(`${ms} is not an instant: from -8.64e15 to 8.64e15 milliseconds since 1970 are`);
}

/** The digits as written, so that they can be put together again. */
interface WallDate {
  readonly year: string;
  readonly month: string;
  readonly day: string;
}
interface WallTime {
  readonly hour: string;
  readonly minute: string;
  readonly second: string;
  readonly fraction: string;
}
type Wall = WallDate & WallTime;

const dateOf = ([, year = "", month = "", day = ""]: readonly string[]): WallDate => ({ year, month, day });

const timeOf = ([, hour = "0", minute = "00", second = "00", fraction = ""]: readonly string[]): WallTime => ({
  hour: hour.padStart(2, "0"),
  minute,
  second,
  fraction: fraction.padEnd(3, "0").slice(0, 3),
});

/** Local time is counted as if it were UTC, where every day has 24 hours. */
const localDate = (now: number, daysLater: number): WallDate =>
  dateOf(/^(.+)-(\d\d)-(\d\d)T/.exec(toIso(now + localOffsetMs(now) + daysLater * DAY_MS)) ?? []);

/** `Date.parse` takes 30 February for 2 March and hour 24 for the next midnight, so the calendar is asked first. */
function calendarProblem({ year, month, day, hour, minute, second }: Wall): string | undefined {
  if (Number(month) < 1 || Number(month) > 12) return `there is no month ${month}`;
  const last = lastDay(Number(year), Number(month));
  if (Number(day) < 1 || Number(day) > last) return `${year}-${month} has the days 1 to ${last}`;
  if (Number(hour) > 23) return "hours go from 00 to 23";
  if (Number(minute) > 59) return "minutes go from 00 to 59";
  return Number(second) > 59 ? "seconds go from 00 to 59" : undefined;
}

/** The calendar repeats every 400 years, and those around 2000 are clear of the two-digit years that `Date.UTC` moves to the 1900s. */
const lastDay = (year: number, month: number): number => new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();

const isoText = ({ year, month, day, hour, minute, second, fraction }: Wall): string =>
  `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction}`;

function instantOf(wall: Wall, zone: string | undefined): number {
  if (zone === undefined) return localInstant(wall);
  if (zone === "Z" || zone === "z") return Date.parse(`${isoText(wall)}Z`);
  const [, sign, hours, minutes = "00"] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
  return Date.parse(`${isoText(wall)}${sign}${hours}:${minutes}`);
}

/**
 * Inside a gap `Date.parse` counts on with the offset from before the change, which gives an instant as far after the change as the time is
 * into the gap, and whose local time differs from the one asked for.
 */
function localInstant(wall: Wall): number {
  const at = Date.parse(isoText(wall));
  const gapMs = at + localOffsetMs(at) - Date.parse(`${isoText(wall)}Z`);
  return gapMs > 0 ? offsetChange(at - gapMs, at) : at;
}

/** The first instant of the later offset; 37 halvings at most, for a gap of a day. */
function offsetChange(beforeAt: number, afterAt: number): number {
  const offsetMs = localOffsetMs(afterAt);
  let [low, high] = [beforeAt, afterAt];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (localOffsetMs(middle) === offsetMs) high = middle;
    else low = middle;
  }
  return high;
}

/** Local time less UTC. `getTimezoneOffset` would be off before 1972, where offsets have seconds that it drops. */
function localOffsetMs(at: number): number {
  const local = new Date(at);
  const asUtc = new Date(0);
  asUtc.setUTCFullYear(local.getFullYear(), local.getMonth(), local.getDate());
  return asUtc.setUTCHours(local.getHours(), local.getMinutes(), local.getSeconds(), local.getMilliseconds()) - at;
}

const inRange = (at: number, shown: string): ParsedInstant =>
  Number.isNaN(at) ? refuse(`${shown} is out of range: instants go from the year -271821 to 275760, zones to 23:59`) : { ok: true, at };

const refuse = (problem: string): ParsedInstant => ({ ok: false, problem });
