/**
 * What stands below the row of a step: failed attempts, its error, what it waits for, and, when all is asked for, its value.
 */
import { formatDuration } from "../../model/duration.ts";
import type { AttemptView, StepView } from "../../model/views.ts";
import { instant, span, spanMs } from "./age.ts";
import { renderError, renderMessage } from "./error.ts";
import { wrapTo } from "./fit.ts";
import type { Look } from "./look.ts";
import { line } from "./safe.ts";
import { renderValue } from "./value.ts";

export interface NoteOptions {
  /** Only what it waits for. */
  readonly isShort?: boolean;
  /** Values, whole messages and stacks, and every attempt. */
  readonly isFull?: boolean;
  /** Of the execution. */
  readonly id?: string;
}

/** More attempts than these are counted, not listed. */
const ATTEMPTS_SHOWN = 3;

/** Without indentation; each fits the columns of the look, and may hold newlines. */
export const stepNotes = (step: StepView, look: Look, options: NoteOptions = {}): readonly string[] => {
  const wrapped = (notes: readonly string[]): readonly string[] => notes.map((note) => (note.includes("\n") ? note : wrapTo(note, look)));
  return options.isShort === true
    ? wrapped(stateNotes(step, look))
    : [
        ...wrapped(attemptNotes(step, look, options)),
        ...(step.settled === true ? [look.style.dim("settled by hand")] : []),
        ...wrapped(errorNotes(step, look, options)),
        ...wrapped(stateNotes(step, look)),
        ...valueNotes(step, look, options),
      ];
};

const attemptNotes = (step: StepView, look: Look, options: NoteOptions): readonly string[] => {
  const attempts = isTold(step) ? step.attempts.slice(0, -1) : step.attempts;
  const failed = attempts.filter(({ error }) => error !== null);
  const shown = options.isFull === true ? failed : failed.slice(-ATTEMPTS_SHOWN);
  const hidden = failed.length - shown.length;
  const before =
    hidden === 0 ? [] : [look.style.dim(`${hidden} earlier ${hidden === 1 ? "attempt" : "attempts"} failed; --full shows all`)];
  return [...before, ...shown.map((attempt) => attemptNote(attempt, look, options))];
};

const attemptNote = (attempt: AttemptView, look: Look, options: NoteOptions): string => {
  const took = attempt.finishedAt === null ? "" : ` after ${formatDuration(spanMs(attempt.startedAt, attempt.finishedAt, look.now))}`;
  const head = look.style.yellow(`attempt ${attempt.attempt} failed${took}: `);
  if (attempt.error === null) return head;
  return options.isFull === true
    ? renderError(attempt.error, look, { ...options, at: attempt.finishedAt, lead: head })
    : renderMessage(attempt.error, look, { ...options, lead: head });
};

const errorNotes = (step: StepView, look: Look, options: NoteOptions): readonly string[] =>
  isTold(step) && step.error !== null
    ? [renderError(step.error, look, { ...options, at: step.finishedAt, lead: step.attempts.length > 1 ? `${attemptCount(step)}: ` : "" })]
    : [];

/** Whether its own error is told, so that the same one need not be told of its last attempt. */
const isTold = ({ error, status }: StepView): boolean => error !== null && (status === "failed" || status === "cancelled");

const stateNotes = (step: StepView, look: Look): readonly string[] => {
  switch (step.status) {
    case "retrying":
      return [`attempt ${lastAttempt(step) + 1}${step.wakeAt === null ? " comes next" : ` at ${instant(step.wakeAt, look)}`}`];
    case "sleeping":
      return step.wakeAt === null ? [] : [`until ${instant(step.wakeAt, look)}`];
    case "waiting":
      if (step.kind === "child") return []; // its id stands in its row
      return [...askedOf(step), step.wakeAt === null ? "no deadline" : `until ${instant(step.wakeAt, look)}`];
    case "in-doubt":
      return ["its process died in the middle; nobody knows whether it took effect"];
    case "completed":
      return isTimedOutEvent(step) ? ["nothing came in time"] : [];
    case "running":
    case "failed":
    case "cancelled":
    case "skipped":
      return [];
    default:
      return step.status satisfies never;
  }
};

/** What an approval asks. */
const askedOf = ({ kind, detail }: StepView): readonly string[] => (kind === "approval" && detail !== null ? [line(detail)] : []);

/** `attempt 3 of 3`, of a step that is not tried again. */
export const attemptCount = (step: StepView): string => `attempt ${lastAttempt(step)} of ${lastAttempt(step)}`;

const lastAttempt = (step: StepView): number => step.attempts.at(-1)?.attempt ?? 0;

/** What `ctx.waitForEvent` gives after its time-out. */
const isTimedOutEvent = (step: StepView): boolean => step.kind === "event" && step.output === null;

const valueNotes = (step: StepView, look: Look, { isFull }: NoteOptions): readonly string[] =>
  isFull === true && step.status === "completed" && step.kind !== "sleep" ? [renderValue(step.output, look.columns)] : [];

/** `1.2s`; of a step that goes on, so far. */
export const duration = (step: StepView, look: Look): string => span(step.startedAt, step.finishedAt, look.now);
