/**
 * The errors a user meets, as small classes.
 *
 * `fail(code, data)` makes one from the catalogue. The classes below it with public constructors are for the user's own throwing inside
 * workflows. Names are set by hand: bundlers rename classes.
 */
import { CATALOGUE, type ErrorCode, type ErrorData } from "./catalogue.ts";
import type { ErrorClassName } from "./catalogue-entry.ts";

export { invariant } from "./invariant.ts";

/** What all errors of wf have in common. */
export class WfliteError extends Error {
  override readonly name: string = "WfliteError";
  /** Stable, for scripts: a key of the catalogue. */
  readonly code: string;
  /** What to do next, in one sentence. */
  readonly hint: string;
  constructor(message: string, facts: { code: string; hint: string; cause?: unknown }) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = facts.code;
    this.hint = facts.hint;
  }
}

/** Bad input or a bad definition; nothing was created. */
export class ValidationError extends WfliteError {
  override readonly name: string = "ValidationError";
}
/** A step or an execution ran out of time. */
export class TimeoutError extends WfliteError {
  override readonly name: string = "TimeoutError";
}
/** What a step's `signal` gives as reason, and what a parent sees of a cancelled child. */
export class CancelledError extends WfliteError {
  override readonly name: string = "CancelledError";
}
/** A failure of the system below the workflow: disk full, out of memory, a killed process. */
export class PanicError extends WfliteError {
  override readonly name: string = "PanicError";
}
/** The code asks for other steps than those recorded. */
export class DivergenceError extends WfliteError {
  override readonly name: string = "DivergenceError";
}
/** A stored row does not match its checksum. */
export class StateCorruptionError extends WfliteError {
  override readonly name: string = "StateCorruptionError";
}
/** A command of `ctx.sh` has ended with an exit code that is not allowed. */
export class ShellError extends WfliteError {
  override readonly name: string = "ShellError";
  /** 128 and the signal's number when a signal has ended it. */
  exitCode = 0;
  /** "SIGTERM" and the like; null when it has ended by itself. */
  signal: string | null = null;
  /** The end of its standard error; empty for a sensitive step. */
  stderr = "";
  /** It is not among the codes that are worth another attempt. */
  isPermanent = false;
}
/** This process is no longer the owner of the execution and may not write to it. */
export class LeaseLostError extends WfliteError {
  override readonly name: string = "LeaseLostError";
}

const CLASSES: Readonly<Record<ErrorClassName, typeof WfliteError>> = {
  WfliteError,
  ValidationError,
  TimeoutError,
  CancelledError,
  PanicError,
  DivergenceError,
  StateCorruptionError,
  LeaseLostError,
  ShellError,
};

/** Makes the error of a catalogue entry; `cause` is kept. */
export const fail = <Code extends ErrorCode>(code: Code, data: ErrorData<Code>, cause?: unknown): WfliteError => {
  const found = CATALOGUE[code] as {
    as: ErrorClassName;
    message: (data: unknown) => string;
    hint: string | ((data: unknown) => string);
  };
  const hint = typeof found.hint === "string" ? found.hint : found.hint(data);
  return new CLASSES[found.as](found.message(data), { code, hint, cause });
};

/** Exit status of a command that ends with this error; 1 for anything unknown. */
export const exitOf = (error: unknown): number => {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && Object.hasOwn(CATALOGUE, code) ? CATALOGUE[code as ErrorCode].exit : 1;
};

/**
 * A permanent error: thrown inside a step it is never retried.
 *
 * @example throw new WorkflowError("No such customer", { code: "NO_CUSTOMER" })
 */
export class WorkflowError extends Error {
  override readonly name: string = "WorkflowError";
  readonly code: string | undefined;
  constructor(message: string, options?: { code?: string; cause?: unknown }) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.code = options?.code;
  }
}

/**
 * Thrown inside a step: try again, but not before `delay` (milliseconds, or a duration such as "30s"). The attempt counts.
 */
export class RetryAfterError extends Error {
  override readonly name: string = "RetryAfterError";
  readonly delay: number | string;
  constructor(message: string, delay: number | string, options?: { cause?: unknown }) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.delay = delay;
  }
}
