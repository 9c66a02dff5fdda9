/** What one attempt is asked for, and what of it does not depend on the database. */
import type { Host } from "../engine/host.ts";
import { encodeValue } from "../model/codec/encode.ts";
import { fail } from "../model/errors.ts";
import type { TransactLimits } from "../model/transaction.ts";

export interface Asked extends TransactLimits {
  readonly key: string;
  readonly fn: (tx: never) => unknown;
  /** For waiting, and for the secrets in a result. */
  readonly host: Pick<Host, "clock" | "timers" | "chance" | "cipher">;
}

/**
 * Inside the transaction, so that nothing of it is kept when it throws.
 *
 * @throws ValidationError VALUE_UNSUPPORTED or VALUE_TOO_LARGE
 * @throws WfliteError KEY_UNUSABLE
 */
export const encodeResult = (value: unknown, { maxValueBytes, host }: Asked): string => {
  const encoded = encodeValue(value, { maxBytes: maxValueBytes, secrets: host.cipher });
  if (encoded.ok) return encoded.text;
  if (encoded.kind === "no-key") throw encoded.error;
  const what = "The result of the transaction";
  if (encoded.kind === "too-large") throw fail("VALUE_TOO_LARGE", { what, problem: encoded.problem });
  throw fail("VALUE_UNSUPPORTED", { what, path: encoded.path, problem: encoded.problem });
};

/** The function has ended the transaction that was begun for it. What it wrote may be on disk, so trying again would write it twice. */
export const endedByFunction = (cause?: unknown): Error =>
  fail(
    "TRANSACTION_REFUSED",
    {
      problem: "its function has ended it, and what that wrote may be committed without its result",
      next: "Leave COMMIT and ROLLBACK to wf: return to commit, throw to roll back. Savepoints are fine.",
    },
    cause,
  );

/** At random within the limit, so that those who wait do not come back together. */
export const pause = ({ host }: Asked, maxMs: number): Promise<void> =>
  new Promise((resolve) => void host.timers.after(host.chance() * maxMs, resolve));
