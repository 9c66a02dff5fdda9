/** The part of the catalogue of errors that is about scripts as workflows. */
import { entry } from "./catalogue-entry.ts";
import { quoted } from "./escape.ts";

export interface ScriptFailure {
  readonly file: string;
  readonly exitCode: number;
  readonly signal: string | null;
  /** The end of its standard error; null when it has printed nothing there. */
  readonly tail: string | null;
}

const endOf = ({ exitCode, signal }: ScriptFailure): string =>
  signal === null ? `ended with exit code ${exitCode}` : `was ended by ${signal} (exit code ${exitCode})`;

export const SCRIPT_ERRORS = {
  SCRIPT_FAILED: entry<ScriptFailure>({
    exit: 1,
    http: 500,
    as: "ShellError",
    message: (failure) => `Script ${quoted(failure.file)} ${endOf(failure)}${failure.tail === null ? "" : `: ${failure.tail}`}`,
    hint: "`wf logs` shows what it printed. Mend the cause, then `wf retry` starts it again: finished steps are kept.",
  }),
  SCRIPT_ENDED_FAILED: entry<{ file: string }>({
    exit: 1,
    http: 500,
    as: "WfliteError",
    message: ({ file }) => `Script ${quoted(file)} says that it has failed (\`wf end --failed\`)`,
    hint: "`wf logs` shows what it printed. `wf retry` starts it again: finished steps are kept.",
  }),
  SCRIPT_UNSTARTED: entry<{ file: string; problem: string }>({
    exit: 1,
    http: 500,
    as: "WfliteError",
    message: ({ file, problem }) => `Script ${quoted(file)} cannot be started: ${problem}`,
    hint: "Look at its first line (`#!`) and its permissions; then `wf retry`.",
  }),
} as const;
