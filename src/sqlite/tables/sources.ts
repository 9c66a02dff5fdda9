/** `sources`: the files of workflows as they were, packed, by their hash. A row is never changed. */
import type { Queries } from "../query.ts";

export interface SourceRow {
  readonly hash: string;
  readonly savedAt: number;
  readonly files: Uint8Array;
}

const SAVE = `
  INSERT INTO sources (hash, saved_at, files) VALUES ($hash, $savedAt, $files)
  ON CONFLICT (hash) DO NOTHING`;

const FIND = `SELECT hash, saved_at AS savedAt, files FROM sources WHERE hash = $hash`;

const HAS = `SELECT 1 FROM sources WHERE hash = $hash`;

/** What an execution began with is what it is finished on, also by a `retry` after its end. */
const UNUSED = `
  SELECT hash FROM sources
   WHERE hash NOT IN (SELECT source_hash FROM executions WHERE source_hash IS NOT NULL)
     AND hash NOT IN (SELECT start_source FROM executions WHERE start_source IS NOT NULL)
     AND hash NOT IN (SELECT source_hash FROM workflows)
   ORDER BY hash`;

const DELETE = `DELETE FROM sources WHERE hash = $hash`;

export const saveSource = (db: Queries, { hash, savedAt, files }: SourceRow): void => void db.query(SAVE).run({ hash, savedAt, files });

export const findSource = (db: Queries, hash: string): SourceRow | undefined => db.query<SourceRow>(FIND).get({ hash });

export const hasSource = (db: Queries, hash: string): boolean => db.query(HAS).get({ hash }) !== undefined;

/** Those that nothing refers to. Looks at every execution. */
export const unusedSources = (db: Queries): readonly string[] =>
  db
    .query<{ readonly hash: string }>(UNUSED)
    .all()
    .map(({ hash }) => hash);

export const deleteSource = (db: Queries, hash: string): boolean => db.query(DELETE).run({ hash }) > 0;

/** For the tests of their plans. */
export const SOURCE_STATEMENTS = { find: FIND, has: HAS } as const;
