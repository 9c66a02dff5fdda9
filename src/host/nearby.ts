/**
 * The database of a call, where no looking for it is needed: named by an absolute path, as whoever carries a script does, or in the current
 * folder. Whether it may be used at all is asked when it is opened.
 */
import { existsSync } from "node:fs";

export interface NamedPlace {
  readonly cwd: string;
  readonly dir?: string | undefined;
  readonly db?: string | undefined;
}

/** Undefined when the project has to be found. */
export const fileNearby = ({ cwd, dir, db }: NamedPlace): string | undefined => {
  if (db !== undefined) return db.startsWith("/") && existsSync(db) ? db : undefined;
  const file = `${cwd}/.wf.db`;
  return dir === undefined && existsSync(file) ? file : undefined;
};
