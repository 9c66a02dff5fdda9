/**
 * A stored error as a real Error again.
 *
 * What callers may rely on: it is an instance of the class it was of, where that is one of the language or among `classes`, and an Error
 * with the same `name` otherwise. Message, stack, code, own properties and causes are those of the record. No trace of this module is in
 * its stack.
 */

import { isBuiltinErrorName, makeBuiltinError } from "./builtin-errors.ts";
import type { BuiltinErrorName } from "./builtin-errors.ts";
import { decodeValue } from "./decode.ts";
import type { ErrorRecord } from "./error-record.ts";
import { defineKey } from "./own-key.ts";

/** Makes the instance for a record of its name; what it leaves out is restored on it. */
export type ErrorClasses = ReadonlyMap<string, (record: ErrorRecord) => Error>;

export const recordToError = (record: ErrorRecord, classes: ErrorClasses = new Map()): Error => {
  const error = classes.get(record.name)?.(record) ?? makeBuiltinError(baseOf(record), record);
  const { name, message, stack, code, cause, props = {}, thrown } = record;
  if (error.name !== name) hide(error, "name", name);
  if (error.message !== message) hide(error, "message", message);
  hide(error, "stack", stack ?? `${name}: ${message}`);
  if (code !== null) show(error, "code", code);
  for (const [key, value] of Object.entries(props)) show(error, key, value);
  if (cause !== null) hide(error, "cause", linkedOf(cause, classes));
  restoreErrors(error, record, classes);
  if (thrown !== undefined) show(error, "thrown", valueOf(thrown));
  return error;
};

const baseOf = ({ base, name }: ErrorRecord): BuiltinErrorName => [base, name].find(isBuiltinErrorName) ?? "Error";

const restoreErrors = (error: Error, { errors = [] }: ErrorRecord, classes: ErrorClasses): void => {
  const linked = errors.map((record) => linkedOf(record, classes));
  if (error instanceof AggregateError) hide(error, "errors", linked);
  if (!(error instanceof SuppressedError)) return;
  hide(error, "error", linked[0]);
  hide(error, "suppressed", linked[1]);
};

/** A cause need not be an error: what was a value is one again. */
const linkedOf = (record: ErrorRecord, classes: ErrorClasses): unknown => {
  const value = record.thrown === undefined ? undefined : valueOf(record.thrown);
  return value === undefined ? recordToError(record, classes) : value;
};

// A value that this version cannot read is no reason to lose the error that carries it.
const valueOf = (text: string): unknown => {
  try {
    return decodeValue(text);
  } catch {
    return undefined;
  }
};

const hide = (error: Error, key: string, value: unknown): void => defineKey(error, key, value, { enumerable: false });
const show = (error: Error, key: string, value: unknown): void => defineKey(error, key, value, { enumerable: true });
