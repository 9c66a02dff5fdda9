/**
 * A copy of a database beside itself.
 *
 * By VACUUM INTO: SQLite reads the file itself (reading it in any other way would drop this process's locks on it) and gives a consistent
 * copy without a WAL. The copy is readable by this user alone, and gets its name only when it is whole.
 */
import { constants as sqlite, Database } from "bun:sqlite";
import { closeSync, constants, openSync, renameSync, rmSync } from "node:fs";

/**
 * Copies what is committed. Another connection may be in the middle of a transaction meanwhile.
 *
 * @param unique tells this copy, while it is being made, from those of other processes
 */
export function copyDatabase(path: string, copyPath: string, unique: string): void {
  const draft = `${copyPath}.${unique}`;
  rmSync(draft, { force: true });
  // VACUUM INTO fills an empty file and refuses any other; one made here has our permissions and is no link.
  closeSync(openSync(draft, constants.O_CREAT | constants.O_EXCL | constants.O_RDWR | constants.O_NOFOLLOW, 0o600));
  try {
    vacuumInto(path, draft);
    renameSync(draft, copyPath);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

function vacuumInto(path: string, target: string): void {
  const reader = new Database(path, sqlite.SQLITE_OPEN_READONLY | sqlite.SQLITE_OPEN_NOFOLLOW);
  try {
    reader.run(`VACUUM INTO '${target.replaceAll("'", "''")}'`);
  } finally {
    reader.close();
  }
}
