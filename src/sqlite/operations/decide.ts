/**
 * Approving and rejecting: an event of kind approval, which the wait takes as any wait takes an event.
 *
 * An answer to a question that is open is for that question alone, wherever others of its name stand. One that is not asked for yet is
 * kept, for the first of its name. One that has been decided is not decided again: the second answer would wait for the next approval of
 * that name, and decide something nobody has seen.
 */
import { REMOVED } from "../removed.ts";
import type { Decided, NewDecision, OpenApproval } from "../../engine/store/operations.ts";
import type { ExecutionRecord, StepRecord } from "../../model/records.ts";
import { isTerminal } from "../../model/status.ts";
import { shellWord } from "../../model/shell-word.ts";
import { identityText, namesOf, refersTo } from "../../model/step-reference.ts";
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
  const asked = askedFor(record, action, { reference: decision.name, waiting: approvals.filter(({ status }) => status === "waiting") });
  const name = asked?.name ?? decision.name ?? "";
  const target = asked === undefined ? null : identityText(asked);
  const isAnswered = pendingEvents(db, id, { name, kind: "approval" }).some(
    (event) => (event.target ?? null) === null || event.target === target,
  );
  const wasAsked = asked === undefined && approvals.some((step) => refersTo(name, step));
  if (isAnswered || wasAsked) throw isDecided(record, action, name);
  const { eventId, payloadText } = decision;
  deliverEvent(db, id, { id: eventId, name, payloadText, sentAt: act.at, kind: "approval", target }, act.at);
  decided(deed, id, action, asked === undefined ? name : (namesOf([asked], approvals)[0] ?? name));
  return { name, isAwaited: asked !== undefined };
}

interface Asked {
  /** Null: the only one there is. */
  readonly reference: string | null;
  readonly waiting: readonly StepRecord[];
}

/** The question that is answered; undefined for one that is not asked yet. */
function askedFor(record: ExecutionRecord, action: string, { reference, waiting }: Asked): StepRecord | undefined {
  const [only, ...others] = reference === null ? waiting : waiting.filter((step) => refersTo(reference, step));
  if (others.length > 0) {
    const names = namesOf(only === undefined ? others : [only, ...others], waiting).map(shellWord);
    throw refused(record, action, `it waits for several approvals: ${names.join(", ")}`, "Name one of them.");
  }
  if (only === undefined && reference === null) {
    throw refused(record, action, "it waits for no approval", `\`wf ${action} ${record.id} <name>\` keeps the answer until it asks.`);
  }
  return only;
}

const isDecided = (record: ExecutionRecord, action: string, name: string): Error =>
  refused(record, action, `"${name}" is decided already`, `\`wf history ${record.id}\` says by whom.`);

/** From the waits, of which there are few, to their executions. */
const INBOX = `
  SELECT steps.execution_id AS executionId, executions.workflow, steps.scope, steps.name, steps.n, steps.detail AS message,
         steps.started_at AS since, steps.wake_at AS until
    FROM steps CROSS JOIN executions ON executions.id = steps.execution_id
   WHERE steps.kind = 'approval' AND steps.status = 'waiting'
     AND NOT (executions.status = 'completed' OR executions.status = 'failed' OR executions.status = 'cancelled')
     AND executions.removed IS NOT ${REMOVED} AND ($workflow IS NULL OR executions.workflow = $workflow)
     AND NOT EXISTS (SELECT 1 FROM events
                      WHERE events.execution_id = steps.execution_id AND events.name = steps.name AND events.consumed_by IS NULL
                        AND events.kind = 'approval'
                        AND (events.target IS NULL OR events.target = json_array(steps.scope, steps.kind, steps.name, steps.n)))
   ORDER BY steps.started_at, steps.execution_id, steps.scope, steps.name, steps.n
   LIMIT $limit`;

/** Without those whose answer is on its way. */
export const inbox = (db: Queries, filter: { readonly workflow?: string; readonly limit: number }): readonly OpenApproval[] =>
  db.query<OpenApproval>(INBOX).all({ workflow: filter.workflow ?? null, limit: filter.limit });

/** For the tests of their plans. */
export const APPROVAL_STATEMENTS = { inbox: INBOX } as const;
