/**
 * Thrown things to text, for the store, and back.
 *
 *     thrown ──errorToRecord──► ErrorRecord ──redactRecord──► JSON text ──► ErrorRecord ──recordToError──► Error
 *
 * What callers may rely on: `encodeError` never throws, and its text is plain JSON of at most `MAX_ERROR_BYTES`.
 */

import { errorToRecord } from "./error-capture.ts";
import { recordToError } from "./error-rebuild.ts";
import { redactRecord } from "./error-redact.ts";
import type { ErrorClasses } from "./error-rebuild.ts";
import type { ErrorRecord } from "./error-record.ts";
import { messageOf } from "./read.ts";

export { errorToRecord } from "./error-capture.ts";
export { recordToError } from "./error-rebuild.ts";
export type { ErrorClasses } from "./error-rebuild.ts";
export type { ErrorRecord } from "./error-record.ts";

export const encodeError = (thrown: unknown): string => JSON.stringify(redactRecord(errorToRecord(thrown)));

/** @throws Error when the text is not one that `encodeError` made */
export const decodeError = (text: string, classes?: ErrorClasses): Error => recordToError(decodeErrorRecord(text), classes);

/** @throws Error when the text is not one that `encodeError` made */
export const decodeErrorRecord = (text: string): ErrorRecord => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new Error(`Not a stored error: ${messageOf(cause)}`, { cause });
  }
  if (!isErrorRecord(parsed)) throw new Error("Not a stored error: name, message, code, stack and cause are expected");
  return parsed;
};

const isErrorRecord = (value: unknown): value is ErrorRecord => {
  if (value === null || typeof value !== "object") return false;
  const { name, message, code, stack, cause, errors, props, thrown } = value as Readonly<Record<string, unknown>>;
  return (
    typeof name === "string" &&
    typeof message === "string" &&
    (code === null || typeof code === "string") &&
    (stack === null || typeof stack === "string") &&
    (cause === null || isErrorRecord(cause)) &&
    (errors === undefined || (Array.isArray(errors) && errors.every(isErrorRecord))) &&
    (props === undefined || (props !== null && typeof props === "object")) &&
    (thrown === undefined || typeof thrown === "string")
  );
};
