/**
 * An error as plain data: what the store keeps of something that was thrown.
 *
 * Names and messages are what people search for, so they come first when room is short; then the code, the stack, own properties, causes.
 */

import type { BuiltinErrorName } from "./builtin-errors.ts";

export type ErrorRecord = {
  readonly name: string;
  readonly message: string;
  /** A number is kept as text here, and as it was among `props`. */
  readonly code: string | null;
  readonly stack: string | null;
  readonly cause: ErrorRecord | null;
  /** The class of the language it is an instance of, where `name` does not say so: `class Timeout extends RangeError`. */
  readonly base?: BuiltinErrorName;
  /** What an AggregateError holds; error and suppressed of a SuppressedError. */
  readonly errors?: readonly ErrorRecord[];
  /** Own properties that are plain JSON, such as `status` of an HTTP error. */
  readonly props?: Readonly<Record<string, unknown>>;
  /** Text of `encodeValue`, where it was no error that was thrown. */
  readonly thrown?: string;
};

/** Name of what was thrown without being an error and without a name. */
export const NON_ERROR = "NonError";
