/**
 * What a recording holds of all that SQLite does to its files; a workload that never got to it proves nothing about it.
 */
import type { TraceEvent } from "./trace.ts";

export interface Coverage {
  readonly acknowledgements: number;
  /** Flushes of a WAL that had been written to: commits, nearly all of them. */
  readonly commits: number;
  /** Flushes of the database after pages were written to it. */
  readonly checkpoints: number;
  /** A WAL begun anew in the same file, over its old frames. */
  readonly walRestarts: number;
  readonly walsDeleted: number;
  readonly journalsDeleted: number;
}

export const coverageOf = (events: readonly TraceEvent[]): Coverage => {
  const seen = { acknowledgements: 0, commits: 0, checkpoints: 0, walRestarts: 0, walsDeleted: 0, journalsDeleted: 0 };
  const names = new Map<number, string>();
  const written = new Set<number>();
  const begun = new Set<number>();
  for (const event of events) {
    if (event.what === "acknowledged") seen.acknowledgements++;
    if (event.what === "create") names.set(event.file, event.name);
    if (event.what === "unlink" && event.name.endsWith("-wal")) seen.walsDeleted++;
    if (event.what === "unlink" && event.name.endsWith("-journal")) seen.journalsDeleted++;
    const isWal = "file" in event && names.get(event.file)?.endsWith("-wal") === true;
    const isDatabase = "file" in event && names.get(event.file)?.endsWith(".db") === true;
    if (event.what === "write" && isWal && event.at === 0) {
      if (begun.has(event.file)) seen.walRestarts++;
      begun.add(event.file);
    }
    if (event.what === "write") written.add(event.file);
    if (event.what === "sync" && written.delete(event.file)) {
      if (isWal) seen.commits++;
      if (isDatabase) seen.checkpoints++;
    }
  }
  return seen;
};
