/**
 * A failed execution is taken up again in place.
 *
 *     completed before the first culprit      stays
 *     culprits, and what failed after them    tried again, one attempt on
 *     completed after it                      keeps its result, and gets a new place in the order when the code asks for it: whether it
 *                                             still does is open, since the code goes another way if the step succeeds now
 *     cut off by the end of the execution     goes on: a sleep or wait with its deadline, a step from its beginning
 *     a child that failed                     tried again in the same way; one that was cancelled with its parent goes on
 */
import { type ExecutionRecord, STEP_FLAGS, type StepRecord } from "../../model/records.ts";
import { identityText } from "../../model/step-reference.ts";
import type { Queries } from "../query.ts";
import { listAttempts } from "../tables/attempts.ts";
import { releaseEvents } from "../tables/events.ts";
import { findExecution, saveExecution, type StoredExecution } from "../tables/executions.ts";
import { countSteps, deleteSteps, saveStep, stepHistory } from "../tables/steps.ts";
import { due } from "../transition.ts";
import { childIds } from "./children.ts";
import { culpritsOf } from "./culprit.ts";
import { refused } from "./refuse.ts";

/** Bounds how deep children are followed; a cycle there cannot be. */
const MAX_DEPTH = 100;

export interface Reopening {
  readonly now: number;
  /** One more that is tried again, whether or not it ended the execution. */
  readonly also?: StepRecord;
  readonly depth?: number;
}

/**
 * @returns the state after, and the rows that are tried again, as they were before
 * @throws ACTION_REFUSED for one whose steps were undone
 */
export function reopen(
  db: Queries,
  stored: StoredExecution,
  { now, also, depth = 0 }: Reopening,
): { readonly record: ExecutionRecord; readonly again: readonly StepRecord[] } {
  const { record } = stored;
  const steps = stepHistory(db, record.id, stored.stepCount);
  if (steps.some(({ kind }) => kind === "compensation")) throw undone(record);
  const again = guiltyOf(record, { steps, also, attempts: listAttempts(db, record.id) });
  const from = Math.min(...again.map(({ order }) => order ?? Number.POSITIVE_INFINITY));
  for (const step of steps) reopenStep(db, record, { step, from, now });
  reopenChildren(db, record, { again, now, depth });
  const next = {
    ...{ ...record, ...due(now), errorText: null, outputText: null, finishedAt: null, panics: 0 },
    deadlineAt: laterDeadline(record, now),
  };
  const left = { owner: null, term: stored.term + 1, cancel: null, stepCount: countSteps(db, record.id) };
  saveExecution(db, { ...stored, ...left, record: next });
  return { record: next, again };
}

const guiltyOf = (
  { status, errorText }: ExecutionRecord,
  { also, ...history }: Parameters<typeof culpritsOf>[1] & { readonly also: StepRecord | undefined },
): readonly StepRecord[] => {
  const guilty = status === "failed" ? culpritsOf(errorText, history) : [];
  if (also?.order == null || guilty.some((step) => identityText(step) === identityText(also))) return guilty;
  return [also, ...guilty];
};

const undone = (record: ExecutionRecord): Error =>
  refused(record, "retry", "its finished steps were undone when it ended", `\`wf rerun ${record.id}\` does the work anew.`);

/** As long again as it had at first. */
const laterDeadline = ({ deadlineAt, createdAt }: ExecutionRecord, now: number): number | null =>
  deadlineAt === null || deadlineAt > now ? deadlineAt : now + Math.max(0, deadlineAt - createdAt);

interface ToReopen {
  readonly step: StepRecord;
  /** Place of the first culprit. */
  readonly from: number;
  readonly now: number;
}

function reopenStep(db: Queries, record: ExecutionRecord, { step, from, now }: ToReopen): void {
  const { id, finishedAt } = record;
  if (step.order === null) {
    // What was cancelled before the end has lost a race, and stays so.
    const isCutOff = step.status === "cancelled" && (step.finishedAt ?? 0) >= (finishedAt ?? 0);
    if (isCutOff) goOn(db, id, step, now);
  } else if (step.order >= from) {
    if (step.status === "failed") tryAgain(db, id, step, now);
    else saveStep(db, id, { ...step, order: null });
  }
}

/** Its error stays until the next attempt, for those who ask why. */
export function tryAgain(db: Queries, id: string, step: StepRecord, now: number): void {
  const open = { ...step, order: null, outputText: null, finishedAt: null, flags: step.flags | STEP_FLAGS.settled };
  switch (step.kind) {
    case "event":
    case "approval":
      releaseEvents(db, id, step);
      return saveStep(db, id, { ...open, status: "waiting", errorText: null });
    case "child":
      return saveStep(db, id, { ...open, status: "waiting", errorText: null });
    case "sleep":
    case "step":
    case "shell":
    case "transaction":
    case "compensation":
      return saveStep(db, id, { ...open, status: "retrying", attempt: step.attempt + 1, wakeAt: now });
    default:
      return step.kind satisfies never;
  }
}

function goOn(db: Queries, id: string, step: StepRecord, now: number): void {
  const open = { ...step, finishedAt: null };
  switch (step.kind) {
    case "sleep":
      // One that has lost its deadline begins anew.
      if (step.wakeAt === null) return deleteSteps(db, id, [step]);
      return saveStep(db, id, { ...open, status: "sleeping" });
    case "event":
    case "approval":
    case "child":
      return saveStep(db, id, { ...open, status: "waiting" });
    case "step":
    case "shell":
    case "transaction":
    case "compensation":
      // Nobody knows how far one had come that must not run twice.
      if ((step.flags & STEP_FLAGS.once) !== 0) return saveStep(db, id, { ...open, status: "in-doubt", wakeAt: null });
      return saveStep(db, id, { ...open, status: "retrying", wakeAt: now });
    default:
      return step.kind satisfies never;
  }
}

interface OfParent {
  readonly again: readonly StepRecord[];
  readonly now: number;
  readonly depth: number;
}

/** A parent's step only mirrors the end of its child. */
function reopenChildren(db: Queries, parent: ExecutionRecord, { again, now, depth }: OfParent): void {
  const tried = new Set(again.flatMap(({ kind, detail }) => (kind === "child" && detail !== null ? [detail] : [])));
  for (const id of new Set([...tried, ...childIds(db, parent.id)])) {
    const child = findExecution(db, id);
    if (child === undefined || child.isDamaged || depth >= MAX_DEPTH) continue;
    const { status, finishedAt } = child.record;
    const endedWithParent = status === "cancelled" && (finishedAt ?? 0) >= (parent.finishedAt ?? 0);
    if (endedWithParent || (tried.has(id) && status === "failed")) reopen(db, child, { now, depth: depth + 1 });
    else if (tried.has(id) && status === "cancelled") throw childGone(parent, id);
    else if (child.cancel !== null && child.owner !== null) throw beingCancelled(parent, id);
  }
}

const childGone = (parent: ExecutionRecord, child: string): Error =>
  refused(
    parent,
    "retry",
    `its child "${child}" was cancelled, which is final`,
    `Settle the step with \`wf resolve ${parent.id} <step> --result …\`, or \`wf rerun ${parent.id}\`.`,
  );

const beingCancelled = (parent: ExecutionRecord, child: string): Error =>
  refused(parent, "retry", `its child "${child}" is being cancelled`, "Try again when that is over.");
