/** What an execution waits for, or how it ended: the first sentence of "why", one for each reason. */
import { isAboutKey } from "../model/catalogue-secrets.ts";
import { isBehind } from "../model/schedule/record.ts";
import { quoted } from "../model/escape.ts";
import { RATE_LIMITED } from "../model/lane.ts";
import { usualReason } from "../model/next-command.ts";
import { isTerminal, type Reason } from "../model/status.ts";
import { isDue, type WhyFacts } from "./why-facts.ts";
import { isInHand } from "./why-owner.ts";
import { describeWaysOn, differenceOf } from "./why-code.ts";
import { foreign, onceAt, when } from "./why-text.ts";
import { describePlace } from "./why-place.ts";
import { describeWaits } from "./why-waits.ts";

export const describeEnd = ({ execution, now, lastError }: WhyFacts): string => {
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

export const describeState = (facts: WhyFacts): string => {
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
      return `It has been queued since ${when(execution.createdAt, now)}${isDue(facts) ? soonest : ` and starts${soonest}`}${limitOf(facts)}.`;
    case "sleep":
      return describeWaits(facts, "It sleeps");
    case "retry":
      return describeWaits(facts, "It waits before it tries again");
    case "restart":
      return (
        `A system failure stopped it${detail}; that was number ${execution.panics} without a finished step, of at most ` +
        `${execution.panic.maxRestarts}. It is taken up again${soonest}, with all its finished steps kept.`
      );
    case "event":
      return describeWaits(facts, "It waits for an event");
    case "child":
      return describeWaits(facts, "It waits for a child execution");
    case "concurrency":
      if (isBehind(execution)) return "It waits until the execution of an earlier slot of its schedule is over.";
      return describePlace(facts, `${detail}${soonest}`);
    case "paused":
      return `It is ${execution.status === "blocked" ? "blocked" : "paused"}${detail}, until a person resumes it.`;
    case "diverged":
      return `It is blocked because its code has changed${differenceOf(execution)}. ${describeWaysOn(execution)}`;
    case "in-doubt":
      return describeWaits(facts, "It is blocked because a step that must run only once was cut off in the middle");
    case "definition-missing":
      if (isAboutKey(execution.reasonDetail))
        return `It is blocked because it cannot read or write what is sensitive${detail}. ${bringBack(soonest)}`;
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

const bringBack = (soonest: string): string =>
  `Put the key back, then resume it${soonest === "" ? "" : `; it is looked for again${soonest}`}; nothing is lost.`;

const limitOf = ({ execution }: WhyFacts): string =>
  execution.reasonDetail === RATE_LIMITED ? `, when the rate limit of workflow ${quoted(execution.workflow)} lets it begin` : "";

/** A file that is missing may be looked for again by itself. */
const mend = (soonest: string): string => `Mend the file, then resume it${soonest === "" ? "" : `; it is looked for again${soonest}`}.`;
