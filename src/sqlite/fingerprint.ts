/**
 * The fingerprint of a schema: every table, index, view and trigger, with its SQL.
 *
 * A trigger that somebody has planted runs inside our own transactions, so a file with anything in its schema that we did not put there is
 * refused. Statistics that ANALYZE leaves behind are the exception; they can make a query slow, never wrong.
 */
import type { Database } from "bun:sqlite";

export interface SchemaObject {
  readonly type: string;
  readonly name: string;
  readonly sql: string | null;
}

/** Names alone would not do: SQLite refuses to create such objects, but a file made by hand can hold a trigger of that name. */
const SCHEMA = `
  SELECT type, name, sql
    FROM sqlite_schema
   WHERE NOT (type = 'table' AND (name = 'sqlite_stat1' OR name = 'sqlite_stat4'))
   ORDER BY type, name`;

export function schemaObjects(database: Database): readonly SchemaObject[] {
  const statement = database.prepare<SchemaObject, []>(SCHEMA);
  try {
    return statement.all();
  } finally {
    statement.finalize();
  }
}

export const fingerprintOf = (objects: readonly SchemaObject[]): string =>
  new Bun.CryptoHasher("sha256").update(JSON.stringify(objects.map(({ type, name, sql }) => [type, name, sql]))).digest("hex");

/** Says the first difference, for the person who has to find out who made it. */
export function schemaDifference(found: readonly SchemaObject[], expected: readonly SchemaObject[]): string {
  const known = new Map(expected.map((object) => [`${object.type} ${object.name}`, object.sql]));
  for (const { type, name, sql } of found) {
    const key = `${type} ${name}`;
    if (!known.has(key)) return `it holds the ${type} "${name}", which wf did not make`;
    if (known.get(key) !== sql) return `its ${type} "${name}" is not as wf made it`;
    known.delete(key);
  }
  const [missing] = known.keys();
  return missing === undefined ? "its schema differs" : `its ${missing} is missing`;
}
