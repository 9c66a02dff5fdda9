/**
 * The history of an execution: what it is, its steps as a tree, and how it ended.
 */
import type { HistoryView } from "../../model/views.ts";
import { instant } from "./age.ts";
import { renderDecisions } from "./decisions.ts";
import { renderError } from "./error.ts";
import { tookText } from "./execution.ts";
import { failingStep } from "./failing-step.ts";
import { indentBy, wrapTo } from "./fit.ts";
import { renderSteps } from "./history-tree.ts";
import type { Look } from "./look.ts";
import { executionMark, paintOf } from "./marks.ts";
import { reasonBelow, reasonText } from "./reason.ts";
import { line } from "./safe.ts";
import type { NoteOptions } from "./step-notes.ts";
import { renderValue } from "./value.ts";

export const renderHistory = (history: HistoryView, look: Look, options: NoteOptions = {}): string => {
  const steps = history.steps.length === 0 ? look.style.dim("no steps yet") : renderSteps(history, look, options);
  return [
    heading(history, look, options),
    ...inputText(history, look, options),
    steps,
    ...panicsText(history, look, options),
    ...renderDecisions(history, look),
    ...ending(history, look, options),
  ].join("\n\n");
};

/** More than the newest few say nothing new. */
const PANICS_SHOWN = 3;

const panicsText = ({ panics }: HistoryView, look: Look, { isFull }: NoteOptions): readonly string[] => {
  if (panics.length === 0) return [];
  const shown = isFull === true ? panics : panics.slice(-PANICS_SHOWN);
  const heading = look.style.dim(panics.length === 1 ? "interrupted once" : `interrupted ${panics.length} times`);
  const left = panics.length - shown.length;
  const lines = shown.map(({ at, cause }) => `  ${wrapTo(`${instant(at, look)}  ${line(cause)}`, look, "    ")}`);
  return [[heading, ...(left > 0 ? [look.style.dim(`  ${left} before: --full shows them`)] : []), ...lines].join("\n")];
};

const heading = ({ execution }: HistoryView, look: Look, { isFull }: NoteOptions): string => {
  const took = tookText(execution, look.now);
  const reason = reasonText(execution);
  const below = reasonBelow(execution, { ...look, columns: look.columns - 2 }, { isFull: isFull === true });
  const parts = [
    `${executionMark(execution.status, look)} ${look.style.bold(line(execution.id))}`,
    `${line(execution.workflow)} v${execution.version}`,
    `${paintOf(execution.status, look)(execution.status)}${took === null ? "" : ` in ${took}`}`,
    ...(execution.generation === 0 ? [] : [`round ${execution.generation + 1}`]),
    ...(execution.pinned ? ["on the code of its start"] : []),
  ];
  return [
    wrapTo(parts.join("  "), look, "  "),
    ...(reason === null ? [] : [`  ${wrapTo(reason, look, "  ")}`]),
    ...(below === null ? [] : [indentBy(2, below)]),
    ...(execution.wakeAt === null ? [] : [`  ${wrapTo(`until ${instant(execution.wakeAt, look)}`, look, "  ")}`]),
  ].join("\n");
};

const inputText = ({ execution }: HistoryView, look: Look, { isFull }: NoteOptions): readonly string[] =>
  isFull === true ? [`${look.style.dim("input")} ${renderValue(execution.input, look.columns - 6)}`] : [];

/** An error that stands below its step already is not told again. */
const ending = (history: HistoryView, look: Look, options: NoteOptions): readonly string[] => {
  const { execution } = history;
  if (execution.error !== null)
    return failingStep(history) === undefined
      ? [renderError(execution.error, look, { ...options, id: execution.id, at: execution.finishedAt })]
      : [];
  if (options.isFull !== true || execution.status !== "completed") return [];
  return [`${look.style.dim("output")}\n${indentBy(2, renderValue(execution.output, look.columns - 2))}`];
};
