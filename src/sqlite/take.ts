/** Taking an execution: the right to move it goes to one worker, under a new term. */
import type { Claimed } from "../engine/store.ts";
import { invariant } from "../model/errors.ts";
import type { StoredExecution } from "./tables/executions.ts";
import { normalised } from "./transition.ts";

export const taken = (stored: StoredExecution, workerId: string, now: number): StoredExecution => ({
  ...stored,
  record: normalised({ ...stored.record, status: "running", startedAt: stored.record.startedAt ?? now }),
  owner: workerId,
  term: stored.term + 1,
  pass: stored.pass + 1,
});

export function claimedOf({ record, owner, term, pass, cancel }: StoredExecution): Claimed {
  invariant(owner !== null, "an execution that nobody owns was handed out");
  return { lease: { executionId: record.id, workerId: owner, term }, execution: record, pass, cancel };
}
