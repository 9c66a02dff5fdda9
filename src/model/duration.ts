/**
 * Lengths of time: from what people write to milliseconds, and back to what people read.
 *
 *     duration = part+        part = number unit        number = digits, with an optional fraction
 *     unit = w d h m s ms, from large to small, each at most once        "3d"  "1h30m"  "1h 30m"  "1.5s"  "250ms"
 *
 * What callers may rely on:
 *   1. A duration that is read is a whole number of milliseconds from 0 to `MAX_DURATION_MS`.
 *   2. Nothing is guessed. A text outside the grammar is refused with a sentence that names it and, where its meaning is plain, with the
 *      text to write instead.
 *   3. What `formatDuration` shows of a length within those bounds can be read again, and is off by at most half of its last unit.
 */
import { quoted } from "./escape.ts";

export type ParsedDuration = { readonly ok: true; readonly ms: number } | { readonly ok: false; readonly problem: string };

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** 100 years of 365.25 days. What is longer is a mistake in a unit, and far below it dates stay in range. */
export const MAX_DURATION_MS = 100 * 365.25 * DAY_MS;

/** From large to small, the order in which they are written. Months and years are missing: their length depends on the date. */
const UNITS: ReadonlyMap<string, number> = new Map([
  ["w", 7 * DAY_MS],
  ["d", DAY_MS],
  ["h", HOUR_MS],
  ["m", MINUTE_MS],
  ["s", SECOND_MS],
  ["ms", 1],
]);

const GRAMMAR = /^(?:\s*\d+(?:\.\d+)?(?:ms|[smhdw]))+$/;

/** @param input a text, or a number of milliseconds */
export function parseDuration(input: string | number): ParsedDuration {
  if (typeof input === "number") return inRange(input, `${input} ms`);
  if (typeof input !== "string") return refuse(`a duration is a text such as "1h 30m" or a number of milliseconds, not ${typeof input}`);
  const text = input.trim();
  if (text === "0") return { ok: true, ms: 0 }; // nothing is nothing in every unit
  if (!GRAMMAR.test(text)) return refuse(whyUnreadable(text));
  let totalMs = 0;
  let lastMs = Infinity;
  for (const [, count, unit = ""] of text.matchAll(/(\d+(?:\.\d+)?)([a-z]+)/g)) {
    const unitMs = UNITS.get(unit) ?? Number.NaN;
    if (unitMs === lastMs) return refuse(`${quoted(text)} gives "${unit}" twice`);
    if (unitMs > lastMs) return refuse(`${quoted(text)} is out of order: units go from large to small, as in "1h 30m"`);
    totalMs += Number(count) * unitMs;
    lastMs = unitMs;
  }
  return inRange(totalMs, quoted(text));
}

/**
 * Compact, for people: "250ms", "1.5s", "3m 20s", "1h 30m", "3d 4h". Rounded to two units, and to tenths below a minute; days are the
 * largest unit.
 */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return "unknown";
  if (ms < 0) return `-${formatDuration(-ms)}`;
  // Each bound is where rounding would reach the next unit, so that nothing is ever shown as "1000ms" or "60s".
  if (ms < 999.5) return `${Math.round(ms)}ms`;
  if (ms < 59_950) return `${Math.round(ms / 100) / 10}s`;
  if (ms < HOUR_MS - SECOND_MS / 2) return twoUnits(ms, [MINUTE_MS, "m"], [SECOND_MS, "s"]);
  if (ms < DAY_MS - MINUTE_MS / 2) return twoUnits(ms, [HOUR_MS, "h"], [MINUTE_MS, "m"]);
  return twoUnits(ms, [DAY_MS, "d"], [HOUR_MS, "h"]);
}

/** How far away an instant is: "in 3d 4h", "2m ago", or "now" when nearer than half a second. */
export function describeUntil(targetAt: number, now: number): string {
  const awayMs = Math.round((targetAt - now) / SECOND_MS) * SECOND_MS;
  if (awayMs === 0) return "now";
  return awayMs < 0 ? `${formatDuration(-awayMs)} ago` : `in ${formatDuration(awayMs)}`;
}

