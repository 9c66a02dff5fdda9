/**
 * The newest schema this wf knows: its number and fingerprint as constants, so that a start need not read the migrations that make it.
 *
 * A test holds the constants against the migrations; a migration that was changed shows there.
 */
import type { Migration } from "./migrations.ts";

export interface Schema {
  readonly version: number;
  /** What `fingerprintOf` gives for it. */
  readonly fingerprint: string;
  readonly migrations: () => Promise<readonly Migration[]>;
}

export const SCHEMA: Schema = {
  version: 1,
  fingerprint: "53e022cc9a427f277e2773a1a55a1a727e04a7783911c73b5fbceea6e6759185",
  migrations: async () => (await import("./migrations.ts")).MIGRATIONS,
};
