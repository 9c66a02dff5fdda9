/**
 * Brings a database to the newest schema.
 *
 *     BEGIN IMMEDIATE ─► still the version before? ─► copy beside the file ─► SQL · number · hash ─► COMMIT       once for each migration
 *                              │ no: another process was faster
 *                              └─► next
 *
 * What callers may rely on:
 *   1. A migration is applied whole or not at all, and once, however many processes start at the same time.
 *   2. Before the first migration of an existing database there is a copy of it as it was, `<file>.before-<number of that migration>`.
 *   3. A new format of values reaches every row in the same transaction; a damaged row stays as it is.
 *   4. Each is recorded with the SHA-256 of its SQL.
 */
import { copyDatabase } from "./backup.ts";
import type { UpgradeText } from "../model/state-version.ts";
import { firstTables } from "./migrations/001-first-tables.ts";
import { stateVersionsAndPanics } from "./migrations/002-state-versions-and-panics.ts";
import { authoringAndOperations } from "./migrations/003-authoring-and-operations.ts";
import { terminalAndShell } from "./migrations/004-terminal-and-shell.ts";
import type { Queries } from "./query.ts";
import { upgradeState } from "./state-upgrade.ts";

export interface Migration {
  /** The schema version it makes: from 1, without gaps. */
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  /** What SQL alone cannot do, after it and in the same transaction. It knows the tables as they are then, by SQL of its own. */
  readonly run?: (db: Queries) => void;
  /** For a new format of values: its number, and how each text of the one before becomes one of it. */
  readonly state?: { readonly version: number; readonly upgrade: UpgradeText };
}

export const MIGRATIONS: readonly Migration[] = [firstTables, stateVersionsAndPanics, authoringAndOperations, terminalAndShell];

/** What a migration needs of a connection. */
export interface Migrating extends Queries {
  readonly path: string;
  exec(sql: string): void;
  /** Holds the write lock; waits for it as long as another process has it. */
  transaction<T>(fn: () => T): Promise<T>;
}

const RECORD = `
  INSERT INTO migrations (number, name, sha256, applied_at)
  VALUES ($number, $name, $sha256, $now)`;

/** @param unique tells this process from others that migrate at the same time */
export async function migrate(
  db: Migrating,
  migrations: readonly Migration[],
  facts: { readonly now: number; readonly unique: string },
): Promise<void> {
  let isCopied = false;
  for (const migration of migrations) {
    await db.transaction(() => {
      if (schemaVersion(db) !== migration.number - 1) return;
      // A new file has nothing to lose.
      if (!isCopied && migration.number > 1) copyDatabase(db.path, `${db.path}.before-${migration.number}`, facts.unique);
      isCopied = true;
      apply(db, migration, facts.now);
    });
  }
}

function apply(db: Migrating, { number, name, sql, run, state }: Migration, now: number): void {
  // A column with a rule of its own has SQLite look at all rules of all rows: a damaged one must not keep the file from being opened.
  db.exec("PRAGMA ignore_check_constraints = ON");
  try {
    db.exec(sql);
  } finally {
    db.exec("PRAGMA ignore_check_constraints = OFF");
  }
  run?.(db);
  if (state !== undefined) upgradeState(db, state);
  const sha256 = new Bun.CryptoHasher("sha256").update(sql).digest("hex");
  db.query(RECORD).run({ number, name, sha256, now });
  db.exec(`PRAGMA user_version = ${number}`);
}

const schemaVersion = (db: Queries): number => db.query<{ user_version: number }>("PRAGMA user_version").get()?.user_version ?? 0;
