/** The part of the catalogue of errors that is about what people do to executions by hand. */
import { entry } from "./catalogue-entry.ts";
import { quoted } from "./escape.ts";
import { shellWord } from "./shell-word.ts";

export const OPERATION_ERRORS = {
  EXECUTION_OVER: entry<{ id: string; status: string; action: string }>({
    exit: 2,
    http: 409,
    as: "WfliteError",
    message: ({ id, status, action }) => `Cannot ${action} execution "${id}": it is ${status}`,
    hint: ({ id, status, action }) => {
      if (status === "failed" && action !== "rerun") return `\`wf retry ${id}\` takes it up again from the step that failed.`;
      if (action !== "retry" && action !== "resolve") return `See \`wf history ${id}\`.`;
      return `\`wf rerun ${id}\` does the same work anew; \`wf fork ${id} --from <step>\` keeps what came before a step.`;
    },
  }),
  EXECUTION_OWNED: entry<{ id: string; action: string; pid: number; host: string }>({
    exit: 75,
    http: 409,
    as: "WfliteError",
    message: ({ id, action, pid, host }) => `Cannot ${action} execution "${id}": process ${pid} on ${host} is moving it`,
    hint: ({ id, action }) => `Stop it first with \`wf ${action === "replace" ? "cancel" : "pause"} ${id}\`, then try again.`,
  }),
  ACTION_REFUSED: entry<{ id: string; action: string; problem: string; next: string }>({
    exit: 2,
    http: 409,
    as: "WfliteError",
    message: ({ id, action, problem }) => `Cannot ${action} execution "${id}": ${problem}`,
    hint: ({ next }) => next,
  }),
  STEP_NOT_FOUND: entry<{ id: string; step: string; suggestion?: string | undefined }>({
    exit: 4,
    http: 404,
    as: "WfliteError",
    message: ({ id, step }) => `Execution "${id}" has no step ${quoted(step)}`,
    hint: ({ id, suggestion }) => (suggestion ? `Did you mean ${shellWord(suggestion)}? ` : "") + `\`wf history ${id}\` shows its steps.`,
  }),
  STEP_AMBIGUOUS: entry<{ id: string; step: string; matches: readonly string[] }>({
    exit: 2,
    http: 400,
    as: "ValidationError",
    message: ({ id, step, matches }) =>
      `${quoted(step)} is several steps of execution "${id}": ${matches.map((match) => shellWord(match)).join(", ")}`,
    hint: "Name one of them as it stands there: a repeat as name#2, one inside a scope as scope/name.",
  }),
} as const;