type Unit = readonly [unitMs: number, name: string];

function twoUnits(ms: number, [largeMs, large]: Unit, [smallMs, small]: Unit): string {
  const smalls = Math.round(ms / smallMs);
  const perLarge = largeMs / smallMs;
  const rest = smalls % perLarge;
  const whole = `${Math.floor(smalls / perLarge)}${large}`;
  return rest === 0 ? whole : `${whole} ${rest}${small}`;
}

function inRange(ms: number, shown: string): ParsedDuration {
  if (Number.isNaN(ms)) return refuse(`${shown} is not a duration: a number of milliseconds is expected`);
  if (ms < 0) return refuse(`${shown} is negative: a duration is 0 or more`);
  if (ms > MAX_DURATION_MS) return refuse(`${shown} is longer than 100 years, the longest duration there is`);
  return { ok: true, ms: Math.round(ms) + 0 }; // + 0, since -0 would be stored as another value than 0
}

const refuse = (problem: string): ParsedDuration => ({ ok: false, problem });

/** No duration is longer, and what is written instead should fit into a sentence. */
const LONGEST_EXPLAINED = 60;

function whyUnreadable(text: string): string {
  const shown = quoted(text);
  const example = 'a duration has units w, d, h, m, s or ms, as in "1h 30m"';
  if (text === "") return `an empty text is not a duration: ${example}`;
  if (text.length > LONGEST_EXPLAINED) return `${shown} is not a duration: ${example}`;
  if (/^-\s*[\d.P]/i.test(text)) return `${shown} is negative: a duration is 0 or more`;
  if (/^\d+(?:\.\d+)?$/.test(text)) return `${shown} needs a unit, such as "${text}s"; a number in code is milliseconds`;
  if (/^\+?P[\dT]/i.test(text)) return `${shown} is an ISO 8601 duration, which is not read here: write ${isoInstead(text)}`;
  if (/\d\s*M(?![A-Za-z])/.test(text) || /\d\s*(?:mo|mon|months?|y|yrs?|years?)(?![a-z])/i.test(text)) {
    return `${shown} counts months or years, whose length depends on the date: write days, as in "30d"`;
  }
  const instead = plainForm(text);
  return isReadable(instead) ? `${shown} is not a duration: write "${instead}"` : `${shown} is not a duration: ${example}`;
}

/** What an ISO 8601 duration means in our grammar, unless it counts months or years; then an example. */
function isoInstead(text: string): string {
  const fields = /^\+?P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/i.exec(text);
  const parts = (fields ?? []).slice(1).flatMap((count, index) => (count ? [`${count}${["w", "d", "h", "m", "s"][index]}`] : []));
  const instead = parts.join(" ");
  return isReadable(instead) ? `"${instead}"` : 'it as "1d 12h"';
}

/** "5 Minutes" as "5m". */
const plainForm = (text: string): string =>
  text
    .toLowerCase()
    .replace(/(\d)\s+([a-z])/g, "$1$2")
    .replace(/[a-z]+/g, (word) => LONG_UNITS.find(([pattern]) => pattern.test(word))?.[1] ?? word);

const LONG_UNITS: readonly (readonly [RegExp, string])[] = [
  [/^(?:ms|msecs?|millis|milliseconds?)$/, "ms"],
  [/^(?:secs?|seconds?)$/, "s"],
  [/^(?:mins?|minutes?)$/, "m"],
  [/^(?:hrs?|hours?)$/, "h"],
  [/^days?$/, "d"],
  [/^(?:wks?|weeks?)$/, "w"],
];

/** The grammar is asked first: a text outside it would come back here for its reason. */
const isReadable = (text: string): boolean => GRAMMAR.test(text) && parseDuration(text).ok;
