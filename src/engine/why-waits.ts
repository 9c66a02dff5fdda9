/** What the open steps of an execution are doing or waiting for, as one sentence. */
import { quoted } from "../model/escape.ts";
import type { ExecutionRecord, StepRecord } from "../model/records.ts";
import { foreign, until, when } from "./why-text.ts";

export interface WaitFacts {
  readonly execution: ExecutionRecord;
  readonly openSteps: readonly StepRecord[];
  readonly now: number;
}

/** More are counted. */
const STEPS_NAMED = 3;

/** `lead`, then each open step, the one that ends first in front: `It sleeps: sleep "trial", since …, until ….` */
export const describeWaits = (facts: WaitFacts, lead: string): string => {
  const named = openSentence(facts);
  if (named !== "") return `${lead}: ${named}.`;
  const { reasonDetail, wakeAt } = facts.execution;
  const detail = reasonDetail === null ? "" : ` (${foreign(reasonDetail)})`;
  return `${lead}${detail}${until(wakeAt, facts.now)}.`;
};

/** `It waits for event "survey", since ….` @param something what it waits for where that is not known */
export const describeAwaited = (facts: WaitFacts, something: string): string => {
  const named = openSentence(facts);
  if (named !== "") return `It waits for ${named}.`;
  const { reasonDetail, wakeAt } = facts.execution;
  return `It waits for ${reasonDetail === null ? something : foreign(reasonDetail)}${until(wakeAt, facts.now)}.`;
};

const openSentence = ({ execution, openSteps, now }: WaitFacts): string => {
  // What its code waited for does not matter any more once it is being undone.
  const asked = execution.errorText === null ? openSteps : openSteps.filter(({ kind }) => kind === "compensation");
  const open = asked.filter(isOpen).toSorted((one, other) => (one.wakeAt ?? Infinity) - (other.wakeAt ?? Infinity) || 0);
  const named = open.slice(0, STEPS_NAMED).map((step) => describeStep(step, now));
  const more = open.length > STEPS_NAMED ? [`and ${open.length - STEPS_NAMED} more`] : [];
  return [...named, ...more].join("; ");
};

const isOpen = ({ status }: StepRecord): boolean =>
  status === "running" || status === "retrying" || status === "sleeping" || status === "waiting" || status === "in-doubt";

const describeStep = (step: StepRecord, now: number): string => {
  const repeat = step.n > 1 ? ` (number ${step.n} of that name)` : "";
  const scope = step.scope === "" ? "" : ` in scope ${quoted(step.scope)}`;
  const attempt = step.attempt > 1 && step.status === "running" ? `, attempt ${step.attempt}` : "";
  const about = step.detail === null ? "" : aboutOf(step.kind, foreign(step.detail));
  return `${step.kind} ${quoted(step.name)}${repeat}${scope}${about}${attempt}, since ${when(step.startedAt, now)}${endOf(step, now)}`;
};

const aboutOf = (kind: StepRecord["kind"], detail: string): string =>
  kind === "approval" ? ` (${detail})` : kind === "child" ? ` (execution ${detail})` : "";

const endOf = (step: StepRecord, now: number): string => {
  switch (step.status) {
    case "retrying":
      return `, failed; attempt ${step.attempt} ${attemptTime(step.wakeAt, now)}`;
    case "waiting":
      if (step.kind === "child") return "";
      return step.wakeAt === null ? ", with no deadline" : until(step.wakeAt, now);
    case "sleeping":
    case "running":
      return until(step.wakeAt, now);
    case "in-doubt":
    case "completed":
    case "failed":
    case "cancelled":
    case "skipped":
      return "";
    default:
      return step.status satisfies never;
  }
};

/** When the next attempt comes, whose number the row of a step has between two. */
const attemptTime = (at: number | null, now: number): string => {
  if (at === null) return "comes next";
  return at > now ? `comes at ${when(at, now)}` : `is due since ${when(at, now)}`;
};
