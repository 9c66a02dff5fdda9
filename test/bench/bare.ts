/**
 * The yardstick: the rows that wf writes, written by bare `bun:sqlite` with the same settings and schema, and nothing else done.
 *
 * `bare@step` commits every row on its own; `bare@group` commits all rows of a turn of the event loop together.
 */
import { Database } from "bun:sqlite";
import { connectionPragmas, filePragmas } from "../../src/sqlite/settings.ts";

export const rowsOf = (
  file: string,
  id: string,
): { readonly execution: readonly unknown[]; readonly steps: readonly (readonly unknown[])[] } => {
  const db = new Database(file, { readonly: true });
  const execution = db.query("SELECT * FROM executions WHERE id = ?").values(id)[0] ?? [];
  const steps = db.query("SELECT * FROM steps WHERE execution_id = ? ORDER BY ord").values(id);
  db.close();
  return { execution, steps };
};

/** A file with our schema and no rows. */
export const bareDatabase = (file: string, likeFile: string): Database => {
  const like = new Database(likeFile, { readonly: true });
  const schema = like.query("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid").values();
  like.close();
  const db = new Database(file, { create: true });
  db.run(connectionPragmas(0));
  db.run(filePragmas("full", process.platform));
  for (const [sql] of schema) db.run(String(sql));
  return db;
};

export interface BareWriter {
  /** One workflow of as many steps as the sample has, one commit a row. */
  byStep(id: string): void;
  /** `count` workflows whose n-th rows share a commit. */
  grouped(ids: readonly string[]): void;
}

export const bareWriter = (db: Database, sample: ReturnType<typeof rowsOf>): BareWriter => {
  const places = (row: readonly unknown[]): string => row.map(() => "?").join(",");
  const insertExecution = db.prepare(`INSERT INTO executions VALUES (${places(sample.execution)})`);
  const insertStep = db.prepare(`INSERT INTO steps VALUES (${places(sample.steps[0] ?? [])})`);
  const finish = db.prepare("UPDATE executions SET status = 'completed', output = '10', finished_at = 1, checksum = 2 WHERE id = ?");
  const [begin, commit] = [db.prepare("BEGIN IMMEDIATE"), db.prepare("COMMIT")];
  const executionRow = (id: string): never[] => sample.execution.map((value, at) => (at === 0 ? null : at === 1 ? id : value)) as never[];
  const stepRow = (id: string, row: readonly unknown[]): never[] => [id, ...row.slice(1)] as never[];
  const inTransaction = (fn: () => void): void => {
    begin.run();
    fn();
    commit.run();
  };
  return {
    byStep: (id) => {
      inTransaction(() => void insertExecution.run(...executionRow(id)));
      for (const row of sample.steps) inTransaction(() => void insertStep.run(...stepRow(id, row)));
      inTransaction(() => void finish.run(id));
    },
    grouped: (ids) => {
      inTransaction(() => ids.forEach((id) => insertExecution.run(...executionRow(id))));
      for (const row of sample.steps) inTransaction(() => ids.forEach((id) => insertStep.run(...stepRow(id, row))));
      inTransaction(() => ids.forEach((id) => finish.run(id)));
    },
  };
};

export const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
