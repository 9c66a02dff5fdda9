/**
 * "Why does it not move?": one paragraph about an execution, and the command that moves it on.
 *
 * What callers may rely on:
 *   1. Every status with every reason, or none, gives a paragraph: what it waits for, since when, until when, what went wrong last, who has it,
 *      and whether anybody is there to take it up.
 *   2. Text of others (names, errors, hosts) is escaped, cut where it is long, and keeps the paragraph one line.
 *   3. `next` is null when nothing needs doing.
 */
import { FORMAT } from "../model/codec/format.ts";
import { quoted } from "../model/escape.ts";
import { nextCommand, shellWord, usualReason } from "../model/next-command.ts";
import type { ExecutionRecord, StepRecord, WorkerRecord } from "../model/records.ts";
import { isTerminal, type Reason } from "../model/status.ts";
import type { WhyView } from "../model/views.ts";
import { describeOwner, isInHand } from "./why-owner.ts";
import { foreign, lengthOf, onceAt, until, when } from "./why-text.ts";
import { describeWaits } from "./why-waits.ts";

export interface WhyFacts {
  readonly execution: ExecutionRecord;
  /** Those that are not completed. */
  readonly openSteps: readonly StepRecord[];
  /** The worker that has it, if any. */
  readonly owner: WorkerRecord | undefined;
  readonly ownerLiveness: "alive" | "dead" | "unknown" | undefined;
  readonly lastTickAt: number | null;
  readonly now: number;
  readonly cancelRequested: boolean;
  readonly lastError: { readonly message: string } | null;
}

/** A cron job ticks every minute, as a rule; after a quarter of an hour without one there is none. */
const TICKER_GONE_MS = 15 * 60_000;
/** Waits that end sooner than this are worth a warning when nobody will be there. */
const SOON_MS = 15 * 60_000;

export const explainWhy = (facts: WhyFacts): WhyView => {
  const { id, status, reason } = facts.execution;
  const sentences = isTerminal(status)
    ? [describeEnd(facts)]
    : [describeState(facts), describeCancel(facts), describeOwner(facts), describeError(facts), describeTicker(facts)];
  // A tab is no more than a blank in a paragraph.
  const text = sentences
    .filter((sentence) => sentence !== "")
    .join(" ")
    .replaceAll("\t", " ");
  return { id, status, reason, text, next: nextFor(facts) };
};

const describeEnd = ({ execution, now, lastError }: WhyFacts): string => {
  const at = execution.finishedAt === null ? "" : ` at ${when(execution.finishedAt, now)}`;
  const error = lastError === null ? "" : `: ${foreign(lastError.message)}`;
  switch (execution.status) {
    case "completed":
      return `It completed${at}. Nothing is left to do.`;
    case "failed":
      return `It failed${at}${error}. It stays as it is; mend the cause and start the work again.`;
    case "cancelled":
      return `It was cancelled${at}${error}. Start a new execution if the work is still wanted.`;
    default:
      return `It is ${execution.status}.`;
  }
};

const describeState = (facts: WhyFacts): string => {
  const { status, reason } = facts.execution;
  if (status === "running") return describeWaits(facts, isInHand(facts) ? "It is running" : "It is marked as running");
  if (isTerminal(status)) return "";
  return describeReason(facts, reason ?? usualReason(status));
};

