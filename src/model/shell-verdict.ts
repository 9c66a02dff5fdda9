/**
 * What the end of a process means for its step: a result, or the error of an attempt.
 */
import { fail, type ShellError } from "./errors.ts";
import { panicCode } from "./panic.ts";
import type { ShellEnd, ShellResult, ShellRules } from "./shell.ts";

/** Of standard error, in a message: the last lines say what is wrong. */
const TAIL_LINES = 5;
const TAIL_CHARACTERS = 1_000;
/** As much as the store keeps of an error's properties in any case. */
const ERROR_CHARACTERS = 4_096;

export interface Judged extends ShellRules {
  readonly step: string;
  readonly isSensitive: boolean;
}

/** @throws ShellError when its exit code is not among those that are allowed */
export const resultOf = (end: ShellEnd, { step, isSensitive, allow, retryOn }: Judged): ShellResult => {
  const { exitCode, signal, isTruncated, logFile } = end;
  if (!allow.includes(exitCode)) {
    const failure = { step, exitCode, signal, tail: isSensitive ? null : tailOf(end.stderr) };
    const error = fail("SHELL_FAILED", failure) as ShellError;
    const stderr = isSensitive ? "" : end.stderr.slice(-ERROR_CHARACTERS).toWellFormed();
    Object.assign(error, { exitCode, signal, stderr });
    // A system that has no memory left is taken up again, whatever the step says of retries.
    error.isPermanent = retryOn !== null && !retryOn.includes(exitCode) && panicCode(error) === undefined;
    throw error;
  }
  return {
    ...{ stdout: withoutLastBreak(end.stdout), stderr: withoutLastBreak(end.stderr), exitCode, signal, truncated: isTruncated },
    ...(logFile === null ? {} : { logFile }),
  };
};

const withoutLastBreak = (text: string): string => text.replace(/\r?\n$/, "");

const tailOf = (stderr: string): string | null => {
  const text = stderr.trimEnd().split("\n").slice(-TAIL_LINES).join("\n").trim();
  if (text === "") return null;
  return text.length > TAIL_CHARACTERS ? `…${text.slice(-TAIL_CHARACTERS)}`.toWellFormed() : text;
};
