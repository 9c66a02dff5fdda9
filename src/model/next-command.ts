/**
 * The command that moves an execution on, as a person would type it.
 *
 * What callers may rely on:
 *   1. The command can be pasted into a POSIX shell whatever a workflow or event is called. A name that holds characters nobody sees is
 *      written with their escapes (`$'…'`, as bash and zsh read it), so that the text itself shows them.
 *   2. `null` when no command moves it: it is over, or what it waits for lies elsewhere.
 *   3. What would go on by itself later is not told to wait: the command has it go on now.
 */
import { RATE_LIMITED } from "./lane.ts";
import type { StepIdentity } from "./records.ts";
import { shellWord } from "./shell-word.ts";
import type { ExecutionStatus, Reason, StepStatus } from "./status.ts";
import { namesOf } from "./step-reference.ts";

export interface NextFacts {
  readonly id: string;
  readonly workflow: string;
  readonly status: ExecutionStatus;
  readonly reason: Reason | null;
  /** Those without a place in the order of completions, the oldest first. */
  readonly openSteps: readonly NextStep[];
  /** Its finished steps were undone when it ended. */
  readonly isUndone: boolean;
  readonly reasonDetail?: string | null;
  /** It goes on by itself, at a time that has not come. */
  readonly isTimed?: boolean;
  /** It runs on the code of its start. */
  readonly isPinned?: boolean;
  /** No file held the code it began with, so none can have been kept. */
  readonly isInCode?: boolean;
}

export type NextStep = StepIdentity & { readonly status: StepStatus; readonly detail?: string | null };

/** Both facts, out of all its steps. */
export const nextFactsOf = <Step extends NextStep & { readonly order: number | null }>(
  steps: readonly Step[],
): { readonly openSteps: readonly Step[]; readonly isUndone: boolean } => ({
  openSteps: steps.filter(({ order }) => order === null),
  isUndone: steps.some(({ kind }) => kind === "compensation"),
});

export const nextCommand = (facts: NextFacts): string | null => {
  switch (facts.status) {
    case "completed":
    case "cancelled":
      return null;
    case "failed":
      return `wf ${facts.isUndone ? "rerun" : "retry"} ${shellWord(facts.id)}`;
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
      if (facts.isTimed !== true) return "wf tick";
      return facts.reasonDetail === RATE_LIMITED ? null : `wf wake ${id}`;
    case "concurrency":
      return "wf tick";
    case "event":
      return answer(id, facts.openSteps);
    case "child":
      return lookAt(facts.openSteps);
    case "crash-loop":
      return `wf restart ${id}`;
    case "paused":
      return `wf ${facts.openSteps.some(isSpent) ? "retry" : "resume"} ${id}`;
    case "in-doubt":
      return settle(id, facts.openSteps);
    case "diverged":
      return facts.isInCode === true ? `wf resume ${id}` : `wf resume ${id} --code ${facts.isPinned === true ? "current" : "original"}`;
    case "definition-missing":
      return facts.isPinned === true ? `wf resume ${id} --code current` : `wf resume ${id}`;
    case "corrupt":
      return "wf db repair";
    default:
      return reason satisfies never;
  }
};

const answer = (id: string, steps: NextFacts["openSteps"]): string | null => {
  const waits = steps.filter(({ status }) => status === "waiting");
  const wait = waits.find(({ kind }) => kind === "event" || kind === "approval");
  if (wait === undefined) return null;
  const name = wordAfter(wait.name);
  if (wait.kind === "event") return `wf send ${name.options}${id} ${name.word} '{}'`;
  const isOnly = waits.filter(({ kind }) => kind === "approval").length === 1;
  return isOnly ? `wf approve ${id}` : `wf approve ${name.options}${id} ${name.word}`;
};

/** What moves a child on says the child. */
const lookAt = (steps: NextFacts["openSteps"]): string | null => {
  const child = steps.find(({ kind, status, detail }) => kind === "child" && status === "waiting" && typeof detail === "string");
  return child === undefined ? null : `wf why ${shellWord(child.detail ?? "")}`;
};

/** What it has given only a person can say: what stands there for it is no JSON, and is refused as it is. */
const settle = (id: string, steps: NextFacts["openSteps"]): string => {
  const doubtful = steps.find(({ status }) => status === "in-doubt");
  if (doubtful === undefined) return `wf resume ${id}`;
  const name = wordAfter(namesOf([doubtful], steps)[0] ?? doubtful.name);
  const result = "--result '<json>'";
  return name.options === "" ? `wf resolve ${id} ${name.word} ${result}` : `wf resolve ${result} ${name.options}${id} ${name.word}`;
};

/** A name that begins like an option is none. */
const wordAfter = (text: string): { readonly options: string; readonly word: string } => ({
  options: text.startsWith("-") ? "-- " : "",
  word: shellWord(text),
});

/** Out of attempts. */
const isSpent = ({ status }: NextStep): boolean => status === "failed";
