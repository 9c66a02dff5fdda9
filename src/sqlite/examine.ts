/**
 * Examines a database and what it stands on, for `wf doctor`.
 *
 *     versions ─► the file, before SQLite touches it ─► opening it ─► what is in it
 *
 * What callers may rely on:
 *   1. Nothing is changed, but for the tidying that every opening does. A file that cannot be opened is a finding, not an error.
 *   2. Every finding that is not `ok` says what to do.
 */
import { existsSync, statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { StoreHost } from "../engine/store.ts";
import { formatDuration } from "../model/duration.ts";
import type { ExaminationView, Finding } from "../model/examination.ts";
import { DatabaseConnection } from "./connection.ts";
import { engineVersionProblem } from "./content-checks.ts";
import { isWorkerGone } from "./ownership.ts";
import { nextWakeAt } from "./tables/due.ts";
import { countBlocked } from "./tables/executions.ts";
import { getMetaInstant } from "./tables/meta.ts";
import { listWorkers, ownsAnything } from "./tables/workers.ts";
import { compareVersions } from "./settings.ts";
import { SqliteMaintenance } from "./maintenance.ts";

export interface ExamineOptions {
  readonly file: string;
  readonly host: StoreHost;
  readonly runtime: { readonly name: string; readonly version: string; readonly needs: string };
  /** Look at every page and every row too, which takes seconds for a large file. */
  readonly isThorough: boolean;
}

const MEBIBYTE = 1_048_576;
/** A WAL is cut back at 8 MiB; a larger one has a reader in its way. */
const WAL_WARNING_BYTES = 64 * MEBIBYTE;
/** Less than this, and the next few commits may find the disk full. */
const LOW_SPACE_BYTES = 64 * MEBIBYTE;
/** Executions that have been due for so long should have been taken up. */
const OVERDUE_MS = 5 * 60_000;
const WORLD = 0o077;

const ok = (what: string, text: string): Finding => ({ what, level: "ok", text, next: null });
const warning = (what: string, text: string, next: string): Finding => ({ what, level: "warning", text, next });
const problem = (what: string, text: string, next: string): Finding => ({ what, level: "problem", text, next });

export async function examine(options: ExamineOptions): Promise<ExaminationView> {
  const { file } = options;
  const findings = [runtimeFinding(options), ...fileFindings(file), ...(await insideFindings(options))];
  return { file, ok: findings.every(({ level }) => level === "ok"), findings };
}

const runtimeFinding = ({ runtime: { name, version, needs } }: ExamineOptions): Finding =>
  compareVersions(version, needs) >= 0 ? ok(name, version) : problem(name, `${version} is too old: wf needs ${needs}`, `Update ${name}.`);

function fileFindings(file: string): readonly Finding[] {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return [];
  const loose = ["", "-wal", "-shm"].filter((suffix) => ((statSync(file + suffix, { throwIfNoEntry: false })?.mode ?? 0) & WORLD) !== 0);
  const names = loose.map((suffix) => file + suffix).join(" ");
  const mode =
    loose.length === 0 ? ok("mode", "readable by you alone") : warning("mode", `other users may read ${names}`, `chmod 600 ${names}`);
  const { bavail, bsize } = statfsSync(dirname(file));
  const freeMiB = Math.floor((bavail * bsize) / MEBIBYTE);
  const space =
    bavail * bsize >= LOW_SPACE_BYTES
      ? ok("space", `${freeMiB} MiB free on its disk`)
      : problem("space", `only ${freeMiB} MiB are free on its disk`, "Free some space; `wf db vacuum` gives back that of deleted rows.");
  const walBytes = statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  const wal =
    walBytes < WAL_WARNING_BYTES
      ? ok("WAL", `${Math.ceil(walBytes / MEBIBYTE)} MiB`)
      : warning(
          "WAL",
          `${Math.floor(walBytes / MEBIBYTE)} MiB: something has been reading for long`,
          "End whatever holds a transaction open (sqlite3, a viewer).",
        );
  return [mode, space, wal];
}

async function insideFindings(options: ExamineOptions): Promise<readonly Finding[]> {
  const { file, host } = options;
  if (!existsSync(file)) return [warning("database", `there is none at ${file} yet`, "`wf run` creates it.")];
  const opening = await DatabaseConnection.open(file, { create: false, host });
  if (!opening.ok) return [problem("database", opening.error.message, opening.error.hint ?? "See the message.")];
  const db = opening.value;
  const maintenance = new SqliteMaintenance(db, { create: false, host });
  try {
    const { schema, sqlite, rows } = await maintenance.stats();
    const engine = engineVersionProblem(sqlite);
    return [
      ok("database", `${file}, schema ${schema}, executions: ${rows["executions"] ?? 0}`),
      engine === undefined ? ok("SQLite", sqlite) : problem("SQLite", engine.problem, engine.next),
      await tickFinding(db, host),
      await workerFinding(db, host),
      await blockedFinding(db),
      ...(options.isThorough ? [await checkFinding(maintenance)] : []),
    ];
  } finally {
    await maintenance.close();
  }
}

async function tickFinding(db: DatabaseConnection, host: StoreHost): Promise<Finding> {
  const { dueAt, tickedAt, workers } = await db.read(() => ({
    dueAt: nextWakeAt(db),
    tickedAt: getMetaInstant(db, "last_tick_at"),
    workers: listWorkers(db).filter(({ role }) => role === "daemon"),
  }));
  const seen = tickedAt === null ? "never" : `${formatDuration(Math.max(0, host.now() - tickedAt))} ago`;
  if (workers.some((worker) => !isWorkerGone(worker, host))) return ok("ticker", "a daemon is running");
  if (dueAt === null || host.now() - dueAt < OVERDUE_MS) return ok("ticker", `last tick: ${seen}`);
  const text = `executions have been due for ${formatDuration(host.now() - dueAt)}, and the last tick was ${seen}`;
  return problem("ticker", text, "Run `wf daemon`, or `wf tick` from cron.");
}

async function workerFinding(db: DatabaseConnection, host: StoreHost): Promise<Finding> {
  const [gone, alive] = await db.read(() => {
    const workers = listWorkers(db);
    const isGone = workers.map((worker) => isWorkerGone(worker, host));
    return [
      workers.filter((worker, at) => isGone[at] === true && ownsAnything(db, worker.id)),
      workers.filter((_, at) => isGone[at] === false),
    ] as const;
  });
  if (gone.length === 0) return ok("workers", `${alive.length} alive`);
  const pids = gone.map(({ pid }) => pid).join(", ");
  return warning("workers", `gone in the middle of their work: ${pids}`, "`wf tick` takes up what they left.");
}

async function blockedFinding(db: DatabaseConnection): Promise<Finding> {
  const n = await db.read(() => countBlocked(db));
  if (n === 0) return ok("blocked", "no execution waits for a decision");
  return warning(
    "blocked",
    `${n} ${n === 1 ? "execution waits" : "executions wait"} for a decision`,
    "`wf status --status blocked` lists them, `wf why <id>` says more.",
  );
}

async function checkFinding(maintenance: SqliteMaintenance): Promise<Finding> {
  const { ok: isSound, executions, damaged, pages } = await maintenance.check();
  if (isSound) return ok("check", `every page and every row is sound; executions: ${executions}`);
  if (pages.length > 0) return problem("check", `${pages.length} pages are damaged: ${pages[0]}`, "Keep the file, and restore a backup.");
  return problem("check", `${damaged.length} rows are damaged`, "`wf db repair` shows what can be done.");
}
