/** `workers`: the processes that move executions, and when they were last heard of. Their row is the lease of all they own. */
import type { WorkerRecord } from "../../model/records.ts";
import type { Queries } from "../query.ts";

const COLUMNS = `
  id, role, version, host, boot_id AS bootId, pid, start_time AS startTime,
  started_at AS startedAt, seen_at AS seenAt, seen_boot_ms AS seenBootMs`;

const SAVE = `
  INSERT INTO workers (id, role, version, host, boot_id, pid, start_time, started_at, seen_at, seen_boot_ms)
  VALUES ($id, $role, $version, $host, $bootId, $pid, $startTime, $startedAt, $seenAt, $seenBootMs)
  ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at, seen_boot_ms = excluded.seen_boot_ms`;

const IS_KNOWN = `SELECT 1 FROM workers WHERE id = $id`;

const SEEN = `UPDATE workers SET seen_at = $now, seen_boot_ms = $bootMs WHERE id = $id`;

const FIND = `SELECT ${COLUMNS} FROM workers WHERE id = $id`;

const LIST = `SELECT ${COLUMNS} FROM workers ORDER BY started_at, id`;

/** Of all workers but one: those that own something. */
const OWNERS = `
  SELECT ${COLUMNS} FROM workers
   WHERE id <> $except AND EXISTS (SELECT 1 FROM executions WHERE lease_owner = workers.id)
   ORDER BY id`;

const DELETE_IDLE = `
  DELETE FROM workers
   WHERE id = $id AND NOT EXISTS (SELECT 1 FROM executions WHERE lease_owner = $id)`;

/** Also a heartbeat, for one that is there. */
export const saveWorker = (db: Queries, worker: WorkerRecord): void => void db.query(SAVE).run({ ...worker });

/** Before a claim, since only a known worker can own anything. Its heartbeats keep the row fresh, once it is there. */
export function ensureWorker(db: Queries, worker: WorkerRecord, host: { now(): number; boot(): number }): void {
  if (db.query(IS_KNOWN).get({ id: worker.id }) === undefined) saveWorker(db, { ...worker, seenAt: host.now(), seenBootMs: host.boot() });
}

export const markWorkerSeen = (db: Queries, id: string, now: number, bootMs: number): void => void db.query(SEEN).run({ id, now, bootMs });

export const findWorker = (db: Queries, id: string): WorkerRecord | undefined => db.query<WorkerRecord>(FIND).get({ id });

export const listWorkers = (db: Queries): readonly WorkerRecord[] => db.query<WorkerRecord>(LIST).all();

export const listOwners = (db: Queries, except: string): readonly WorkerRecord[] => db.query<WorkerRecord>(OWNERS).all({ except });

const OWNS = `SELECT 1 FROM executions WHERE lease_owner = $id LIMIT 1`;

export const ownsAnything = (db: Queries, id: string): boolean => db.query(OWNS).get({ id }) !== undefined;

/** Only one that owns nothing. */
export const forgetWorker = (db: Queries, id: string): void => void db.query(DELETE_IDLE).run({ id });

/** For the tests of their plans. */
export const WORKER_STATEMENTS = { owners: OWNERS, deleteIdle: DELETE_IDLE, find: FIND } as const;
