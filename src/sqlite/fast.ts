/**
 * The short way of `wf tick`: is there anything to do at all?
 *
 *     nothing    no execution and no slot is due, no owner is gone, no workflow file has changed; the tick has been recorded
 *     due        there is
 *     unsure     anything else: no file, a lock, another schema, an owner that cannot be looked up. The long way finds out, and says it
 *     well.
 *
 * A cron job asks this every minute, mostly for nothing, so this file and what it imports stay few: no errors, no migrations, no statements
 * by name. What callers may rely on:
 *   1. The file passes the same checks as on the long way, its schema included.
 *   2. Nothing is claimed and no execution is changed.
 */
import type { Database } from "bun:sqlite";
import type { ProcessIdentity } from "../model/records.ts";
import { hasSchema, openFile } from "./open-file.ts";
import { SCHEMA } from "./schema.ts";

export type DueNow = "nothing" | "due" | "unsure";

export interface FastHost {
  now(): number;
  liveness(identity: ProcessIdentity): "alive" | "dead" | "unknown";
  /** Whether the files of workflows are no longer what they were when their schedules were read. `mark` is what was noted then. */
  haveFilesChanged?(mark: string | undefined): boolean;
}

const IS_DUE = `
  SELECT 1 FROM executions
   WHERE priority = 0 AND wake_at <= ?1 AND wake_at IS NOT NULL AND lease_owner IS NULL AND damaged_at IS NULL
   LIMIT 1`;

/** Of `tables/due.ts`: the other priorities, a seek each. */
const UNOWNED = `wake_at IS NOT NULL AND lease_owner IS NULL AND damaged_at IS NULL`;

const IS_DUE_AT_LEVEL = `
  WITH RECURSIVE level (priority) AS (
    SELECT max(priority) FROM executions WHERE priority <> 0 AND ${UNOWNED}
    UNION ALL
    SELECT (SELECT max(priority) FROM executions WHERE priority < level.priority AND priority <> 0 AND ${UNOWNED})
      FROM level WHERE level.priority IS NOT NULL)
  SELECT 1 FROM level
   WHERE (SELECT 1 FROM executions WHERE priority = level.priority AND priority <> 0 AND wake_at <= ?1 AND ${UNOWNED} LIMIT 1)
   LIMIT 1`;

/** Of `tables/lanes.ts`: somebody waits for a place, and one is free, whether the lane says so or not. */
const IN_LINE = `lane IS NOT NULL AND reason = 'concurrency' AND reason_detail IS NULL AND damaged_at IS NULL`;

const IS_OPEN = `
  WITH RECURSIVE waiting (lane) AS (
    SELECT min(lane) FROM executions WHERE ${IN_LINE}
    UNION ALL
    SELECT (SELECT min(lane) FROM executions WHERE lane > waiting.lane AND ${IN_LINE}) FROM waiting WHERE waiting.lane IS NOT NULL
    LIMIT 1000)
  SELECT 1 FROM waiting
   WHERE lane IS NOT NULL
     AND (SELECT count(*) FROM executions WHERE lane = waiting.lane AND lane IS NOT NULL AND lease_owner IS NOT NULL)
       < coalesce((SELECT max_running FROM lanes WHERE key = waiting.lane), 1)
   LIMIT 1`;

/** Of `tables/due.ts`: made before the clock was put back, and to start at once. */
const IS_AHEAD = `
  SELECT 1 FROM executions
   WHERE status = 'pending' AND created_at > ?1 AND reason = 'queued' AND wake_at <= created_at
     AND lease_owner IS NULL AND damaged_at IS NULL AND panics = 0
   LIMIT 1`;

/** Of `tables/schedules.ts`. */
const IS_SLOT_DUE = `
  SELECT 1 FROM schedules
   WHERE paused_at IS NULL AND (next_at <= ?1 OR last_slot_at > ?1 + 86400000)
   LIMIT 1`;

const OWNERS = `
  SELECT host, boot_id AS bootId, pid, start_time AS startTime FROM workers
   WHERE EXISTS (SELECT 1 FROM executions WHERE lease_owner = workers.id)`;

const NOTED = "SELECT key, value FROM meta WHERE key IN ('last_tick_at', 'workflow_files', 'tidy_at')";

/** People ask whether anything has ticked within minutes; a younger record need not be renewed, which saves the commit. */
const TICK_AGE_MS = 30_000;

const RECORD_TICK = `
  INSERT INTO meta (key, value) VALUES ('last_tick_at', ?1)
  ON CONFLICT (key) DO UPDATE SET value = excluded.value`;

/** A mark that lies further ahead was made before the clock was put back. */
const DAY_MS = 86_400_000;

/** Longer than a commit takes; what is locked longer is left to the long way, which waits without holding anything up. */
const BUSY_TIMEOUT_MS = 25;

export function dueNow(file: string, host: FastHost): DueNow {
  let database: Database | undefined;
  try {
    const opening = openFile(file, { create: false, durability: "full", newest: SCHEMA.version, busyTimeoutMs: BUSY_TIMEOUT_MS });
    if ("problem" in opening) return "unsure";
    database = opening.opened.database;
    if (opening.opened.schemaVersion !== SCHEMA.version || !hasSchema(database, SCHEMA)) return "unsure";
    return look(database, host);
  } catch {
    return "unsure";
  } finally {
    database?.close();
  }
}

function look(database: Database, host: FastHost): DueNow {
  const now = host.now();
  if (rows(database, IS_DUE, now).length > 0 || rows(database, IS_SLOT_DUE, now).length > 0) return "due";
  if (rows(database, IS_DUE_AT_LEVEL, now).length > 0 || rows(database, IS_OPEN).length > 0) return "due";
  if (rows(database, IS_AHEAD, now).length > 0) return "unsure";
  for (const owner of rows(database, OWNERS) as readonly ProcessIdentity[]) {
    const liveness = host.liveness(owner);
    if (liveness !== "alive") return liveness === "dead" ? "due" : "unsure";
  }
  const noted = new Map(
    (rows(database, NOTED) as readonly { readonly key: string; readonly value: string }[]).map(({ key, value }) => [key, value]),
  );
  if (host.haveFilesChanged?.(noted.get("workflow_files")) === true) return "unsure";
  if (isTimeToTidy(noted.get("tidy_at"), now)) return "unsure";
  const ageMs = now - Number(noted.get("last_tick_at") ?? Number.NEGATIVE_INFINITY);
  if (!(ageMs >= 0 && ageMs < TICK_AGE_MS)) database.run(RECORD_TICK, [String(now)]);
  return "nothing";
}

/** What is over may be due to be removed. As long as no tick has gone the long way there is no mark, and nothing can be. */
function isTimeToTidy(mark: string | undefined, now: number): boolean {
  const at = Number(mark ?? Number.POSITIVE_INFINITY);
  return mark !== undefined && !(at > now && at - now <= DAY_MS);
}

function rows(database: Database, sql: string, ...values: readonly number[]): readonly unknown[] {
  const statement = database.prepare(sql);
  try {
    return statement.all(...values);
  } finally {
    statement.finalize();
  }
}

/** For the tests of their plans. */
export const FAST_STATEMENTS = {
  isDue: IS_DUE,
  isDueAtLevel: IS_DUE_AT_LEVEL,
  isOpen: IS_OPEN,
  isAhead: IS_AHEAD,
  isSlotDue: IS_SLOT_DUE,
  owners: OWNERS,
} as const;
