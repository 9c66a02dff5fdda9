/** The part of the catalogue of errors that is about child processes. */
import { entry } from "./catalogue-entry.ts";
import { quoted } from "./escape.ts";

export interface ShellFailure {
  readonly step: string;
  readonly exitCode: number;
  readonly signal: string | null;
  /** The end of its standard error; null when nobody may see it. */
  readonly tail: string | null;
  /** By `wf step`, not by `ctx.sh`. Default false. */
  readonly isOfScript?: boolean;
}

const endOf = ({ exitCode, signal }: ShellFailure): string =>
  signal === null ? `ended with exit code ${exitCode}` : `was ended by ${signal} (exit code ${exitCode})`;

export const SHELL_ERRORS = {
  SHELL_FAILED: entry<ShellFailure>({
    exit: 1,
    http: 500,
    as: "ShellError",
    message: (failure) => `Command ${quoted(failure.step)} ${endOf(failure)}${failure.tail ? `: ${failure.tail}` : ""}`,
    hint: ({ isOfScript }) =>
      isOfScript === true
        ? "`wf logs` shows what the script printed. With --retry it would be tried again; another pass begins it anew."
        : "`wf logs` shows what it printed; `allow` names exit codes that are no failure, `retryOn` those worth another attempt.",
  }),
  SHELL_REFUSED: entry<{ where: string; problem: string }>({
    exit: 2,
    http: 422,
    as: "ValidationError",
    message: ({ where, problem }) => `${where}: ${problem}`,
    hint: "A value is a text, a finite number, a boolean, a bigint, or a flat array of these. docs/shell-steps.md shows how.",
  }),
  SHELL_UNSTARTED: entry<{ program: string; problem: string; next?: string }>({
    exit: 1,
    http: 500,
    as: "WfliteError",
    message: ({ program, problem }) => `${quoted(program)} cannot be started: ${problem}`,
    hint: ({ next }) => next ?? "Look at its name, the PATH of wf and its permissions. It is not tried again.",
  }),
} as const;
