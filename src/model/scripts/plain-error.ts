/**
 * An error as it is stored, of words of ours alone: without a stack there is nothing that the codec would have to make of it, and a step of
 * a script need not load it.
 */
import type { ErrorRecord } from "../codec/error-record.ts";

export const plainError = (message: string, code: string): string =>
  JSON.stringify({ name: "WfliteError", message, code, stack: null, cause: null } satisfies ErrorRecord);
