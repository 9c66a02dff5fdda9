/** How an execution left this process, told to whoever carried it. */
import type { ExecutionRecord } from "../model/records.ts";
import { isTerminal } from "../model/status.ts";
import type { Left } from "./carry-settings.ts";
import type { ExecutionChange } from "./store.ts";

/** With its last write on disk. */
export const leftWith = (execution: ExecutionRecord, change: ExecutionChange): Left => {
  const { id, workflow } = execution;
  const { status = "pending", reason = null, wakeAt = null } = change;
  const final = isTerminal(status) ? { ...execution, ...change } : undefined;
  return { id, workflow, status, reason, wakeAt, lost: false, final, error: undefined, panics: 0 };
};

/** Nothing more could be written: the lease is lost, or the store has failed for too long. */
export const leftBehind = (
  { id, workflow, panics }: ExecutionRecord,
  { lost, error }: { readonly lost: boolean; readonly error: Error },
): Left => ({
  ...{ id, workflow, status: "running", reason: null, wakeAt: null, final: undefined },
  ...{ lost, error, panics },
});
