/** A failure below the workflow: whose fault it is, and so how the execution goes on. */
import { isKeyProblem } from "../model/cipher.ts";
import { fail } from "../model/errors.ts";
import { redactKnown } from "../model/known-secrets.ts";
import type { ExecutionRecord, PanicRecord } from "../model/records.ts";
import * as ending from "./ending.ts";
import type { Chance } from "./host.ts";
import type { ExecutionChange } from "./store.ts";
import { codeOf } from "./values.ts";

export interface Failure {
  readonly change: ExecutionChange;
  /** Told to the steps that run. */
  readonly reason: Error;
  /** Only of one that a restart may mend. */
  readonly panic?: PanicRecord;
}

export const failureOf = (
  error: Error,
  execution: ExecutionRecord,
  { now, chance }: { readonly now: number; readonly chance: Chance },
): Failure => {
  // No restart mends a row that is damaged.
  if (codeOf(error) === "CORRUPT") return { change: ending.blocked("corrupt", error.message, null), reason: error };
  if (isKeyProblem(error)) return { change: ending.withoutKey(error, now), reason: error };
  return {
    change: ending.panicked(execution, error.message, now, chance),
    reason: fail("PANIC", { problem: error.message, code: "PANIC" }, error),
    panic: { at: now, cause: redactKnown(error.message) },
  };
};
