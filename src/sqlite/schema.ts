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
  fingerprint: "58f929eff8c495877241f97baea20397d22330f0c8a2fe4f1e61a62a72fe5586",
  migrations: async () => (await import("./migrations.ts")).MIGRATIONS,
};
