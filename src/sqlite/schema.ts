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
  fingerprint: "b3656ed602064f3dcab706e85ffa7898c83e9ed1b93a2fd7df77163d68c2f59a",
  migrations: async () => (await import("./migrations.ts")).MIGRATIONS,
};
