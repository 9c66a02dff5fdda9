/** A database without a disk, for tests of what becomes of transactions. */
import type { Transactions } from "../../src/sqlite/batch.ts";
import { UncertainCommit } from "../../src/sqlite/handle.ts";

export const sqliteError = (code: string, errno: number): Error => Object.assign(new Error(code), { name: "SQLiteError", code, errno });

/** A database of one number a row, without a disk. `fate` says what becomes of the next transactions. */
export class Rows implements Transactions {
  readonly path = "rows";
  rows: number[] = [];
  transactions: number[][] = [];
  fate: ("locked" | "full" | "lost" | "kept" | "unreadable")[] = [];
  inTransaction = false;
  #read: "locked" | "fine" | "unreadable" = "fine";
  readLocks = 0;
  pause = 0;

  tryTransaction<T>(fn: () => T) {
    const fate = this.fate.shift();
    if (fate === "locked") return { done: false } as const;
    const before = [...this.rows];
    this.inTransaction = true;
    try {
      const value = fn();
      if (fate === "full") throw sqliteError("SQLITE_FULL", 13);
      if (fate === "lost" || fate === "unreadable") {
        this.#read = fate === "lost" ? "fine" : "unreadable";
        throw new UncertainCommit(sqliteError("SQLITE_IOERR_FSYNC", 1034));
      }
      this.transactions.push(this.rows.slice(before.length));
      if (fate === "kept") {
        before.push(...this.rows.slice(before.length));
        throw new UncertainCommit(sqliteError("SQLITE_IOERR_FSYNC", 1034));
      }
      return { done: true, value } as const;
    } catch (error) {
      this.rows = before;
      throw error;
    } finally {
      this.inTransaction = false;
    }
  }

  tryRead<T>(fn: () => T) {
    if (this.readLocks-- > 0) return { done: false } as const;
    if (this.#read === "unreadable") throw sqliteError("SQLITE_IOERR_READ", 266);
    return { done: true, value: fn() } as const;
  }

  savepoint<T>(fn: () => T): T {
    const before = [...this.rows];
    try {
      return fn();
    } catch (error) {
      this.rows = before;
      throw error;
    }
  }

  pauseMs(): number {
    return this.pause;
  }

  epoch(): number {
    return 0;
  }
}
