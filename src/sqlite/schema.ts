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
  version: 3,
  fingerprint: "b28ce57fa3409c8d770e4f9dc2194f6db8129223d1a5f138849165eaeeac3d45",
  migrations: async () => (await import("./migrations.ts")).MIGRATIONS,
};
