/**
 * The command that moves an execution on, as a person would type it.
 *
 * What callers may rely on:
 *   1. The command can be pasted into a POSIX shell whatever a workflow or event is called. A name that holds characters nobody sees is
 *      written with their escapes (`$'…'`, as bash and zsh read it), so that the text itself shows them.
 *   2. `null` when no command moves it: it is over, or what it waits for lies elsewhere.
 */
import type { StepIdentity } from "./records.ts";
import { shellWord } from "./shell-word.ts";
import type { ExecutionStatus, Reason } from "./status.ts";

export interface NextFacts {
  readonly id: string;
  readonly workflow: string;
  readonly status: ExecutionStatus;
  readonly reason: Reason | null;
  /** Its open waits, the oldest first. */
  readonly waits: readonly Pick<StepIdentity, "kind" | "name">[];
  /** The input as JSON; null when JSON cannot say it. */
  readonly inputJson: string | null;
}

/** A longer input makes a command that nobody reads. */
const MAX_INPUT_CHARACTERS = 300;

export const nextCommand = (facts: NextFacts): string | null => {
  switch (facts.status) {
    case "completed":
    case "cancelled":
      return null;
    case "failed":
      return startAgain(facts);
    case "running":
      return `wf wait ${shellWord(facts.id)}`;
    case "pending":
    case "sleeping":
    case "waiting":
    case "paused":
    case "blocked":
      return byReason(facts, facts.reason ?? usualReason(facts.status));
    default:
      return facts.status satisfies never;
  }
};

/** What a status means where no reason is recorded. */
export const usualReason = (status: "pending" | "sleeping" | "waiting" | "paused" | "blocked"): Reason => {
  switch (status) {
    case "pending":
      return "queued";
    case "sleeping":
      return "sleep";
    case "waiting":
      return "event";
    case "paused":
    case "blocked":
      return "paused";
    default:
      return status satisfies never;
  }
};

const byReason = (facts: NextFacts, reason: Reason): string | null => {
  const id = shellWord(facts.id);
  switch (reason) {
    case "queued":
    case "sleep":
    case "retry":
    case "restart":
    case "concurrency":
      return "wf tick";
    case "event":
      return answer(id, facts.waits);
    case "child":
      return null;
    case "crash-loop":
      return `wf restart ${id}`;
    case "paused":
    case "diverged":
    case "in-doubt":
    case "definition-missing":
      return `wf resume ${id}`;
    case "corrupt":
      return "wf db repair";
    default:
      return reason satisfies never;
  }
};

const answer = (id: string, waits: NextFacts["waits"]): string | null => {
  const wait = waits.find(({ kind }) => kind === "event" || kind === "approval");
  if (wait === undefined) return null;
  if (wait.kind === "approval") return `wf approve ${id}`;
  const endOfOptions = wait.name.startsWith("-") ? "-- " : "";
  return `wf send ${endOfOptions}${id} ${shellWord(wait.name)} '{}'`;
};

const startAgain = ({ id, workflow, inputJson }: NextFacts): string => {
  if (inputJson === null || inputJson.length > MAX_INPUT_CHARACTERS) return `wf history ${shellWord(id)} --full`;
  return inputJson === "{}" || inputJson === "null"
    ? `wf run ${shellWord(workflow)}`
    : `wf run ${shellWord(workflow)} -i ${shellWord(inputJson)}`;
};
