/**
 * Brings an opened database to the schema this wf knows, and refuses one that holds anything else.
 */
import { Database } from "bun:sqlite";
import { fingerprintOf, type SchemaObject, schemaDifference, schemaObjects } from "./fingerprint.ts";
import { A_TRIGGER, MAKE_TRIGGERS } from "./feed-triggers.ts";
import type { Migrating } from "./migrations.ts";
import { isSchema, type Schema } from "./schema.ts";
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
  const fingerprintOfKind = async (kind: SchemaKind): Promise<string> => fingerprintOf(await expectedObjects({ migrations }, kind));
  const fingerprint = await fingerprintOfKind("plain");
  const listening = version >= LISTENING_SINCE ? { listening: await fingerprintOfKind("listening") } : {};
  await assertSchema(found, file, { version, fingerprint, ...listening, migrations });
}

/** @throws DB_UNUSABLE when a table, index, view or trigger is there that the migrations do not make, or one is missing or changed */
export async function assertSchema(found: readonly SchemaObject[], file: string, schema: Schema): Promise<void> {
  if (isSchema(fingerprintOf(found), schema)) return;
  const isListening = schema.listening !== undefined && found.some(({ name }) => name === A_TRIGGER);
  const difference = schemaDifference(found, await expectedObjects(schema, isListening ? "listening" : "plain"));
  throw unusable(file, { problem: difference, next: "Find out who changed it, and restore a backup; wf runs nothing from such a file." });
}

/** The first that has a stream. */
const LISTENING_SINCE = 4;

export type SchemaKind = "plain" | "listening";

/** What the migrations make of an empty database, and somebody who wants to know what happens in it. */
export async function expectedObjects(schema: Pick<Schema, "migrations">, kind: SchemaKind = "plain"): Promise<readonly SchemaObject[]> {
  const empty = new Database(":memory:");
  try {
    for (const { sql } of await schema.migrations()) empty.run(sql);
    if (kind === "listening") for (const sql of MAKE_TRIGGERS) empty.run(sql);
    return schemaObjects(empty);
  } finally {
    empty.close();
  }
}
