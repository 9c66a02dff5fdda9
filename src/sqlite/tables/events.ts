/**
 * `events`: what was sent to executions. Kept until a wait takes it, first in first out.
 *
 * `seq` is the order of arrival and the cursor by which an owner says how far it has looked.
 */
import type { BundledEvent } from "../../model/bundle/content.ts";
import type { PendingEvent } from "../../engine/store.ts";
import type { EventKind, EventRecord, StepIdentity } from "../../model/records.ts";
import { checksum } from "../checksum.ts";
import { corrupt } from "../corrupt.ts";
import type { Queries } from "../query.ts";

const ADD = `
  INSERT INTO events (execution_id, id, name, payload, sent_at, checksum, kind, target)
  VALUES ($executionId, $id, $name, $payloadText, $sentAt, $checksum, $kind, $target)
  ON CONFLICT (execution_id, id) DO NOTHING`;

/** Of both kinds: one whose kind is damaged must be met by its checksum, and not be passed over. */
const PENDING = `
  SELECT seq AS cursor, id, name, payload AS payloadText, sent_at AS sentAt, kind, target, checksum
    FROM events
   WHERE execution_id = $executionId AND name = $name AND consumed_by IS NULL
   ORDER BY seq`;

const UNTAKEN = `
  SELECT id, name, payload AS payloadText, sent_at AS sentAt, kind, target, checksum
    FROM events
   WHERE execution_id = $executionId AND consumed_by IS NULL
   ORDER BY seq`;

const HAS_NEWER = `
  SELECT 1
    FROM events
   WHERE execution_id = $executionId AND name = $name AND kind = $kind AND consumed_by IS NULL AND seq > $afterCursor
   LIMIT 1`;

const CONSUME = `
  UPDATE events
     SET consumed_by = $by, consumed_at = $now
   WHERE execution_id = $executionId AND id = $id AND consumed_by IS NULL`;

const TAKEN_BY = `SELECT consumed_by AS takenBy FROM events WHERE execution_id = $executionId AND id = $id`;

/** What a wait is for. */
export interface AwaitedEvent {
  readonly name: string;
  readonly kind: EventKind;
}

/** @returns false when an event of that id is there already */
export const insertEvent = (db: Queries, executionId: string, event: EventRecord): boolean =>
  db.query(ADD).run({ executionId, kind: "event", target: null, ...event, checksum: eventChecksum(executionId, event) }) > 0;

/** @throws CORRUPT when one of them is damaged */
export const pendingEvents = (db: Queries, executionId: string, { name, kind }: AwaitedEvent): readonly PendingEvent[] =>
  db
    .query<PendingEvent & { readonly checksum: number | null }>(PENDING)
    .all({ executionId, name })
    .map(({ checksum: kept, ...event }) => {
      if (kept === null || kept === eventChecksum(executionId, event)) return event;
      throw corrupt(`event ${JSON.stringify(event.id)} of execution "${executionId}"`, "its row does not match its checksum");
    })
    .filter((event) => event.kind === kind);

/** Ids of those that wait to be taken and do not match their checksum. */
export const damagedEvents = (db: Queries, executionId: string): readonly string[] =>
  db
    .query<EventRecord & { readonly checksum: number | null }>(UNTAKEN)
    .all({ executionId })
    .filter(({ checksum: kept, ...event }) => kept !== null && kept !== eventChecksum(executionId, event))
    .map(({ id }) => String(id));

const ACCEPT = `UPDATE events SET checksum = $checksum WHERE execution_id = $executionId AND id = $id`;

const RELEASE = `UPDATE events SET consumed_by = NULL, consumed_at = NULL WHERE execution_id = $executionId AND consumed_by = $by`;

/** What a wait has taken waits again. */
export const releaseEvents = (db: Queries, executionId: string, by: StepIdentity): void =>
  void db.query(RELEASE).run({ executionId, by: waitText(by) });

const LEAVE_TAKEN = `UPDATE events SET consumed_by = '' WHERE execution_id = $executionId AND consumed_by IS NOT NULL`;

/** What was taken stays so, and not by a wait that may be asked for again. */
export const leaveTaken = (db: Queries, executionId: string): void => void db.query(LEAVE_TAKEN).run({ executionId });

const waitText = ({ scope, kind, name, n }: StepIdentity): string => JSON.stringify([scope, kind, name, n]);

/** Gives those that wait to be taken the checksum of what they hold. @param check throws for a payload that cannot be read */
export function acceptEvents(db: Queries, executionId: string, check: (text: string) => void): void {
  for (const event of db.query<EventRecord>(UNTAKEN).all({ executionId })) {
    check(event.payloadText);
    db.query(ACCEPT).run({ executionId, id: event.id, checksum: eventChecksum(executionId, event) });
  }
}

/** Of what was sent; who has taken it is not among it. What it is for counts where that is not the ordinary: older rows have none of it. */
export const eventChecksum = (executionId: string, event: EventRecord): number => {
  const { id, name, payloadText, sentAt, kind = "event", target = null } = event;
  return checksum([executionId, id, name, payloadText, sentAt, ...(kind === "event" && target === null ? [] : [kind, target])]);
};

export const hasNewerEvent = (
  db: Queries,
  executionId: string,
  wait: Pick<AwaitedEvent, "name"> & Partial<AwaitedEvent> & { readonly afterCursor: number },
): boolean => db.query(HAS_NEWER).get({ executionId, kind: "event", ...wait }) !== undefined;

/** @returns false when another wait has it. Taking it once more for the same wait changes nothing. */
export function consumeEvent(
  db: Queries,
  executionId: string,
  { id, by, now }: { readonly id: string; readonly by: StepIdentity; readonly now: number },
): boolean {
  const wait = waitText(by);
  if (db.query(CONSUME).run({ executionId, id, by: wait, now }) > 0) return true;
  return db.query<{ takenBy: string | null }>(TAKEN_BY).get({ executionId, id })?.takenBy === wait;
}

const ALL = `
  SELECT id, name, kind, payload AS payloadText, sent_at AS sentAt, consumed_by AS consumedBy, consumed_at AS consumedAt
    FROM events
   WHERE execution_id = $executionId
   ORDER BY seq`;

const KEEP = `
  INSERT INTO events (execution_id, id, name, payload, sent_at, checksum, kind, consumed_by, consumed_at)
  VALUES ($executionId, $id, $name, $payloadText, $sentAt, $checksum, $kind, $consumedBy, $consumedAt)`;

/** With those that were taken. */
export const allEvents = (db: Queries, executionId: string): readonly BundledEvent[] => db.query<BundledEvent>(ALL).all({ executionId });

/** As it was elsewhere, taken or not. */
export const keepEvent = (db: Queries, executionId: string, event: BundledEvent): void =>
  void db.query(KEEP).run({ executionId, ...event, checksum: eventChecksum(executionId, event) });

/** For the tests of their plans. */
export const EVENT_STATEMENTS = { pending: PENDING, hasNewer: HAS_NEWER, all: ALL } as const;
