/** What an execution waits for, or how it ended: the first sentence of "why", one for each reason. */
import { isAboutKey } from "../model/catalogue-secrets.ts";
import { isBehind } from "../model/schedule/record.ts";
import { quoted } from "../model/escape.ts";
import { RATE_LIMITED } from "../model/lane.ts";
import { usualReason } from "../model/next-command.ts";
import { shellWord } from "../model/shell-word.ts";
import { isTerminal, type Reason } from "../model/status.ts";
import { needsItsScript } from "./why-script.ts";
import { isDue, isUndoing, type WhyFacts } from "./why-facts.ts";
import { isInHand } from "./why-owner.ts";
import { describeLostCode, describeWaysOn, differenceOf } from "./why-code.ts";
import { foreign, onceAt, when } from "./why-text.ts";
import { describePlace } from "./why-place.ts";
import { describeAwaited, describeWaits } from "./why-waits.ts";

export const describeEnd = ({ execution, now, lastError, isUndone }: WhyFacts): string => {
  const at = execution.finishedAt === null ? "" : ` at ${when(execution.finishedAt, now)}`;
  const error = lastError === null ? "" : `: ${foreign(lastError.message)}`;
  switch (execution.status) {
    case "completed":
      return `It completed${at}. Nothing is left to do.`;
    case "failed":
      return isUndone === true
        ? `It failed${at}${error}. Its finished steps were undone; mend the cause and do the work anew.`
        : `It failed${at}${error}. Mend the cause, then try it again from where it failed; finished steps are kept.`;
    case "cancelled":
      return `It was cancelled${at}${error}. Start a new execution if the work is still wanted.`;
    default:
      return `It is ${execution.status}.`;
  }
};

export const describeState = (facts: WhyFacts): string => {
  const { status, reason } = facts.execution;
  if (isTerminal(status)) return "";
  const state =
    status === "running"
      ? describeWaits(facts, isInHand(facts) ? "It is running" : "It is marked as running")
      : describeReason(facts, reason ?? usualReason(status));
  return `${state}${deadlineOf(facts)}`;
};

/** Of the execution as a whole; a wait of it may have none. What is being undone has met its own. */
const deadlineOf = ({ execution, now }: WhyFacts): string =>
  execution.deadlineAt === null || isUndoing(execution)
    ? ""
    : ` Its own time-out comes at ${when(execution.deadlineAt, now)}: then it fails.`;

/** Its error is stored before its end is: until then compensations run. */
export const describeUndoing = ({ execution }: WhyFacts): string =>
  isUndoing(execution) ? "It has come to its end; what it has done is being undone before that is recorded." : "";

const describeReason = (facts: WhyFacts, reason: Reason): string => {
  const { execution, now } = facts;
  const detail = execution.reasonDetail === null ? "" : `: ${foreign(execution.reasonDetail)}`;
  const soonest = onceAt(execution.wakeAt, now);
  switch (reason) {
    case "queued": {
      const since = `It has been queued since ${when(execution.createdAt, now)}`;
      if (isDue(facts)) return `${since}${soonest}.`;
      const limit = limitOf(facts);
      return `${since} and starts${soonest}${limit}.${limit === "" ? wakes(facts, "starts it now") : ""}`;
    }
    case "sleep":
      return `${describeWaits(facts, "It sleeps")}${wakes(facts, "ends that now")}`;
    case "retry":
      return `${describeWaits(facts, "It waits before it tries again")}${wakes(facts, "has it try now")}`;
    case "restart":
      if (needsItsScript(facts)) return describeWaits(facts, "Its script has ended before it did");
      return (
        `A system failure stopped it${detail}; that was number ${execution.panics} without a finished step, of at most ` +
        `${execution.panic.maxRestarts}. It is taken up again${soonest}, with all its finished steps kept.`
      );
    case "event":
      return waitsForPerson(facts) ? describeWaits(facts, "It waits for a person to decide") : describeAwaited(facts, "an event");
    case "child":
      return describeAwaited(facts, "a child execution");
    case "concurrency":
      if (isBehind(execution)) return "It waits until the execution of an earlier slot of its schedule is over.";
      return describePlace(facts, `${detail}${soonest}`);
    case "paused":
      return `It is ${execution.status === "blocked" ? "blocked" : "paused"}${detail}, until a person ${whatHelps(facts)}.`;
    case "diverged":
      return `It is blocked because its code has changed${differenceOf(execution)}. ${describeWaysOn(execution)}`;
    case "in-doubt":
      return describeWaits(facts, "It is blocked because a step that must run only once was cut off in the middle");
    case "definition-missing":
      if (isAboutKey(execution.reasonDetail))
        return `It is blocked because it cannot read or write what is sensitive${detail}. ${bringBack(soonest)}`;
      if (execution.isPinned) return describeLostCode(execution, detail);
      return `It is blocked because the workflow ${quoted(execution.workflow)} is not there or does not load${detail}. ${mend(soonest)}`;
    case "crash-loop":
      return (
        `It is blocked because its process died again and again without finishing a step${detail}. ` +
        "Mend the cause, then restart it; finished steps are kept."
      );
    case "corrupt":
      return (
        `It is blocked because its stored state is damaged${detail}. ` +
        "Nothing runs on damaged state: `wf db repair` shows what can be done; then resume it."
      );
    default:
      return reason satisfies never;
  }
};

/** Nothing needs doing, but somebody may not want to wait. What is over by now is taken up as it is, and what is damaged is not. */
const wakes = (facts: WhyFacts, what: string): string => {
  const { execution, cancelRequested, damage } = facts;
  const isEnding = cancelRequested && !isUndoing(execution);
  return damage !== undefined || isEnding || isDue(facts) || execution.wakeAt === null
    ? ""
    : `${byItself(facts)} \`wf wake ${shellWord(execution.id)}\` ${what}.`;
};

/** Who has it in memory waits for it. */
const byItself = (facts: WhyFacts): string => (isInHand(facts) ? "" : " A daemon then takes it up, or `wf tick` by cron.");

const bringBack = (soonest: string): string =>
  `Put the key back, then resume it${soonest === "" ? "" : `; it is looked for again${soonest}`}; nothing is lost.`;

const limitOf = ({ execution }: WhyFacts): string =>
  execution.reasonDetail === RATE_LIMITED ? `, when the rate limit of workflow ${quoted(execution.workflow)} lets it begin` : "";

const waitsForPerson = ({ openSteps }: WhyFacts): boolean => {
  const waits = openSteps.filter(({ status }) => status === "waiting");
  return waits.length > 0 && waits.every(({ kind }) => kind === "approval");
};

/** A step that is out of attempts stands in the way of all that comes after it. */
const whatHelps = ({ openSteps }: WhyFacts): string =>
  openSteps.some(({ status }) => status === "failed") ? "has it tried again, or settles the step" : "resumes it";

/** A file that is missing is looked for again by itself. */
const mend = (soonest: string): string =>
  soonest === ""
    ? "Mend the file, then resume it."
    : `Mend the file, and it goes on by itself; it is looked for again${soonest} in any case.`;
