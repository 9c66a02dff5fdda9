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
  version: 2,
  fingerprint: "9812d22d3ad4ec29853630950327591b09e821d347bbf01bb3f549fe9ab23c76",
  migrations: async () => (await import("./migrations.ts")).MIGRATIONS,
};
