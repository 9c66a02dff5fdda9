/**
 * Brings an opened database to the schema this wf knows, and refuses one that holds anything else.
 */
import { Database } from "bun:sqlite";
import { fingerprintOf, type SchemaObject, schemaDifference, schemaObjects } from "./fingerprint.ts";
import type { Migrating } from "./migrations.ts";
import type { Schema } from "./schema.ts";
import { isStatementsFault } from "./sqlite-errors.ts";
import { unusable } from "./unusable.ts";

/** Loads the migrations only where some are missing. */
export async function bringUpToDate(
  db: Migrating,
  schema: Schema,
  facts: { readonly now: number; readonly unique: string },
): Promise<void> {
  const { migrate } = await import("./migrations.ts");
  try {
    await migrate(db, await schema.migrations(), facts);
  } catch (error) {
    // What is in the file does not fit its schema number: no migration is at fault.
    if (!isStatementsFault(error)) throw error;
    throw unusable(
      db.path,
      { problem: `it cannot be brought up to date (${error.message})`, next: "Keep it as it is, and restore a backup." },
      error,
    );
  }
}

/** Before anything of ours runs in it: a trigger that somebody has planted in an older file would run in our migrations. */
export async function assertOlderSchema(found: readonly SchemaObject[], file: string, schema: Schema, version: number): Promise<void> {
  const older = (await schema.migrations()).slice(0, version);
  const migrations = (): Promise<typeof older> => Promise.resolve(older);
  const fingerprint = fingerprintOf(await expectedObjects({ ...schema, migrations }));
  await assertSchema(found, file, { ...schema, fingerprint, migrations });
}

/** @throws DB_UNUSABLE when a table, index, view or trigger is there that the migrations do not make, or one is missing or changed */
export async function assertSchema(found: readonly SchemaObject[], file: string, schema: Schema): Promise<void> {
  if (fingerprintOf(found) === schema.fingerprint) return;
  const difference = schemaDifference(found, await expectedObjects(schema));
  throw unusable(file, { problem: difference, next: "Find out who changed it, and restore a backup; wf runs nothing from such a file." });
}

/** What the migrations make of an empty database. */
export async function expectedObjects(schema: Schema): Promise<readonly SchemaObject[]> {
  const empty = new Database(":memory:");
  try {
    for (const { sql } of await schema.migrations()) empty.run(sql);
    return schemaObjects(empty);
  } finally {
    empty.close();
  }
}