const describeReason = (facts: WhyFacts, reason: Reason): string => {
  const { execution, now } = facts;
  const detail = execution.reasonDetail === null ? "" : `: ${foreign(execution.reasonDetail)}`;
  const soonest = onceAt(execution.wakeAt, now);
  switch (reason) {
    case "queued":
      return `It has been queued since ${when(execution.createdAt, now)}${isDue(facts) ? until(execution.wakeAt, now) : ` and starts${soonest}`}.`;
    case "sleep":
      return describeWaits(facts, "It sleeps");
    case "retry":
      return describeWaits(facts, "It waits before it tries again");
    case "restart":
      return `A system failure stopped it${detail}; that was number ${execution.panics} without a finished step, of at most ${execution.panic.maxRestarts}. It is taken up again${soonest}, with all its finished steps kept.`;
    case "event":
      return describeWaits(facts, "It waits for an event");
    case "child":
      return describeWaits(facts, "It waits for a child execution");
    case "concurrency":
      return `It waits until fewer executions of workflow ${quoted(execution.workflow)} run at the same time${detail}${soonest}.`;
    case "paused":
      return `It is ${execution.status === "blocked" ? "blocked" : "paused"}${detail}, until a person resumes it.`;
    case "diverged":
      return `It is blocked because its code has changed${detail}. Put the step back where it was, then resume it; no new step has run.`;
    case "in-doubt":
      return describeWaits(facts, "It is blocked because a step that must run only once was cut off in the middle");
    case "definition-missing":
      return `It is blocked because the workflow ${quoted(execution.workflow)} is not there or does not load${detail}. Mend the file, then resume it${soonest === "" ? "" : `; it is looked for again${soonest}`}.`;
    case "crash-loop":
      return `It is blocked because its process died again and again without finishing a step${detail}. Mend the cause, then restart it; finished steps are kept.`;
    case "corrupt":
      return `It is blocked because its stored state is damaged${detail}. Nothing runs on damaged state: restore the file from a backup, then resume it.`;
    default:
      return reason satisfies never;
  }
};

const describeCancel = ({ cancelRequested }: WhyFacts): string =>
  cancelRequested ? "Its cancellation has been asked for and takes effect when its process notices, or when it is next taken up." : "";

const describeError = ({ lastError }: WhyFacts): string => (lastError === null ? "" : `Last error: ${foreign(lastError.message)}.`);

/** Only where it matters: something is due or nearly so, and nobody has it in hand. */
const describeTicker = (facts: WhyFacts): string => {
  if (isInHand(facts) || !isSoon(facts) || hasTicker(facts)) return "";
  const { lastTickAt, now } = facts;
  const seen =
    lastTickAt === null ? "No tick or daemon has been seen yet" : `No tick or daemon has been seen for ${lengthOf(now - lastTickAt)}`;
  return `${seen}, so nothing takes it up by itself.`;
};

const nextFor = (facts: WhyFacts): string | null => {
  const { execution, openSteps, cancelRequested } = facts;
  const reason = reasonOf(execution);
  const command = nextCommand({
    ...execution,
    reason,
    waits: openSteps.filter(({ status }) => status === "waiting"),
    inputJson: inputJson(execution),
  });
  if (isTerminal(execution.status)) return command;
  const awaited = reason === "event" ? command : null;
  if (isInHand(facts)) return awaited ?? watch(execution);
  if (execution.status === "running" || cancelRequested) return "wf tick";
  if (needsPerson(reason)) return command;
  if (isDue(facts)) return "wf tick";
  return awaited ?? (isSoon(facts) && !hasTicker(facts) ? `${watch(execution)} --wait` : null);
};

/** Plain JSON is stored as it is. */
const inputJson = ({ inputText }: ExecutionRecord): string | null => (inputText.startsWith(FORMAT) ? null : inputText);

/** Moves it here, or looks on while another process does. */
const watch = ({ id }: ExecutionRecord): string => `wf wait ${shellWord(id)}`;

/** Null while it runs or when it is over. */
const reasonOf = ({ status, reason }: ExecutionRecord): Reason | null =>
  status === "running" || isTerminal(status) ? null : (reason ?? usualReason(status));

const needsPerson = (reason: Reason | null): boolean =>
  reason === "paused" ||
  reason === "diverged" ||
  reason === "in-doubt" ||
  reason === "definition-missing" ||
  reason === "crash-loop" ||
  reason === "corrupt";

const isDue = ({ execution: { status, wakeAt }, now }: WhyFacts): boolean => (wakeAt === null ? status === "pending" : wakeAt <= now);

/** Whether a tick has something to do for it within a quarter of an hour. */
const isSoon = (facts: WhyFacts): boolean => {
  const { execution, now, cancelRequested } = facts;
  if (execution.status === "running" || cancelRequested) return true;
  if (needsPerson(reasonOf(execution))) return false;
  return isDue(facts) || (execution.wakeAt !== null && execution.wakeAt - now <= SOON_MS);
};

const hasTicker = ({ lastTickAt, now }: WhyFacts): boolean => lastTickAt !== null && now - lastTickAt <= TICKER_GONE_MS;
