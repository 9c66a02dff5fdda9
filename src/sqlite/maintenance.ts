/**
 * Looking after a database as a whole.
 *
 * What callers may rely on:
 *   1. Whatever only looks changes nothing, and holds neither the event loop nor a snapshot for longer than one page of executions; the
 *      check of SQLite's own pages is the exception, and can be left out; the counts are compared with all executions in one moment.
 *   2. Nothing is mended that nobody has asked for.
 */
import { existsSync, statSync } from "node:fs";
import { fail } from "../model/errors.ts";
import type {
  BackupView,
  CheckView,
  Maintenance,
  MigrateView,
  MiscountView,
  QueryOptions,
  RecountView,
  Repair,
  RepairView,
  RowsView,
  StatsView,
  VacuumView,
} from "../model/maintenance.ts";
import { verifyAll } from "../model/verification.ts";
import { copyDatabase } from "./backup.ts";
import type { ConnectionOptions, DatabaseConnection } from "./connection.ts";
import { repairable, repairExecution } from "./repair.ts";
import { readBackup, restoreExecution } from "./restore.ts";
import { statsOf } from "./stats.ts";
import { miscounts, recount } from "./tables/counts.ts";
import { idsStartingWith, latestId } from "./tables/execution-lookups.ts";
import { findExecution } from "./tables/executions.ts";
import { addLog } from "./tables/logs.ts";
import { explained } from "./unusable.ts";
import { verifyPage } from "./verify.ts";

/** What `integrity_check` says when nothing is wrong. */
const SOUND = "ok";

/** Thrown to undo a repair that was only to be shown. */
class DryRun extends Error {}

export class SqliteMaintenance implements Maintenance {
  readonly #db: DatabaseConnection;
  readonly #options: ConnectionOptions;

  constructor(db: DatabaseConnection, options: ConnectionOptions) {
    this.#db = db;
    this.#options = options;
  }

  async resolveId(reference: string, { mayBeGone = false }: { readonly mayBeGone?: boolean } = {}): Promise<string> {
    const last = reference === "@last" ? await this.#db.read(() => latestId(this.#db)) : undefined;
    if (last !== undefined) return last;
    const matches = reference === "" ? [] : await this.#db.read(() => idsStartingWith(this.#db, reference, 6));
    const [only] = matches;
    if (matches.includes(reference) || (mayBeGone && only === undefined)) return reference;
    if (only === undefined) throw fail("EXECUTION_NOT_FOUND", { id: reference.slice(0, 200) });
    if (matches.length > 1) throw fail("ID_AMBIGUOUS", { prefix: reference, matches });
    return only;
  }

  async check({ pages = true }: { readonly pages?: boolean } = {}): Promise<CheckView> {
    const broken = pages ? await this.#brokenPages() : [];
    const { executions, steps, damaged } = await verifyAll((after, limit) => this.#db.read(() => verifyPage(this.#db, after, limit)));
    const wrong = await this.#db.read(() => miscounts(this.#db));
    const ok = broken.length + damaged.length + wrong.length === 0;
    return { file: this.#db.path, ok, pages: broken, executions, steps, damaged, miscounts: wrong };
  }

  async repair(id: string, repair: Repair, { dryRun = false }: { readonly dryRun?: boolean } = {}): Promise<RepairView> {
    const done = repair.how === "restore" ? await this.#restore(id, repair.from, dryRun) : await this.#mend(id, repair.how, dryRun);
    return { executionId: id, how: repair.how, done };
  }

  async recount({ dryRun = false }: { readonly dryRun?: boolean } = {}): Promise<RecountView> {
    const look = (): Promise<readonly MiscountView[]> => this.#db.read(() => miscounts(this.#db));
    return { mended: await (dryRun ? look() : this.#db.transaction(() => recount(this.#db))) };
  }

  async backup(target: string): Promise<BackupView> {
    if (existsSync(target))
      throw fail("USAGE", { problem: `${target} is there already`, next: "Give another name; nothing is overwritten." });
    try {
      copyDatabase(this.#db.path, target, `draft-${this.#options.host.self.pid}`);
    } catch (error) {
      throw explained(error, target);
    }
    return { file: this.#db.path, backup: target, sizeBytes: statSync(target).size };
  }

  stats(): Promise<StatsView> {
    return this.#db.read(() => statsOf(this.#db, this.#db.path, sizeOf(`${this.#db.path}-wal`)));
  }

  async vacuum(): Promise<VacuumView> {
    const before = await this.stats();
    await this.#db.alone("VACUUM");
    return { file: this.#db.path, beforeBytes: before.sizeBytes, afterBytes: (await this.stats()).sizeBytes };
  }

  async migrate(): Promise<MigrateView> {
    const { foundSchema: from, path: file } = this.#db;
    const { schema: to } = await this.stats();
    return { file, from, to, copy: from > 0 && from < to ? `${file}.before-${from + 1}` : null };
  }

  async query(sql: string, { limit, parameters = {}, signal }: QueryOptions): Promise<RowsView | undefined> {
    const { askForRows } = await import("./ask.ts");
    return askForRows({ file: this.#db.path, sql, parameters, limit }, signal);
  }

  close(): Promise<void> {
    this.#db.close();
    return Promise.resolve();
  }

  /** All of it in one go: SQLite cannot do it in parts. */
  async #brokenPages(): Promise<readonly string[]> {
    const found = await this.#db.read(() => [
      ...this.#db
        .query<{ readonly integrity_check: string }>("PRAGMA integrity_check")
        .all()
        .map((row) => row.integrity_check),
      ...this.#db
        .query<{ readonly table: string }>("PRAGMA foreign_key_check")
        .all()
        .map(({ table }) => `a row of ${table} belongs to nothing`),
    ]);
    return found.filter((text) => text !== SOUND);
  }

  #mend(id: string, how: "run-again" | "accept", dryRun: boolean): Promise<readonly string[]> {
    return this.#transaction(() => repairExecution(this.#db, id, how, this.#options.host), dryRun);
  }

  async #restore(id: string, from: string, dryRun: boolean): Promise<readonly string[]> {
    const { host } = this.#options;
    const rows = await readBackup(from, id, `${this.#db.path}.restore-${host.self.pid}`, this.#options);
    const done = [`restored from ${from}, with ${rows.get("steps")?.length ?? 0} steps`];
    const restore = (): readonly string[] => {
      // One that was deleted can come back, too.
      const term = findExecution(this.#db, id) === undefined ? 0 : repairable(this.#db, id, host).term;
      restoreExecution(this.#db, id, rows, { term, now: host.now() });
      const message = `Repaired by hand: ${done.join("; ")}`;
      addLog(this.#db, id, { at: host.now(), level: "warn", source: "wf", message, dataText: null, step: null });
      return done;
    };
    return this.#transaction(restore, dryRun);
  }

  async #transaction(fn: () => readonly string[], dryRun: boolean): Promise<readonly string[]> {
    let done: readonly string[] = [];
    try {
      return await this.#db.transaction(() => {
        done = fn();
        if (dryRun) throw new DryRun();
        return done;
      });
    } catch (error) {
      if (error instanceof DryRun) return done;
      throw explained(error, this.#db.path);
    }
  }
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
