/**
 * What an image of a database says about the executions of the workload, and whether it can be believed.
 *
 * Every row is read through the product, which compares it with its checksum, and then held to what the step must have returned.
 */
import { Database } from "bun:sqlite";
import { Query } from "../../../src/sqlite/query.ts";
import type { Queries } from "../../../src/sqlite/query.ts";
import { findExecution } from "../../../src/sqlite/tables/executions.ts";
import { stepHistory } from "../../../src/sqlite/tables/steps.ts";
import { stepResult } from "./workload.ts";

export interface Seen {
  /** Completed steps; they are the first ones, without a gap. */
  readonly steps: number;
  readonly isOver: boolean;
}

export interface Contents {
  readonly executions: ReadonlyMap<string, Seen>;
  /** Why it is damaged, if it is. */
  readonly problem?: string;
}

export const contentsOf = (image: Uint8Array): Contents => {
  if (image.length === 0) return { executions: new Map() };
  let database: Database | undefined;
  try {
    database = Database.deserialize(withoutWal(image));
    return readAll(database);
  } catch (error) {
    return { executions: new Map(), problem: String(error) };
  } finally {
    database?.close();
  }
};

/** A database in memory has no WAL, and is refused when its header asks for one. Read and write version, in the header at 18. */
const withoutWal = (image: Uint8Array): Uint8Array => {
  const copy = image.slice();
  copy.fill(1, 18, 20);
  return copy;
};

function readAll(database: Database): Contents {
  const executions = new Map<string, Seen>();
  const verdicts = database.query("PRAGMA integrity_check").values().flat();
  if (verdicts.join() !== "ok") return { executions, problem: `integrity_check: ${verdicts.slice(0, 3).join("; ")}` };
  const queries = new Map<string, Query<unknown>>();
  const db: Queries = {
    query: <Row>(sql: string) => {
      const query = queries.get(sql) ?? new Query<unknown>(sql, database.prepare(sql));
      queries.set(sql, query);
      return query as Query<Row>;
    },
  };
  try {
    const isSetUp = database.query("SELECT 1 FROM sqlite_schema WHERE name = 'executions'").get() !== null;
    const ids = isSetUp ? database.query("SELECT id FROM executions ORDER BY id").values().flat() : [];
    for (const id of ids) executions.set(String(id), read(db, String(id)));
    return { executions };
  } catch (error) {
    return { executions, problem: String(error) };
  } finally {
    for (const query of queries.values()) query.finalize();
  }
}

/** @throws when a row is damaged, missing, or not what the workload writes */
function read(db: Queries, id: string): Seen {
  const stored = findExecution(db, id);
  if (stored === undefined || stored.isDamaged) throw new Error(`the row of ${id} does not match its checksum`);
  const steps = stepHistory(db, id, stored.stepCount).filter(({ kind, status }) => kind === "step" && status === "completed");
  for (const [at, { name, outputText }] of steps.entries()) {
    if (name !== `s${at}`) throw new Error(`${id} has ${name} as its completion ${at}`);
    if (outputText !== JSON.stringify(stepResult(id, at))) throw new Error(`step ${name} of ${id} has another result: ${outputText}`);
  }
  const { status, outputText } = stored.record;
  if (status === "completed" && outputText !== JSON.stringify(id)) throw new Error(`${id} has another output: ${outputText}`);
  return { steps: steps.length, isOver: status === "completed" };
}
