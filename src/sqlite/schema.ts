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
  /** The same of a file with the triggers of `feed-triggers.ts`. Without it such a file is refused. */
  readonly listening?: string;
  readonly migrations: () => Promise<readonly Migration[]>;
}

export const SCHEMA: Schema = {
  version: 4,
  fingerprint: "580885b25afc78b666ef1c7402f0cd92d733ce157b9c203ce0effa9dbe08fe0b",
  listening: "ba27f64412669580e6a1e14b7c3ac987be6f7b7b9352ef3ce4ba51e4956f690c",
  migrations: async () => (await import("./migrations.ts")).MIGRATIONS,
};

/** A file may be the one or the other. */
export const isSchema = (fingerprint: string, schema: Pick<Schema, "fingerprint" | "listening">): boolean =>
  fingerprint === schema.fingerprint || fingerprint === schema.listening;
