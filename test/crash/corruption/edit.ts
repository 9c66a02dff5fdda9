/** Changes a database as another program would: past the store, and past SQLite's own rules where they are in the way. */
import { Database } from "bun:sqlite";

export const edit = (file: string, change: (database: Database) => void): void => {
  const database = new Database(file);
  try {
    database.run("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON");
    change(database);
    database.run("PRAGMA journal_mode = WAL"); // as the store leaves it
  } finally {
    database.close();
  }
};

/** SQLite's own opinion, which knows nothing of what a value should be. */
export const integrity = (file: string): string => {
  try {
    const database = new Database(file, { readonly: true });
    try {
      return database.query<{ integrity_check: string }, []>("PRAGMA integrity_check(1)").get()?.integrity_check ?? "nothing";
    } finally {
      database.close();
    }
  } catch (error) {
    return String(error);
  }
};
