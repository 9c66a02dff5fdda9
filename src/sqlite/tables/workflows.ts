/** `workflows`: what the definitions were when they were last seen. */
import type { KnownWorkflow } from "../../engine/store.ts";
import type { WorkflowRecord } from "../../model/records.ts";
import type { Queries } from "../query.ts";

const COLUMNS = `name, version, file, description, source_hash AS sourceHash, seen_at AS seenAt`;

const SAVE = `
  INSERT INTO workflows (name, version, file, description, source_hash, seen_at)
  VALUES ($name, $version, $file, $description, $sourceHash, $seenAt)
  ON CONFLICT (name) DO UPDATE
     SET version = excluded.version, file = excluded.file, description = excluded.description,
         source_hash = excluded.source_hash, seen_at = excluded.seen_at`;

const FIND = `SELECT ${COLUMNS} FROM workflows WHERE name = $name`;

const KNOWN = `
  SELECT ${COLUMNS}, EXISTS (SELECT 1 FROM sources WHERE hash = workflows.source_hash) AS isKept
    FROM workflows WHERE name = $name`;

const LIST = `SELECT ${COLUMNS} FROM workflows ORDER BY name`;

const DELETE = `DELETE FROM workflows WHERE name = $name`;

export const saveWorkflow = (db: Queries, workflow: WorkflowRecord): void => void db.query(SAVE).run({ ...workflow });

export const findWorkflow = (db: Queries, name: string): WorkflowRecord | undefined => db.query<WorkflowRecord>(FIND).get({ name });

/** And whether its source is in `sources`. */
export const knownWorkflow = (db: Queries, name: string): KnownWorkflow | undefined => {
  const row = db.query<WorkflowRecord & { readonly isKept: number }>(KNOWN).get({ name });
  if (row === undefined) return undefined;
  const { isKept, ...workflow } = row;
  return { ...workflow, isSourceKept: isKept === 1 };
};

export const listWorkflows = (db: Queries): readonly WorkflowRecord[] => db.query<WorkflowRecord>(LIST).all();

export const deleteWorkflow = (db: Queries, name: string): boolean => db.query(DELETE).run({ name }) > 0;
