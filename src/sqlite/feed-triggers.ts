/**
 * What writes the stream of all that happens: triggers, which are in a file only while somebody wants to know.
 *
 *     nobody has asked     a step costs one row, as it always did
 *     somebody listens     a second one: 7 percent of what a worker does that has a thousand executions at once
 *
 * A trigger that looks first whether it is wanted costs half of that already (0.4 of 0.9 µs), so they are made and dropped. A file with
 * all of them is as much ours as one with none (see `schema.ts`); one with some is refused, and so is one with any that differs from what
 * stands here. So a change of them is a change of the schema, and its migration has to make them anew where they are.
 */
import { REMOVED } from "./removed.ts";

const NOW = "CAST(unixepoch('subsec') * 1000 AS INTEGER)";

const executionHappened = (row: "old" | "new", status: string): string => `
  INSERT INTO feed (at, type, execution_id, status, reason, wake_at, name)
  VALUES (${NOW}, 'execution', ${row}.id, ${status}, ${row}.reason, ${row}.wake_at, ${row}.workflow);`;

const stepHappened = (at: string): string => `
  INSERT INTO feed (at, type, execution_id, status, wake_at, scope, kind, name, n, attempt)
  VALUES (${at}, 'step', new.execution_id, new.status, new.wake_at, new.scope, new.kind, new.name, new.n, new.attempt);`;

const eventHappened = (status: string): string => `
  INSERT INTO feed (at, type, execution_id, status, kind, name, ref)
  VALUES (${NOW}, 'event', new.execution_id, ${status}, new.kind, new.name, new.seq);`;

const attemptHappened = `
  INSERT INTO feed (at, type, execution_id, status, scope, kind, name, n, attempt)
  VALUES (${NOW}, 'attempt', new.execution_id, 'failed', new.scope, new.kind, new.name, new.n, new.attempt);`;

/** What was said stays where it is. */
const said = (type: string, status: string, ref: string): string => `
  INSERT INTO feed (at, type, execution_id, status, ref) VALUES (new.at, '${type}', new.execution_id, ${status}, ${ref});`;

const TRIGGERS: Readonly<Record<string, readonly [when: string, then: string]>> = {
  feed_execution_created: ["AFTER INSERT ON executions", executionHappened("new", "'created'")],
  feed_execution: [
    "AFTER UPDATE OF status ON executions WHEN old.status <> new.status OR old.reason IS NOT new.reason OR old.wake_at IS NOT new.wake_at",
    executionHappened("new", "new.status"),
  ],
  feed_execution_removed: [`AFTER DELETE ON executions WHEN old.removed IS NOT ${REMOVED}`, executionHappened("old", "'removed'")],
  feed_execution_marked: [
    `AFTER UPDATE OF removed ON executions WHEN old.removed IS NOT ${REMOVED} AND new.removed IS ${REMOVED}`,
    executionHappened("old", "'removed'"),
  ],
  feed_step_begun: ["AFTER INSERT ON steps", stepHappened("coalesce(new.finished_at, new.started_at)")],
  feed_step: [
    "AFTER UPDATE OF status ON steps WHEN old.status <> new.status OR old.attempt <> new.attempt OR old.ord IS NOT new.ord",
    stepHappened(NOW),
  ],
  feed_attempt: ["AFTER INSERT ON attempts", attemptHappened],
  feed_event_sent: ["AFTER INSERT ON events", eventHappened("'sent'")],
  feed_event_taken: [
    "AFTER UPDATE OF consumed_by ON events WHEN old.consumed_by IS NULL AND new.consumed_by IS NOT NULL",
    eventHappened("'taken'"),
  ],
  feed_log: ["AFTER INSERT ON logs", said("log", "new.level", "new.cursor")],
  feed_panic: ["AFTER INSERT ON panics", said("panic", "NULL", "new.seq")],
  feed_decision: ["AFTER INSERT ON decisions", said("decision", "new.action", "new.seq")],
};

/** A statement each. */
export const MAKE_TRIGGERS: readonly string[] = Object.entries(TRIGGERS).map(
  ([name, [when, then]]) => `CREATE TRIGGER ${name} ${when} BEGIN ${then}\nEND`,
);

export const DROP_TRIGGERS: readonly string[] = Object.keys(TRIGGERS).map((name) => `DROP TRIGGER IF EXISTS ${name}`);

/** One that is there only if all are. */
export const A_TRIGGER = "feed_step_begun";
