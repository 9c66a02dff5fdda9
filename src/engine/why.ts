/**
 * "Why does it not move?": one paragraph about an execution, and the command that moves it on.
 *
 * What callers may rely on:
 *   1. Every status with every reason, or none, gives a paragraph: what it waits for, since when, until when, what went wrong last, who
 *      has it, and whether anybody is there to take it up.
 *   2. Text of others (names, errors, hosts) is escaped, cut where it is long, and keeps the paragraph one line.
 *   3. `next` is null when nothing needs doing.
 *   4. What is damaged is told before anything is tried that would be refused for it.
 *   5. What does not fit into a paragraph, the comparison of code that has changed, is `detail`, in lines.
 */
import { nextCommand } from "../model/next-command.ts";
import { shellWord } from "../model/shell-word.ts";
import type { ExecutionRecord } from "../model/records.ts";
import { isTerminal } from "../model/status.ts";
import { TO_BE_UNDONE } from "../model/to-be-undone.ts";
import type { WhyView } from "../model/views.ts";
import { isDue, isFull, isUndoing, needsPerson, reasonOf, type WhyFacts } from "./why-facts.ts";
import { describeCode, detailOf, isInCode } from "./why-code.ts";
import { describeOwner, isInHand } from "./why-owner.ts";
import { describeDecision, describeSince } from "./why-hand.ts";
import { describeOwnScript, needsItsScript, rerunOf } from "./why-script.ts";
import { describeEnd, describeState, describeUndoing } from "./why-state.ts";
import { foreign, lengthOf } from "./why-text.ts";

/** A cron job ticks every minute, as a rule; after a quarter of an hour without one there is none. */
const TICKER_GONE_MS = 15 * 60_000;
/** Waits that end sooner than this are worth a warning when nobody will be there. */
const SOON_MS = 15 * 60_000;

export const explainWhy = (facts: WhyFacts): WhyView => {
  const { id, status, reason } = facts.execution;
  const sentences = isTerminal(status)
    ? [describeEnd(facts), describeDecision(facts), describeDamage(facts)]
    : [
        ...[
          describeState(facts),
          describeDamage(facts),
          describeUndoing(facts),
          describeSince(facts),
          describeDecision(facts),
          describeCode(facts.execution),
          describeCancel(facts),
          describeOwnScript(facts),
        ],
        ...[describeOwner(facts), describeError(facts), describeTicker(facts)],
      ];
  // A tab is no more than a blank in a paragraph.
  const text = sentences
    .filter((sentence) => sentence !== "")
    .join(" ")
    .replaceAll("\t", " ");
  return { id, status, reason, text, detail: detailOf(facts.execution), next: nextFor(facts) };
};

/** Once it is being undone its cancellation has taken effect. */
const awaitsCancel = ({ cancelRequested, execution }: WhyFacts): boolean => cancelRequested && !isUndoing(execution);

const describeCancel = (facts: WhyFacts): string => {
  if (!awaitsCancel(facts)) return "";
  if (facts.execution.reasonDetail === TO_BE_UNDONE) return `${TO_BE_UNDONE[0]?.toUpperCase()}${TO_BE_UNDONE.slice(1)}.`;
  return "Its cancellation has been asked for and takes effect when its process notices, or when it is next taken up.";
};

/** One that is blocked for it says so as its reason. */
const describeDamage = ({ damage, execution }: WhyFacts): string =>
  damage === undefined || execution.reason === "corrupt"
    ? ""
    : `${foreign(damage)}. Nothing goes on from damaged state: \`wf db check\` looks at all of it, ` +
      "`wf db repair` shows what can be done.";

const describeError = ({ lastError }: WhyFacts): string => (lastError === null ? "" : `Last error: ${foreign(lastError.message)}.`);

/** Only where it matters: something is due or nearly so, and nobody has it in hand. */
const describeTicker = (facts: WhyFacts): string => {
  if (isInHand(facts) || needsItsScript(facts) || !isSoon(facts) || hasTicker(facts)) return "";
  const { lastTickAt, now } = facts;
  const seen =
    lastTickAt === null ? "No tick or daemon has been seen yet" : `No tick or daemon has been seen for ${lengthOf(now - lastTickAt)}`;
  return `${seen}, so nothing takes it up by itself.`;
};

const nextFor = (facts: WhyFacts): string | null => {
  const { execution, openSteps } = facts;
  if (facts.damage !== undefined) return "wf db repair";
  const reason = reasonOf(execution);
  const command = nextCommand({
    ...execution,
    reason,
    openSteps,
    isUndone: facts.isUndone === true,
    isInCode: isInCode(execution),
  });
  if (isTerminal(execution.status)) return command;
  if (needsItsScript(facts)) return rerunOf(facts);
  const awaited = reason === "event" || reason === "child" ? command : null;
  if (isInHand(facts)) return awaited ?? watch(execution);
  if (execution.status === "running" || awaitsCancel(facts)) return "wf tick";
  if (needsPerson(reason)) return command;
  if (facts.place !== undefined && isFull(facts.place)) return statusOf(facts.place.runningIds[0]);
  if (isDue(facts)) return "wf tick";
  return awaited ?? (isSoon(facts) && !hasTicker(facts) ? `${watch(execution)} --wait` : null);
};

/** What has to leave first. */
const statusOf = (id: string | undefined): string | null => (id === undefined ? null : `wf status ${shellWord(id)}`);

/** Moves it here, or looks on while another process does. */
const watch = ({ id }: ExecutionRecord): string => `wf wait ${shellWord(id)}`;

/** Whether a tick has something to do for it within a quarter of an hour. */
const isSoon = (facts: WhyFacts): boolean => {
  const { execution, now } = facts;
  if (execution.status === "running" || awaitsCancel(facts)) return true;
  if (needsPerson(reasonOf(execution))) return false;
  return isDue(facts) || (execution.wakeAt !== null && execution.wakeAt - now <= SOON_MS);
};

const hasTicker = ({ lastTickAt, now }: WhyFacts): boolean => lastTickAt !== null && now - lastTickAt <= TICKER_GONE_MS;
