/**
 * What the slots around a change of the clock are, found by looking at every single minute.
 *
 * It shares nothing with what it judges: zones are asked through `Intl.DateTimeFormat` instead of `Temporal`, changes are found by halving,
 * and patterns are sets of numbers that are written beside their text. The rules are those of the documentation, said once more:
 *
 *     the hour has a wildcard    every minute whose local time fits
 *     otherwise                  of every local time that fits the first minute that shows it; none does: the first minute after it
 */
export interface Change {
  readonly zone: string;
  readonly at: number;
  readonly beforeMs: number;
  readonly afterMs: number;
}

/** `undefined`: every one. */
export interface Pattern {
  readonly text: string;
  readonly isRhythm: boolean;
  readonly minutes?: readonly number[];
  readonly hours?: readonly number[];
  readonly weekdays?: readonly number[];
  readonly months?: readonly number[];
}

const evenHours = Array.from({ length: 12 }, (_, at) => at * 2);

export const PATTERNS: readonly Pattern[] = [
  { text: "30 2 * * *", isRhythm: false, minutes: [30], hours: [2] },
  { text: "0 0 * * *", isRhythm: false, minutes: [0], hours: [0] },
  { text: "0 3 * * *", isRhythm: false, minutes: [0], hours: [3] },
  { text: "45 1 * * *", isRhythm: false, minutes: [45], hours: [1] },
  { text: "15 2,3 * * *", isRhythm: false, minutes: [15], hours: [2, 3] },
  { text: "*/20 2 * * *", isRhythm: false, minutes: [0, 20, 40], hours: [2] },
  { text: "5,35 0-4 * * *", isRhythm: false, minutes: [5, 35], hours: [0, 1, 2, 3, 4] },
  { text: "10 1-3 * * SUN", isRhythm: false, minutes: [10], hours: [1, 2, 3], weekdays: [0] },
  { text: "0 1 * 3,4,9-11 *", isRhythm: false, minutes: [0], hours: [1], months: [3, 4, 9, 10, 11] },
  { text: "0 * * * *", isRhythm: true, minutes: [0] },
  { text: "*/30 * * * *", isRhythm: true, minutes: [0, 30] },
  { text: "45 */2 * * *", isRhythm: true, minutes: [45], hours: evenHours },
];

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Every change of every zone, in the order of zones and time. Two within a day would go unnoticed; there are none. */
export const changesOf = (zones: readonly string[], from: number, to: number): readonly Change[] =>
  zones.flatMap((zone) => {
    const offset = offsets(zone);
    const found: Change[] = [];
    let before = offset(from);
    for (let day = from + DAY_MS; day <= to; day += DAY_MS) {
      const after = offset(day);
      if (after !== before) found.push({ zone, at: firstWith(offset, after, day - DAY_MS, day), beforeMs: before, afterMs: after });
      before = after;
    }
    return found;
  });

/** Local time less UTC, read from a clock face. */
const offsets = (zone: string): ((at: number) => number) => {
  const fields = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" } as const;
  const format = new Intl.DateTimeFormat("en-US", { timeZone: zone, hourCycle: "h23", ...fields });
  return (at) => {
    const [, month, day, year, hour, minute] = /^(\d+)\/(\d+)\/(\d+), (\d+):(\d+)$/.exec(format.format(at)) ?? [];
    return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute)) - at;
  };
};

const firstWith = (offset: (at: number) => number, wanted: number, early: number, late: number): number => {
  let [without, withIt] = [early, late];
  while (withIt - without > MINUTE_MS) {
    const middle = without + Math.floor((withIt - without) / 2 / MINUTE_MS) * MINUTE_MS;
    if (offset(middle) === wanted) withIt = middle;
    else without = middle;
  }
  return withIt;
};

/** The slots from one instant up to another, around one change: minute by minute. */
export const slotsAround = (change: Change, pattern: Pattern, { from, to }: { readonly from: number; readonly to: number }): number[] => {
  const fits = fitting(pattern);
  const wallAt = (at: number): number => at + (at < change.at ? change.beforeMs : change.afterMs);
  const slots = new Set<number>();
  if (pattern.isRhythm) {
    for (let at = from; at <= to; at += MINUTE_MS) if (fits(wallAt(at))) slots.add(at);
    return [...slots];
  }
  const firstShowing = new Map<number, number>();
  for (let at = from - DAY_MS; at <= to + DAY_MS; at += MINUTE_MS) {
    const wall = wallAt(at);
    if (!firstShowing.has(wall)) firstShowing.set(wall, at);
  }
  for (let wall = wallAt(from) - 4 * 60 * MINUTE_MS; wall <= wallAt(to) + 4 * 60 * MINUTE_MS; wall += MINUTE_MS) {
    if (!fits(wall)) continue;
    let later = wall;
    while (!firstShowing.has(later)) later += MINUTE_MS;
    const slot = firstShowing.get(later) ?? Number.NaN;
    if (slot >= from && slot <= to) slots.add(slot);
  }
  return [...slots].sort((one, other) => one - other);
};

const fitting = ({ minutes, hours, weekdays, months }: Pattern): ((wall: number) => boolean) => {
  const among = (allowed: readonly number[] | undefined, value: number): boolean => allowed === undefined || allowed.includes(value);
  return (wall) => {
    const minute = Math.floor(wall / MINUTE_MS);
    if (!among(minutes, ((minute % 60) + 60) % 60)) return false;
    const date = new Date(wall);
    return among(hours, date.getUTCHours()) && among(weekdays, date.getUTCDay()) && among(months, date.getUTCMonth() + 1);
  };
};
