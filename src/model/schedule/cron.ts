/**
 * A cron pattern, read in a calendar without zones: which local times it means.
 *
 *     minute hour day month weekday          "0 9 * * MON"      with seconds in front: six fields      @daily and its like
 *
 * Local times are counted as if they were UTC, where every day has 24 hours; what zones make of them is in `slots.ts`. (croner could do
 * both, but a wildcard or step of minutes makes a repeating job for it, which a gap in local time would swallow.) What callers may rely on:
 *   1. A pattern that croner would read in a way of its own (a date, seven fields) is refused, and so is one that no date ever matches.
 *   2. Nothing is loaded until a pattern is read: few workflows have one.
 */
import { cronProblem } from "./cron-problem.ts";

export interface Cron {
  /** Blanks made single. */
  readonly text: string;
  /**
   * The hour has a wildcard (`*`, also with a step): such a pattern means a rhythm, and runs by elapsed time. Any other means times of the
   * clock.
   */
  readonly isRhythm: boolean;
  /** The first local time after this one; undefined when there is none. */
  next(wall: number): number | undefined;
}

export type ParsedCron = { readonly ok: true; readonly cron: Cron } | { readonly ok: false; readonly problem: string };

/** Where no date of four years from here matches, 400 years are asked: 29 February on a fifth Monday comes once in decades. */
const SOME_DAY = Date.UTC(2026, 0, 1);

const known = new Map<string, Cron>();
/** A process reads few patterns, again and again. */
const MOST_KNOWN = 1_000;

export const parseCron = (given: string): ParsedCron => {
  const text = given.trim().replace(/\s+/g, " ");
  const cached = known.get(text);
  if (cached !== undefined) return { ok: true, cron: cached };
  const problem = cronProblem(text, fieldsProblem);
  if (problem !== undefined) return { ok: false, problem };
  const cron = read(text);
  if (cron.next(SOME_DAY) === undefined)
    return { ok: false, problem: `"${text}" never comes: no month of any year has that day; 31 is in 7 months, 30 not in February` };
  if (known.size < MOST_KNOWN) known.set(text, cron);
  return { ok: true, cron };
};

const read = (text: string): Cron => {
  const job = open(text);
  return {
    text,
    isRhythm: /[*?]/.test(hourOf(text)),
    next: (wall) => job.nextRun(new Date(Math.floor(wall / 1_000) * 1_000))?.getTime(),
  };
};

/** Never started, as it has no function: it only computes. */
const open = (text: string) => {
  const { Cron: Croner } = require("croner") as typeof import("croner");
  return new Croner(text, { timezone: "UTC", mode: "5-or-6-parts" });
};

const fieldsProblem = (text: string): string | undefined => {
  try {
    open(text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
};

/** Of the nicknames only @hourly leaves the hour open. */
const hourOf = (text: string): string => {
  if (text.startsWith("@")) return text.toLowerCase() === "@hourly" ? "*" : "0";
  return text.split(" ").at(-4) ?? "";
};
