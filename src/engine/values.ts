/** Values on their way to the store: encoded text, or an error that names what could not be stored, and where. */
import type { Cipher } from "../model/cipher.ts";
import { encodeValue } from "../model/codec/encode.ts";
import { errorToRecord, recordToError } from "../model/codec/error.ts";
import { sealValue } from "../model/codec/sealed.ts";
import { fail, type RetryAfterError } from "../model/errors.ts";

/** What storing a value takes. */
export interface Storing {
  readonly maxValueBytes: number;
  readonly cipher: Cipher;
}

/**
 * @param isSensitive encrypts the whole of it; secrets inside are encrypted in any case
 * @param subject what is stored, as text or as a function that is called only for an error: most values are fine, and there are many
 * @throws ValidationError VALUE_UNSUPPORTED or VALUE_TOO_LARGE
 * @throws WfliteError KEY_UNUSABLE
 */
export const encodeOrFail = (subject: string | (() => string), value: unknown, storing: Storing, isSensitive = false): string => {
  const { maxValueBytes: maxBytes, cipher } = storing;
  const encoded = isSensitive ? sealValue(value, { maxBytes, cipher }) : encodeValue(value, { maxBytes, secrets: cipher });
  if (encoded.ok) return encoded.text;
  if (encoded.kind === "no-key") throw encoded.error;
  const what = typeof subject === "string" ? subject : subject();
  if (encoded.kind === "too-large") throw fail("VALUE_TOO_LARGE", { what, problem: encoded.problem });
  throw fail("VALUE_UNSUPPORTED", { what, path: encoded.path, problem: encoded.problem });
};

/** Asked before something sensitive runs: a result that cannot be encrypted is lost, and it would run again. */
export const keyProblem = ({ cipher }: Storing, isSensitive: boolean | undefined): Error | undefined => {
  try {
    if (isSensitive === true) cipher.ready();
    return undefined;
  } catch (error) {
    return asError(error);
  }
};

/** Never retried: the error says that trying again cannot help. Also one made by another copy of this package. */
export const isPermanent = (error: unknown): boolean =>
  nameOf(error) === "WorkflowError" ||
  nameOf(error) === "NonRetryableError" ||
  NEVER_RIGHT.includes(codeOf(error) ?? "") ||
  (codeOf(error) === "SHELL_FAILED" && (error as { isPermanent?: unknown }).isPermanent === true);

/** Mistakes of the code: it asks for the same the next time. */
const NEVER_RIGHT: readonly string[] = ["TRANSACTION_REFUSED", "NESTED_CALL", "SHELL_REFUSED", "SHELL_UNSTARTED"];

export const isRetryAfter = (error: unknown): error is RetryAfterError => nameOf(error) === "RetryAfterError";

/** A result that cannot be stored cannot be stored the next time either. */
export const isUnstorable = (error: unknown): boolean => ["VALUE_UNSUPPORTED", "VALUE_TOO_LARGE"].includes(codeOf(error) ?? "");

export const codeOf = (error: unknown): string | undefined => {
  try {
    const code = (error as { code?: unknown } | null | undefined)?.code;
    return typeof code === "string" ? code : undefined;
  } catch {
    return undefined; // a hostile getter
  }
};

const nameOf = (error: unknown): unknown => {
  try {
    return (error as { name?: unknown } | null | undefined)?.name;
  } catch {
    return undefined;
  }
};

/** What was thrown, as an error that is safe to touch: a thrown value can be anything, a message that throws when it is read included. */
export const asError = (thrown: unknown): Error => {
  try {
    if (thrown instanceof Error && typeof thrown.message === "string" && typeof thrown.name === "string") return thrown;
  } catch {
    // a hostile one; below it is taken apart with care
  }
  return recordToError(errorToRecord(thrown));
};
