/**
 * Writing the file anew, so that nothing of what was deleted is left in it.
 *
 * A deleted row is overwritten where its page stays in use; what was in a page of its own, as long values are, stays readable in the free
 * pages of the file, and so does what an update has moved. VACUUM writes the rows that there are into new pages, all of them, and holds the
 * write lock meanwhile. The pages before it are in the WAL as well, until it is cut.
 */
import type { FamilyParts } from "./family.ts";

/** Whoever reads keeps the WAL as it was when it began to; most reads are over in milliseconds. */
const TRIES = 100;
const PAUSE_MS = 20;

/** @returns false when somebody has read for seconds: the WAL then holds what it held */
export async function purgeFile({ db, host, alone }: FamilyParts): Promise<boolean> {
  await alone("VACUUM");
  for (let tries = 0; tries < TRIES; tries++) {
    if (db.query<{ readonly busy: number }>("PRAGMA wal_checkpoint(TRUNCATE)").get()?.busy === 0) return true;
    await new Promise<void>((resolve) => host.after(PAUSE_MS, resolve));
  }
  return false;
}
