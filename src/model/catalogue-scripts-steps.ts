/** The part of the catalogue of errors that is about the calls of scripts: `wf begin`, `step`, `sleep`, `wait-event`, `end`. */
import { entry } from "./catalogue-entry.ts";
import { quoted } from "./escape.ts";

export const SCRIPT_CALL_ERRORS = {
  NO_SCRIPT: entry<{ command: string }>({
    exit: 2,
    http: 400,
    as: "ValidationError",
    message: ({ command }) => `\`wf ${command}\` belongs into a script, and WF_EXECUTION is not set here`,
    hint: "Put the script into workflows/, or let it begin with: WF_EXECUTION=$(wf begin <name>) || exit; export WF_EXECUTION",
  }),
  NOT_OF_SCRIPT: entry<{ id: string; pid: number | null }>({
    exit: 75,
    http: 409,
    as: "LeaseLostError",
    message: ({ id, pid }) =>
      pid === null
        ? `No script carries execution "${id}" at the moment`
        : `This process does not come from the script that carries execution "${id}" (process ${pid})`,
    hint: "A job that an earlier run of the script has left behind, or one that has detached itself, may do nothing any more.",
  }),
  SCRIPT_OWNED: entry<{ id: string; pid: number; host: string }>({
    exit: 75,
    http: 409,
    as: "WfliteError",
    message: ({ id, pid, host }) => `Execution "${id}" is carried by another script at the moment: process ${pid} on ${host}`,
    hint: "Wait until that one has ended, or take another --id.",
  }),
  SCRIPT_BLOCKED: entry<{ id: string; detail: string | null }>({
    exit: 7,
    http: 409,
    as: "WfliteError",
    message: ({ id, detail }) => `Execution "${id}" is blocked${detail === null ? "" : `: ${detail}`}`,
    hint: ({ id }) => `\`wf why ${id}\` says what it needs.`,
  }),
  SCRIPT_STEPS_RUN: entry<{ id: string }>({
    exit: 75,
    http: 409,
    as: "WfliteError",
    message: ({ id }) => `Execution "${id}" cannot end: steps of it still run`,
    hint: "End background jobs with `wait` before `wf end`.",
  }),
  STEP_NAME_RUNS: entry<{ step: string }>({
    exit: 2,
    http: 409,
    as: "ValidationError",
    message: ({ step }) => `Step ${quoted(step)} runs already, and two calls of one name at the same time cannot be told apart`,
    hint: 'Give each job a name of its own, or a --key: `wf step convert --key "$file" -- …`',
  }),
  STEP_IN_DOUBT: entry<{ id: string; step: string }>({
    exit: 7,
    http: 409,
    as: "WfliteError",
    message: ({ step }) =>
      `Step ${quoted(step)} was interrupted in the middle and begins at most once: whether it has happened is not known`,
    hint: ({ id, step }) => `Find out, then say it: \`wf resolve ${id} ${step} --result '"…"'\`, --retry, --skip or --failed.`,
  }),
  STEP_SAID_FAILED: entry<{ id: string; step: string }>({
    exit: 1,
    http: 409,
    as: "WfliteError",
    message: ({ step }) => `Step ${quoted(step)} has failed: a person has said so`,
    hint: ({ id }) => `\`wf retry ${id}\` tries it once more.`,
  }),
  STEP_TAKEN_OVER: entry<{ id: string; step: string }>({
    exit: 75,
    http: 409,
    as: "LeaseLostError",
    message: ({ step }) => `What step ${quoted(step)} has given is not recorded: it is over, or another process has begun it since`,
    hint: ({ id }) => `See \`wf history ${id}\`.`,
  }),
  COMMAND_UNSTARTED: entry<{ program: string; problem: string }>({
    exit: 127,
    http: 500,
    as: "WfliteError",
    message: ({ program, problem }) => `${quoted(program)} cannot be started: ${problem}`,
    hint: "Look at the name, the PATH and the permissions. It is not tried again by --retry: it would be the same.",
  }),
  OUTPUT_UNWRITABLE: entry<{ problem: string }>({
    exit: 1,
    http: 500,
    as: "WfliteError",
    message: ({ problem }) => `The output cannot be written: ${problem}`,
    hint: "The step itself is recorded; called again it prints the same.",
  }),
} as const;
