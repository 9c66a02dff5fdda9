/**
 * The short way of `wf tick`: is there anything to do at all?
 *
 *     nothing    no execution is due and no owner is gone; the tick has been recorded
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
}

const IS_DUE = `
  SELECT 1 FROM executions
   WHERE wake_at <= ?1 AND wake_at IS NOT NULL AND lease_owner IS NULL AND damaged_at IS NULL
   LIMIT 1`;

/** Of `tables/executions.ts`: made before the clock was put back, and to start at once. */
const IS_AHEAD = `
  SELECT 1 FROM executions
   WHERE status = 'pending' AND created_at > ?1 AND lease_owner IS NULL AND damaged_at IS NULL
   LIMIT 1`;

const OWNERS = `
  SELECT host, boot_id AS bootId, pid, start_time AS startTime FROM workers
   WHERE EXISTS (SELECT 1 FROM executions WHERE lease_owner = workers.id)`;

const LAST_TICK = "SELECT value FROM meta WHERE key = 'last_tick_at'";

/** People ask whether anything has ticked within minutes; a younger record need not be renewed, which saves the commit. */
const TICK_AGE_MS = 30_000;

const RECORD_TICK = `
  INSERT INTO meta (key, value) VALUES ('last_tick_at', ?1)
  ON CONFLICT (key) DO UPDATE SET value = excluded.value`;

/** Longer than a commit takes; what is locked longer is left to the long way, which waits without holding anything up. */
const BUSY_TIMEOUT_MS = 25;

export function dueNow(file: string, host: FastHost): DueNow {
  let database: Database | undefined;
  try {
    const opening = openFile(file, { create: false, durability: "full", newest: SCHEMA.version, busyTimeoutMs: BUSY_TIMEOUT_MS });
    if ("problem" in opening) return "unsure";
    database = opening.opened.database;
    if (opening.opened.schemaVersion !== SCHEMA.version || !hasSchema(database, SCHEMA.fingerprint)) return "unsure";
    return look(database, host);
  } catch {
    return "unsure";
  } finally {
    database?.close();
  }
}

function look(database: Database, host: FastHost): DueNow {
  const now = host.now();
  if (rows(database, IS_DUE, now).length > 0) return "due";
  if (rows(database, IS_AHEAD, now).length > 0) return "unsure";
  for (const owner of rows(database, OWNERS) as readonly ProcessIdentity[]) {
    const liveness = host.liveness(owner);
    if (liveness !== "alive") return liveness === "dead" ? "due" : "unsure";
  }
  const [last] = rows(database, LAST_TICK) as readonly { readonly value: string }[];
  const ageMs = now - Number(last?.value ?? Number.NEGATIVE_INFINITY);
  if (!(ageMs >= 0 && ageMs < TICK_AGE_MS)) database.run(RECORD_TICK, [String(now)]);
  return "nothing";
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
export const FAST_STATEMENTS = { isDue: IS_DUE, isAhead: IS_AHEAD, owners: OWNERS } as const;
