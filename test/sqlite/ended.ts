/** What the tests of removal share: a store whose clocks the test sets, and executions that have been over for so many days. */
import { Database } from "bun:sqlite";
import { removeAll } from "../../src/engine/retention/removing.ts";
import type { Store } from "../../src/engine/store.ts";
import type { Removable } from "../../src/engine/store/retention.ts";
import type { ExecutionRecord } from "../../src/model/records.ts";
import { REMOVED_TABLES } from "../../src/sqlite/removal.ts";
import { openSqliteStore } from "../../src/sqlite/sqlite-store.ts";
import { log, NOW, owned, step, submit, worker } from "../suites/store/samples.ts";
import { type Folder, Machine, makeFolder } from "./machine.ts";

export const DAY_MS = 86_400_000;

const clock = { now: () => NOW, monotonic: () => 0, boot: () => 0 };
const timers = { after: (_: number, fn: () => void) => (queueMicrotask(fn), () => {}), at: () => () => {}, turn: () => {} };

export const all = (before: number, parts: Partial<Removable> = {}): Removable => ({
  endedBefore: { completed: before, failed: before, cancelled: before },
  keep: 0,
  ...parts,
});

export const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((total, n) => total + n, 0);

export class Ended {
  readonly machine = new Machine();
  readonly #folder: Folder = makeFolder();
  store!: Store;

  static async open(): Promise<Ended> {
    const one = new Ended();
    one.store = await one.another();
    return one;
  }

  get file(): string {
    return this.#folder.file;
  }

  another(): Promise<Store> {
    return openSqliteStore({ file: this.file, create: true, host: this.machine.host() });
  }

  /** The process is gone, and another opens the file. */
  async reopen(): Promise<void> {
    await this.store.close();
    this.store = await this.another();
  }

  async close(): Promise<void> {
    await this.store.close();
    this.#folder.remove();
  }

  /** Over since so many days. */
  async over(id: string, days: number, parts: Partial<ExecutionRecord> = {}, steps = 1): Promise<void> {
    const { status = "completed", ...rest } = parts;
    const { lease } = await owned(this.store, id, worker("w1"), rest);
    const rows = Array.from({ length: steps }, (_, at) => step("s", { n: at + 1, order: at + 1 }));
    const finishedAt = NOW - days * DAY_MS;
    await submit(this.store, { lease, steps: rows, logs: [log(`of ${id}`)], change: { status, finishedAt } });
  }

  removing(isOver = (): boolean => false) {
    return { store: this.store.retention, clock, timers, isOver };
  }

  async remove(what: Removable): Promise<number> {
    return sum((await removeAll(this.removing(), what)).gone);
  }

  async left(): Promise<readonly string[]> {
    return (await this.store.list({ limit: 1_000 })).map(({ id }) => id).sort();
  }

  sql<Row>(text: string, ...values: (string | number)[]): readonly Row[] {
    const database = new Database(this.file);
    try {
      return database.query<Row, (string | number)[]>(text).all(...values);
    } finally {
      database.close();
    }
  }

  rowsOf(id: string): Readonly<Record<string, number>> {
    const count = (table: string) => this.sql<{ n: number }>(`SELECT count(*) AS n FROM ${table} WHERE execution_id = ?`, id)[0]?.n ?? 0;
    return Object.fromEntries(REMOVED_TABLES.map((table) => [table, count(table)]));
  }
}
