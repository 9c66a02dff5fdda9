/** The words of "why": instants, lengths of time and the texts of others, each fit to stand inside a sentence. */
import { describeUntil, formatDuration } from "../model/duration.ts";
import { escapeControls } from "../model/escape.ts";
import { toIso } from "../model/instant.ts";

/** A stored number is not always an instant: rows may be damaged. */
export const when = (at: number, now: number): string => {
  try {
    return `${toIso(at)} (${describeUntil(at, now)})`;
  } catch {
    return "a time that cannot be read";
  }
};

/** `, until 2026-03-03T09:00:00.000Z (in 2d)`; in the past, `, due since …`. */
export const until = (at: number | null, now: number): string => {
  if (at === null) return "";
  return at > now ? `, until ${when(at, now)}` : `, due since ${when(at, now)}`;
};

/** ` at 2026-03-03T09:00:00.000Z (in 2d)`; in the past, `, due since …`. */
export const onceAt = (at: number | null, now: number): string => (at !== null && at > now ? ` at ${when(at, now)}` : until(at, now));

/** A clock may have been set back since. */
export const lengthOf = (ms: number): string => formatDuration(Math.max(0, ms));

/** More of an error or detail is in `wf history`. */
const MAX_CHARACTERS = 300;

/** On one line, cut where it is long, without the full stop that our sentence adds. */
export const foreign = (text: string): string => {
  const characters = [...text.slice(0, 2 * (MAX_CHARACTERS + 1))];
  const shown = characters.length > MAX_CHARACTERS ? `${characters.slice(0, MAX_CHARACTERS).join("")}…` : text;
  return escapeControls(shown.trim(), { newlines: "escape" }).replace(/\.$/, "");
};
