/** The part of the catalogue of errors that is about the key of sensitive values. */
import { entry } from "./catalogue-entry.ts";

const MISSING = "The key of a sensitive value is not here";
const UNUSABLE = "The key for sensitive values cannot be used";

/** Of an execution that is blocked: it is the key that it needs, not its file. */
export const isAboutKey = (reasonDetail: string | null): boolean =>
  reasonDetail !== null && (reasonDetail.startsWith(MISSING) || reasonDetail.startsWith(UNUSABLE));

export const SECRET_ERRORS = {
  KEY_MISSING: entry<{ keyId: string; looked: readonly string[] }>({
    exit: 7,
    http: 503,
    as: "WfliteError",
    message: ({ keyId, looked }) => `${MISSING}: ${keyId}. Looked at ${looked.join(", ")}`,
    hint: "Put the key back where it was, or add it to WF_KEY_PREVIOUS; nothing is lost meanwhile.",
  }),
  KEY_UNUSABLE: entry<{ where: string; problem: string; next: string }>({
    exit: 2,
    http: 500,
    as: "WfliteError",
    message: ({ where, problem }) => `${UNUSABLE}: ${where} ${problem}`,
    hint: ({ next }) => next,
  }),
} as const;
