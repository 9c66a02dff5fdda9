/** `meta`: single facts about the database, by key. */
import type { Queries } from "../query.ts";

export type MetaKey = "last_tick_at" | "tidy_at" | "workflow_files" | "missing_files";

const SET = `
  INSERT INTO meta (key, value) VALUES ($key, $value)
  ON CONFLICT (key) DO UPDATE SET value = excluded.value`;

const GET = `SELECT value FROM meta WHERE key = $key`;

export const setMeta = (db: Queries, key: MetaKey, value: string): void => void db.query(SET).run({ key, value });

/** Milliseconds; null when it was never set, or is damaged. */
export const getMetaInstant = (db: Queries, key: MetaKey): number | null => {
  const at = Number(getMeta(db, key) ?? Number.NaN);
  return Number.isSafeInteger(at) ? at : null;
};

/** For the tests of their plans. */
export const META_STATEMENTS = { get: GET } as const;

export const getMeta = (db: Queries, key: MetaKey): string | undefined => db.query<{ value: string }>(GET).get({ key })?.value;
