/**
 * One execution in detail, as aligned fields, and its short forms for other texts.
 */
import type { ExecutionView, StepView } from "../../model/views.ts";
import { instant, span } from "./age.ts";
import { renderError } from "./error.ts";
import { failureText } from "./failing-step.ts";
import { fieldColumn, renderFields } from "./fields.ts";
import { wrapTo } from "./fit.ts";
import type { Look } from "./look.ts";
import { executionMark, paintOf } from "./marks.ts";
import { reasonBelow, reasonText } from "./reason.ts";
import { line } from "./safe.ts";
import { renderValue } from "./value.ts";

export interface ExecutionOptions {
  /** What moves it on; null when nothing does. */
  readonly next?: string | null;
  /** Where it failed. */
  readonly failingStep?: StepView | undefined;
}

export const renderExecution = (execution: ExecutionView, look: Look, { next = null, failingStep }: ExecutionOptions = {}): string => {
  const column = fieldColumn(["failed in"]);
  const value = (held: unknown): string => renderValue(held, look.columns - column);
  const at = (instantAt: string | null): string | null => (instantAt === null ? null : instant(instantAt, look));
  return renderFields(
    [
      ["id", line(execution.id)],
      ["workflow", `${line(execution.workflow)} v${execution.version}`],
      ["status", `${statusText(execution, look)}${reasonLines(execution, column, look)}`],
      ["round", execution.generation === 0 ? null : String(execution.generation + 1)],
      ["code", execution.pinned ? "on the code of its start" : null],
      ["wakes", at(execution.wakeAt)],
      ["created", at(execution.createdAt)],
      ["started", at(execution.startedAt)],
      ["finished", at(execution.finishedAt)],
      ["took", tookText(execution, look.now)],
      ["restarts", execution.restarts === 0 ? null : String(execution.restarts)],
      ["parent", execution.parentId === null ? null : line(execution.parentId)],
      ["tags", tagsText(execution)],
      ["input", value(execution.input)],
      ["output", execution.status === "completed" ? value(execution.output) : null],
      ["failed in", failingStep === undefined ? null : failureText(failingStep)],
      [
        "error",
        execution.error === null
          ? null
          : renderError(execution.error, { ...look, columns: look.columns - column }, { id: execution.id, at: execution.finishedAt }),
      ],
      ["next", next === null ? null : look.style.bold(line(next))],
    ],
    look,
  );
};

/** `✓ completed`. */
export const statusText = ({ status }: Pick<ExecutionView, "status">, look: Look): string =>
  `${executionMark(status, look)} ${paintOf(status, look)(status)}`;

const reasonLines = (execution: ExecutionView, column: number, look: Look): string => {
  const room = { ...look, columns: look.columns - column };
  const reason = reasonText(execution);
  if (reason === null) return "";
  const below = reasonBelow(execution, room);
  return `\n${wrapTo(reason, room)}${below === null ? "" : `\n${below}`}`;
};

/** From start to end, in the words of `formatDuration`; null before its end. */
export const tookText = ({ startedAt, createdAt, finishedAt }: ExecutionView, now: number): string | null =>
  finishedAt === null ? null : span(startedAt ?? createdAt, finishedAt, now);

const tagsText = ({ tags }: ExecutionView): string | null => {
  const pairs = Object.entries(tags).map(([key, value]) => line(`${key}=${value}`));
  return pairs.length === 0 ? null : pairs.join(" ");
};
