/**
 * Approving and rejecting: an event of kind approval, which the wait takes as any wait takes an event.
 *
 * One that is not asked for yet is kept. One that has been decided is not decided again: the second answer would wait for the next
 * approval of that name, and decide something nobody has seen.
 */
import type { Decided, NewDecision, OpenApproval } from "../../engine/store/operations.ts";
import type { ExecutionRecord, StepRecord } from "../../model/records.ts";
import { isTerminal } from "../../model/status.ts";
import { namesOf, refersTo } from "../../model/step-reference.ts";
import { deliverEvent } from "../deliver.ts";
import type { Queries } from "../query.ts";
import { pendingEvents } from "../tables/events.ts";
import { stepHistory } from "../tables/steps.ts";
import { decided, type Deed, found, over, refused } from "./refuse.ts";

export function decide(deed: Deed, id: string, decision: NewDecision): Decided {
  const { db, act } = deed;
  const { record, stepCount } = found(db, id);
  const action = decision.approved ? "approve" : "reject";
  if (isTerminal(record.status)) throw over(record, action);
  const approvals = stepHistory(db, id, stepCount).filter(({ kind }) => kind === "approval");
  const waiting = approvals.filter(({ status }) => status === "waiting");
  const name = decision.name === null ? onlyOne(record, action, waiting) : nameOf(decision.name, waiting);
  const asked = waiting.filter((step) => step.name === name).length;
  const answered = pendingEvents(db, id, { name, kind: "approval" }).length;
  if (asked === 0 && approvals.some((step) => step.name === name)) throw isDecided(record, action, name);
  if (answered > 0 && answered >= asked) throw isDecided(record, action, name);
  const { eventId, payloadText } = decision;
  deliverEvent(db, id, { id: eventId, name, payloadText, sentAt: act.at, kind: "approval" }, act.at);
  decided(deed, id, action, name);
  return { name, isAwaited: asked > 0 };
}

function onlyOne(record: ExecutionRecord, action: string, waiting: readonly StepRecord[]): string {
  const [only, ...others] = waiting;
  if (only === undefined) {
    throw refused(record, action, "it waits for no approval", `\`wf ${action} ${record.id} <name>\` keeps the answer until it asks.`);
  }
  if (others.length === 0) return only.name;
  const names = namesOf(waiting).join(", ");
  throw refused(record, action, `it waits for several approvals: ${names}`, "Name one of them.");
}

const nameOf = (reference: string, waiting: readonly StepRecord[]): string =>
  waiting.find((step) => refersTo(reference, step))?.name ?? reference;

const isDecided = (record: ExecutionRecord, action: string, name: string): Error =>
  refused(record, action, `"${name}" is decided already`, `\`wf history ${record.id}\` says by whom.`);

/** From the waits, of which there are few, to their executions. */
const INBOX = `
  SELECT steps.execution_id AS executionId, executions.workflow, steps.scope, steps.name, steps.n, steps.detail AS message,
         steps.started_at AS since, steps.wake_at AS until
    FROM steps CROSS JOIN executions ON executions.id = steps.execution_id
   WHERE steps.kind = 'approval' AND steps.status = 'waiting'
     AND NOT (executions.status = 'completed' OR executions.status = 'failed' OR executions.status = 'cancelled')
     AND executions.removed_at IS NULL AND ($workflow IS NULL OR executions.workflow = $workflow)
     AND NOT EXISTS (SELECT 1 FROM events
                      WHERE events.execution_id = steps.execution_id AND events.name = steps.name AND events.consumed_by IS NULL
                        AND events.kind = 'approval')
   ORDER BY steps.started_at, steps.execution_id, steps.scope, steps.name, steps.n
   LIMIT $limit`;

/** Without those whose answer is on its way. */
export const inbox = (db: Queries, filter: { readonly workflow?: string; readonly limit: number }): readonly OpenApproval[] =>
  db.query<OpenApproval>(INBOX).all({ workflow: filter.workflow ?? null, limit: filter.limit });

/** For the tests of their plans. */
export const APPROVAL_STATEMENTS = { inbox: INBOX } as const;
