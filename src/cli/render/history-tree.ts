/**
 * The steps of an execution, a line each: mark, name, kind, attempts, duration and a bar; below them what went wrong or is waited for.
 *
 *     ✓ create customer   step              1.2s  ████░░░░░░░░░░░░
 *     ◷ survey            event             2d    ░░░░╱╱╱╱╱╱╱╱╱╱╱╱
 *         until 2026-03-03T09:00:00.000Z (in 4h)
 *
 * In short, kinds and bars are left out. On a terminal that is too narrow the bar goes first, then the kind, and names are cut last.
 * Elsewhere nothing is cut.
 */
import type { HistoryView, StepView } from "../../model/views.ts";
import { bar, stretchesOf, type Timeline } from "./bar.ts";
import { cutTo, indentBy, padTo, widthOf } from "./fit.ts";
import type { Look } from "./look.ts";
import { stepMark } from "./marks.ts";
import { duration, stepNotes, type NoteOptions } from "./step-notes.ts";
import { type Row, treeRows } from "./step-tree.ts";

const GAP = "  ";
const MIN_BAR = 8;
const MAX_BAR = 40;
const MIN_LABEL = 8;

/** How wide each column is; 0 leaves it out. */
interface Widths {
  readonly label: number;
  readonly kind: number;
  readonly tries: number;
  readonly duration: number;
  readonly bar: number;
}

export const renderSteps = (history: HistoryView, look: Look, options: NoteOptions = {}): string => {
  const rows = treeRows(history.steps);
  const widths = fit(rows, look, options.isShort === true);
  const timeline = timelineOf(history, look.now);
  return rows
    .flatMap((row) => {
      if (row.step === undefined)
        return [look.style.bold(`${indentOf(row)}${clip(row.label, widths.label - indentOf(row).length, look)}/`)];
      return [
        stepLine(row, row.step, widths, timeline, look),
        ...notesBelow(row, row.step, look, { ...options, id: history.execution.id }),
      ];
    })
    .join("\n");
};

const stepLine = (row: Row, step: StepView, widths: Widths, timeline: Timeline, look: Look): string => {
  const indent = indentOf(row);
  const label = padTo(clip(row.label, widths.label - indent.length - 2, look), widths.label - indent.length - 2);
  const cells = [
    `${indent}${stepMark(step.status, look)} ${label}`,
    ...(widths.kind > 0 ? [look.style.dim(padTo(step.kind, widths.kind))] : []),
    ...(widths.tries > 0 ? [padTo(tries(step), widths.tries)] : []),
    padTo(duration(step, look), widths.duration),
    ...(widths.bar > 0 ? [barOf(step, timeline, widths.bar, look)] : []),
  ];
  return cells.join(GAP).trimEnd();
};

const notesBelow = ({ depth }: Row, step: StepView, look: Look, options: NoteOptions): readonly string[] => {
  const margin = depth * GAP.length + 4;
  return stepNotes(step, { ...look, columns: Math.max(1, look.columns - margin) }, options).map((note) => indentBy(margin, note));
};

const fit = (rows: readonly Row[], look: Look, isShort: boolean): Widths => {
  const steps = rows.flatMap(({ step }) => (step === undefined ? [] : [step]));
  const widest = (texts: readonly string[]): number => texts.reduce((most, text) => Math.max(most, widthOf(text)), 0);
  const wanted = {
    label: widest(rows.map((row) => `${indentOf(row)}${row.step === undefined ? "" : "? "}${row.label}`)),
    kind: isShort ? 0 : widest(steps.map(({ kind }) => kind)),
    tries: widest(steps.map(tries)),
    duration: widest(steps.map((step) => duration(step, look))),
  };
  const room = look.columns - total(wanted) - GAP.length;
  if (!isShort && room >= MIN_BAR) return { ...wanted, bar: Math.min(room, MAX_BAR) };
  if (look.isTerminal !== true || room + GAP.length >= 0) return { ...wanted, bar: 0 };
  const slim = { ...wanted, kind: 0 };
  const excess = Math.max(0, total(slim) - look.columns);
  return { ...slim, label: Math.max(MIN_LABEL, slim.label - excess), bar: 0 };
};

const total = (widths: Omit<Widths, "bar">): number => {
  const used = [widths.label, widths.kind, widths.tries, widths.duration].filter((width) => width > 0);
  return used.reduce((sum, width) => sum + width, 0) + GAP.length * Math.max(0, used.length - 1);
};

/** Names are within their column already, except where it was made narrower on a terminal. */
const clip = (label: string, width: number, look: Look): string =>
  look.isTerminal === true ? cutTo(label, Math.max(1, width), look) : label;

const indentOf = ({ depth }: Row): string => GAP.repeat(depth);

const tries = ({ attempts }: StepView): string => (attempts.length > 1 ? `${attempts.length} attempts` : "");

const timelineOf = ({ execution }: HistoryView, now: number): Timeline => ({
  startAt: Date.parse(execution.startedAt ?? execution.createdAt),
  endAt: execution.finishedAt === null ? now : Date.parse(execution.finishedAt),
});

const barOf = (step: StepView, timeline: Timeline, width: number, look: Look): string =>
  bar(stretchesOf(step, look.now), timeline, width, look);
