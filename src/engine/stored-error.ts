/** Stored errors as the errors they were: classes of wf come back as themselves, so `instanceof` holds on every pass. */
import { decodeError, type ErrorRecord } from "../model/codec/error.ts";
import { CATALOGUE, type ErrorCode } from "../model/catalogue.ts";
import { CancelledError, PanicError, RetryAfterError, ShellError, TimeoutError, ValidationError, WorkflowError } from "../model/errors.ts";

type Rebuild = (record: ErrorRecord) => Error;

const known =
  (Class: typeof ValidationError): Rebuild =>
  ({ message, code }) =>
    new Class(message, { code: code ?? "UNKNOWN", hint: hintOf(code) });

const hintOf = (code: string | null): string => {
  if (code === null || !Object.hasOwn(CATALOGUE, code)) return "";
  const { hint } = CATALOGUE[code as ErrorCode];
  return typeof hint === "string" ? hint : "";
};

const CLASSES: ReadonlyMap<string, Rebuild> = new Map<string, Rebuild>([
  ["ValidationError", known(ValidationError)],
  ["TimeoutError", known(TimeoutError)],
  ["CancelledError", known(CancelledError)],
  ["PanicError", known(PanicError)],
  ["ShellError", known(ShellError)],
  ["WorkflowError", ({ message, code }) => new WorkflowError(message, code === null ? undefined : { code })],
  ["RetryAfterError", ({ message }) => new RetryAfterError(message, 0)],
]);

export const decodeStoredError = (text: string): Error => decodeError(text, CLASSES);
