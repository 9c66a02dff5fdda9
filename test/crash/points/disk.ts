/**
 * What lies on the disk after a crash. Looked at in a copy: opening the file itself would already recover it.
 */
import { REMOVED } from "../../../src/sqlite/removed.ts";
import { Database } from "bun:sqlite";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { ledgerOf } from "./work.ts";

export interface OnDisk {
  /** "ok", or what is wrong. */
  readonly integrity: string;
  readonly statuses: ReadonlyMap<string, string>;
  /** Executions to which an event has been sent. */
  readonly sentTo: ReadonlySet<string>;
  /** Executions that have fewer steps than they say, and are not on their way out. */
  readonly halves: readonly string[];
}

const HALVES = `
  SELECT id FROM executions
   WHERE removed IS NOT ${REMOVED} AND steps > (SELECT count(*) FROM steps WHERE execution_id = executions.id)`;

const NOTHING: OnDisk = { integrity: "ok", statuses: new Map(), sentTo: new Set(), halves: [] };

export const onDisk = (folder: string): OnDisk => {
  if (!existsSync(`${folder}/.wf.db`)) return NOTHING;
  const look = `${folder}/look`;
  mkdirSync(look);
  try {
    // Without -shm, which is nothing but an index that every first opener makes anew.
    for (const part of ["", "-wal", "-journal"]) {
      if (existsSync(`${folder}/.wf.db${part}`)) copyFileSync(`${folder}/.wf.db${part}`, `${look}/.wf.db${part}`);
    }
    return read(`${look}/.wf.db`);
  } catch (error) {
    return { ...NOTHING, integrity: `cannot be read: ${(error as Error).message}` };
  } finally {
    rmSync(look, { recursive: true });
  }
};

const read = (file: string): OnDisk => {
  const db = new Database(file);
  try {
    const integrity = db.query<{ integrity_check: string }, []>("PRAGMA integrity_check").all();
    // Those of the newest schema: before it is reached, nothing is kept.
    const hasTables = db.query("SELECT 1 FROM pragma_table_info('executions') WHERE name = 'removed'").get() !== null;
    return {
      integrity: integrity.map((row) => row.integrity_check).join("; "),
      statuses: new Map(
        hasTables
          ? (db.query<[string, string], []>(`SELECT id, status FROM executions WHERE removed IS NOT ${REMOVED}`).values() as [
              string,
              string,
            ][])
          : [],
      ),
      halves: hasTables
        ? db
            .query(HALVES)
            .values()
            .map(([id]) => String(id))
        : [],
      sentTo: new Set(
        hasTables
          ? db
              .query("SELECT execution_id FROM events")
              .values()
              .map(([id]) => String(id))
          : [],
      ),
    };
  } finally {
    db.close();
  }
};

export const ledgerText = (folder: string): string => (existsSync(ledgerOf(folder)) ? readFileSync(ledgerOf(folder), "utf8") : "");
