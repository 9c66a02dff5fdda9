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
  fingerprint: "329ae0f11b0d038debfb44714503cc6f69e058ba6fcfa8ac11d2c0bf8480d54a",
  migrations: async () => (await import("./migrations.ts")).MIGRATIONS,
};
