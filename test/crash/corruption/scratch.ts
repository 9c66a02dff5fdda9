/**
 * A folder for one database that is written anew thousands of times: in memory where the system has such a place, since what is asked of
 * these rigs is what SQLite and the store make of the bytes, not what a disk makes of them.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Scratch {
  readonly folder: string;
  readonly file: string;
  /** Puts a database there, alone or with its WAL; whatever lay there is gone. */
  place(bytes: Uint8Array, wal?: Uint8Array): void;
  remove(): void;
}

export const makeScratch = (): Scratch => {
  const folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "wf-damage-"));
  const file = join(folder, ".wf.db");
  return {
    folder,
    file,
    place(bytes, wal) {
      for (const suffix of ["", "-wal", "-shm"]) rmSync(file + suffix, { force: true });
      writeFileSync(file, bytes, { mode: 0o600 });
      if (wal !== undefined) writeFileSync(`${file}-wal`, wal, { mode: 0o600 });
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
};
