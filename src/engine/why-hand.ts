/** Since when an execution stands as it does, where no open step tells; and what was last done to it by hand, where that is why. */
import { quoted } from "../model/escape.ts";
import { isTerminal } from "../model/status.ts";
import { reasonOf, type WhyFacts } from "./why-facts.ts";
import { foreign, when } from "./why-text.ts";

/** Of what is held up by something else than its own waits. */
export const describeSince = ({ execution, movedAt, now }: WhyFacts): string => {
  switch (reasonOf(execution)) {
    case "restart":
    case "diverged":
    case "definition-missing":
    case "crash-loop":
    case "corrupt":
      return movedAt === null || movedAt === undefined ? "" : `It last moved at ${when(movedAt, now)}.`;
    default:
      return "";
  }
};

/** What has it stand, or go: a pause, a cancellation, another try that nobody has begun yet. */
export const describeDecision = ({ execution, decision, now }: WhyFacts): string => {
  if (decision === undefined) return "";
  const { by, at, action, reason } = decision;
  const done = DONE[action];
  const { status } = execution;
  const isWhy = isTerminal(status) ? action === "cancel" && status === "cancelled" : IS_WHY[action] === reasonOf(execution);
  if (done === undefined || !isWhy) return "";
  // Who and why stand in the reason of the state.
  if (action === "pause") return `That was at ${when(at, now)}.`;
  const why = reason === null ? "" : `: ${foreign(reason)}`;
  return `${quoted(by)} has ${done} it at ${when(at, now)}${why}.`;
};

const DONE: Readonly<Record<string, string>> = {
  cancel: "cancelled",
  pause: "paused",
  resume: "resumed",
  restart: "restarted",
  retry: "had another try of",
  wake: "woken",
  resolve: "settled a step of",
};

const IS_WHY: Readonly<Record<string, string>> = {
  pause: "paused",
  resume: "queued",
  restart: "queued",
  retry: "queued",
  wake: "queued",
  resolve: "queued",
};
