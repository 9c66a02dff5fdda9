/**
 * What a time zone does to the clock: how far local time is ahead of UTC, and when that changes.
 *
 * The rules of zones are those of the runtime. What callers may rely on:
 *   1. A zone is one of the IANA names, in their own spelling whatever the case it was given in; a plain offset is none, as it knows no
 *      summer time.
 *   2. A change is the first instant at which the new offset holds.
 */
import { quoted } from "../escape.ts";
import { suggest } from "../suggest.ts";

export interface ZoneChange {
  readonly at: number;
  /** Local time less UTC, in ms. */
  readonly beforeMs: number;
  readonly afterMs: number;
}

export interface Zone {
  readonly name: string;
  /** Local time less UTC, in ms. */
  offsetMs(at: number): number;
  /** The first change after this instant; undefined where the clock is never put any more. */
  changeAfter(at: number): ZoneChange | undefined;
  /** The last change at or before this instant. */
  changeUpTo(at: number): ZoneChange | undefined;
}

export type ParsedZone = { readonly ok: true; readonly zone: Zone } | { readonly ok: false; readonly problem: string };

export const parseZone = (name: string): ParsedZone => {
  if (/^\s*[+-]\d/.test(name) || /^(utc|gmt)\s*[+-]/i.test(name)) {
    return refuse(`${quoted(name)} is an offset, which knows no summer time: name a zone, as in "Europe/Paris", "Etc/GMT-1" or "UTC"`);
  }
  try {
    return { ok: true, zone: zoneOf(zoned(0, name).timeZoneId) };
  } catch {
    const near = suggest(name, Intl.supportedValuesOf("timeZone"));
    const instead = near === undefined ? 'zones are named as in "Europe/Paris" or "UTC"' : `did you mean "${near}"?`;
    return refuse(`${quoted(name)} is no time zone: ${instead}`);
  }
};

/** The machine's own. */
export const systemZone = (): string => {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return parseZone(timeZone).ok ? timeZone : "UTC";
};

const refuse = (problem: string): ParsedZone => ({ ok: false, problem });

const zoned = (at: number, name: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(Math.max(-LAST, Math.min(LAST, Math.floor(at)))).toZonedDateTimeISO(name);

/** How far instants reach, either side of 1970. */
const LAST = 8.64e15;

const offsetOf = (local: Temporal.ZonedDateTime): number => local.offsetNanoseconds / 1_000_000;

const zoneOf = (name: string): Zone => ({
  name,
  offsetMs: (at) => offsetOf(zoned(at, name)),
  changeAfter: (at) => changeAt(zoned(at, name).getTimeZoneTransition("next"), name),
  // The previous one is strictly before, and changes are whole seconds.
  changeUpTo: (at) => changeAt(zoned(at + 1, name).getTimeZoneTransition("previous"), name),
});

const changeAt = (first: Temporal.ZonedDateTime | null, name: string): ZoneChange | undefined => {
  if (first === null) return undefined;
  const at = first.epochMilliseconds;
  return { at, beforeMs: offsetOf(zoned(at - 1, name)), afterMs: offsetOf(first) };
};
