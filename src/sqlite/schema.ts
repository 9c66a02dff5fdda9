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
  fingerprint: "cd40e6b0168d4168d61c408abda6b24b1d99193244cb912c859f9e91e9345fba",
  migrations: async () => (await import("./migrations.ts")).MIGRATIONS,
};
