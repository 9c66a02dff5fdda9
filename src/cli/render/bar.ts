/**
 * When a step ran, as a bar over the time of its execution. What was no work is hatched: a sleep, an event, the time between two attempts.
 *
 *     ███░░░░░░░     worked
 *     ░░░█╱╱█░░░     tried, waited, tried again
 *     ░░░░░░╱╱╱╱     slept
 */
import type { AttemptView, StepView } from "../../model/views.ts";
import type { Look } from "./look.ts";

export interface Timeline {
  readonly startAt: number;
  readonly endAt: number;
}

/** A stretch of time, in epoch ms. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

export interface Stretch extends Span {
  /** Nothing of it was work. */
  readonly isWait?: boolean;
}

/** At least one cell is full, so that a step of a millisecond can be seen. In a cell with both, work is seen. */
export const bar = (stretches: readonly Stretch[], timeline: Timeline, width: number, look: Look): string => {
  const cells = Array.from({ length: width }, (): Cell => "empty");
  const waits = stretches.filter(({ isWait }) => isWait === true);
  const works = stretches.filter(({ isWait }) => isWait !== true);
  for (const stretch of waits) fill(cells, "wait", stretch, timeline);
  for (const stretch of works) fill(cells, "work", stretch, timeline);
  return runsOf(cells)
    .map(({ cell, length }) => paint(cell, signOf(cell, look).repeat(length), look))
    .join("");
};

type Cell = "empty" | "wait" | "work";

const fill = (cells: Cell[], cell: Cell, { from, until }: Span, timeline: Timeline): void => {
  const lengthMs = Math.max(1, timeline.endAt - timeline.startAt);
  const at = (instant: number): number => ((instant - timeline.startAt) / lengthMs) * cells.length;
  const first = within(Math.floor(at(from)), 0, cells.length - 1);
  const last = within(Math.ceil(at(until)), first + 1, cells.length);
  cells.fill(cell, first, last);
};

const within = (value: number, least: number, most: number): number =>
  Number.isNaN(value) ? least : Math.min(Math.max(value, least), most);

const runsOf = (cells: readonly Cell[]): readonly { readonly cell: Cell; readonly length: number }[] => {
  const runs: { cell: Cell; length: number }[] = [];
  for (const cell of cells) {
    const last = runs.at(-1);
    if (last?.cell === cell) last.length++;
    else runs.push({ cell, length: 1 });
  }
  return runs;
};

const signOf = (cell: Cell, { isUnicode }: Look): string => {
  const isAscii = isUnicode === false;
  switch (cell) {
    case "empty":
      return isAscii ? "." : "░";
    case "wait":
      return isAscii ? "/" : "╱";
    case "work":
      return isAscii ? "#" : "█";
    default:
      return cell satisfies never;
  }
};

const paint = (cell: Cell, text: string, { style }: Look): string => (cell === "work" ? text : style.dim(text));

/** Waiting is all that these do. */
const WAITS: readonly StepView["kind"][] = ["sleep", "event", "approval"];

/** What of a step was work, and what a wait; until now where it goes on. */
export const stretchesOf = (step: StepView, now: number): readonly Stretch[] => {
  const whole = spanOf(step, now);
  if (WAITS.includes(step.kind)) return [{ ...whole, isWait: true }];
  const attempts = step.attempts.map((attempt) => spanOf(attempt, now));
  return attempts.length === 0 ? [whole] : [{ ...whole, isWait: true }, ...attempts];
};

const spanOf = ({ startedAt, finishedAt }: Pick<AttemptView, "startedAt" | "finishedAt">, now: number): Span => ({
  from: Date.parse(startedAt),
  until: finishedAt === null ? now : Date.parse(finishedAt),
});
