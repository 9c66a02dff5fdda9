/**
 * What `wf run` and its like show at the end: the steps in short, then what became of the execution, and the command that moves it on.
 *
 *     ✓ create customer  1.2s
 *     ◷ survey           3s
 *         until 2026-03-03T09:00:00.000Z (in 2d)
 *
 *     ◷ signup-7f3k9q2m4d is waiting: event "survey"
 *       until 2026-03-03T09:00:00.000Z (in 2d)
 *       next: wf send signup-7f3k9q2m4d survey '{}'
 */
import { nextCommand, nextFactsOf } from "../../model/next-command.ts";
import type { ExecutionView, HistoryView, StepView } from "../../model/views.ts";
import { instant } from "./age.ts";
import { renderError } from "./error.ts";
import { tookText } from "./execution.ts";
import { failingStep, failureText } from "./failing-step.ts";
import { indentBy, wrapTo } from "./fit.ts";
import { renderSteps } from "./history-tree.ts";
import type { Look } from "./look.ts";
import { executionMark, paintOf } from "./marks.ts";
import { reasonBelow, reasonText } from "./reason.ts";
import { line } from "./safe.ts";
import { renderValue } from "./value.ts";

/** A longer run shows its last steps and those that are not finished. */
const STEPS_SHOWN = 30;

export const renderRunResult = (history: HistoryView, look: Look): string =>
  [hiddenSteps(history, look), renderSteps(shortened(history), look, { isShort: true }), renderOutcome(history, look)]
    .filter((part) => part !== "")
    .join("\n\n");

/** The last paragraph alone. */
export const renderOutcome = (history: HistoryView, look: Look): string => {
  const next = nextOf(history, look.now);
  const lines = [
    headline(history.execution, look),
    ...details(history, look),
    ...(next === null ? [] : [`${next.startsWith("wf wake ") ? "to go on now" : "next"}: ${look.style.bold(line(next))}`]),
  ];
  return lines.map((text, index) => (index === 0 ? text : indentBy(2, text))).join("\n");
};

/** The command that moves it on; null when there is none. */
const nextOf = ({ execution, steps }: HistoryView, now: number): string | null => {
  const isTimed = execution.wakeAt !== null && Date.parse(execution.wakeAt) > now;
  return nextCommand({ ...execution, ...nextFactsOf(steps), isTimed, isPinned: execution.pinned });
};

const headline = (execution: ExecutionView, look: Look): string => {
  const took = tookText(execution, look.now);
  const paint = paintOf(execution.status, look);
  const verb = ["completed", "failed"].includes(execution.status) ? "" : execution.status === "cancelled" ? "was " : "is ";
  const reason = reasonText(execution);
  const text = `${verb}${paint(execution.status)}${took === null ? "" : ` in ${took}`}${reason === null ? "" : `: ${reason}`}`;
  return wrapTo(`${executionMark(execution.status, look)} ${look.style.bold(line(execution.id))} ${text}`, look, "  ");
};

const details = (history: HistoryView, look: Look): readonly string[] => {
  const { execution } = history;
  if (execution.status === "completed") return execution.output === undefined ? [] : [renderValue(execution.output, look.columns - 2)];
  const step = failingStep(history);
  const below = reasonBelow(execution, { ...look, columns: look.columns - 2 });
  return [
    ...(below === null ? [] : [below]),
    ...(step === undefined ? [] : [`in ${failureText(step)}`]),
    ...(execution.error === null
      ? []
      : [renderError(execution.error, { ...look, columns: look.columns - 2 }, { id: execution.id, at: execution.finishedAt })]),
    ...(execution.wakeAt === null ? [] : [`until ${instant(execution.wakeAt, look)}`]),
  ];
};

const shortened = (history: HistoryView): HistoryView => ({ ...history, steps: history.steps.filter(isShown(history)) });

const isShown =
  ({ steps }: HistoryView) =>
  (step: StepView, index: number): boolean =>
    index >= steps.length - STEPS_SHOWN || step.status === "failed";

const hiddenSteps = (history: HistoryView, look: Look): string => {
  const count = history.steps.length - history.steps.filter(isShown(history)).length;
  if (count === 0) return "";
  return look.style.dim(`${count} earlier ${count === 1 ? "step" : "steps"}: wf history ${line(history.execution.id)}`);
};
