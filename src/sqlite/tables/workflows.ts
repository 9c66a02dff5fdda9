/** `workflows`: what the definitions were when they were last seen. */
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

const LIST = `SELECT ${COLUMNS} FROM workflows ORDER BY name`;

const DELETE = `DELETE FROM workflows WHERE name = $name`;

export const saveWorkflow = (db: Queries, workflow: WorkflowRecord): void => void db.query(SAVE).run({ ...workflow });

export const findWorkflow = (db: Queries, name: string): WorkflowRecord | undefined => db.query<WorkflowRecord>(FIND).get({ name });

export const listWorkflows = (db: Queries): readonly WorkflowRecord[] => db.query<WorkflowRecord>(LIST).all();

export const deleteWorkflow = (db: Queries, name: string): boolean => db.query(DELETE).run({ name }) > 0;
