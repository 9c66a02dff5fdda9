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
  fingerprint: "d630a2ff2457c98974a824f7f0cd200825c5d1f1ad5f412df6d3aa6cb7e7c009",
  migrations: async () => (await import("./migrations.ts")).MIGRATIONS,
};
