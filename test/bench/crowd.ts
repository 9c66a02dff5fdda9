/**
 * A database with any number of executions in it, made quickly: rows as wf writes them, checksums included, but without a commit for each.
 *
 * Indexes and triggers are made last, and nothing is synced: a million executions with their steps take about a minute.
 */
import { Database } from "bun:sqlite";
import { type ExecutionRecord, ORDINARY, type StepRecord } from "../../src/model/records.ts";
import type { Queries } from "../../src/sqlite/query.ts";
import { Query } from "../../src/sqlite/query.ts";
import { openSqliteStore } from "../../src/sqlite/sqlite-store.ts";
import { insertExecution, unowned } from "../../src/sqlite/tables/executions.ts";
import { saveStep } from "../../src/sqlite/tables/steps.ts";
import { realHost } from "../sqlite/machine.ts";

export interface Crowd {
  readonly finished: number;
  readonly sleeping: number;
  /** Spread over so many workflows. */
  readonly workflows: number;
}

const DAY_MS = 86_400_000;
const ROWS_OF_A_TRANSACTION = 50_000;

/** Finished ones ended one after the other within the last 100 days; sleepers wake in some hours. */
export const makeCrowd = async (file: string, { finished, sleeping, workflows }: Crowd): Promise<void> => {
  await (await openSqliteStore({ file, create: true, host: realHost() })).close();
  const database = new Database(file);
  database.run("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -200000");
  const later = takeAway(database);
  const db = queriesOf(database);
  const now = Date.now();
  const total = finished + sleeping;
  for (let at = 0; at < total; at += ROWS_OF_A_TRANSACTION) {
    database.run("BEGIN");
    for (let n = at; n < Math.min(total, at + ROWS_OF_A_TRANSACTION); n++) {
      const isFinished = n < finished;
      insert(db, isFinished ? finishedOne(n, now - DAY_MS * 100 * (1 - n / finished), workflows) : sleeper(n, now, workflows));
    }
    database.run("COMMIT");
  }
  db.close();
  for (const sql of later) database.run(sql);
  database.run("INSERT INTO counts (workflow, status, n) SELECT workflow, status, count(*) FROM executions GROUP BY workflow, status");
  database.run("PRAGMA journal_mode = WAL");
  database.close();
};

/** Indexes and triggers, and the statements that bring them back. */
const takeAway = (database: Database): readonly string[] => {
  const found = database
    .query<{ type: string; name: string; sql: string }, []>(
      "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND (type = 'index' OR type = 'trigger') ORDER BY rowid",
    )
    .all();
  for (const { type, name } of found) database.run(`DROP ${type} ${name}`);
  return found.map(({ sql }) => sql);
};

const queriesOf = (database: Database): Queries & { close(): void } => {
  const known = new Map<string, Query<unknown>>();
  return {
    // A statement that is left keeps the file open.
    close: () => known.forEach((query) => query.finalize()),
    query: <Row>(sql: string) => {
      const query = known.get(sql) ?? new Query<unknown>(sql, database.prepare(sql));
      known.set(sql, query);
      return query as Query<Row>;
    },
  };
};

interface One {
  readonly record: ExecutionRecord;
  readonly steps: readonly StepRecord[];
}

const insert = (db: Queries, { record, steps }: One): void => {
  insertExecution(db, { ...unowned(record), pass: 1, stepCount: steps.length });
  for (const step of steps) saveStep(db, record.id, step);
};

/** As ids are drawn: no order in them. */
const idOf = (workflow: string, n: number): string =>
  `${workflow}-${Bun.hash.xxHash64(String(n)).toString(32).padStart(13, "0").slice(-10)}`;

const base = (n: number, at: number, workflows: number): ExecutionRecord => {
  const workflow = `workflow-${n % workflows}`;
  return {
    ...{ id: idOf(workflow, n), workflow, version: 1, sourceHash: "0".repeat(64), status: "completed", reason: null, reasonDetail: null },
    ...{ wakeAt: null, inputText: `{"email":"person-${n}@example.org","plan":"pro"}`, outputText: null, errorText: null },
    ...{ createdAt: Math.floor(at) - 5_000, startedAt: Math.floor(at) - 4_990, finishedAt: null, deadlineAt: null, restarts: 0, panics: 0 },
    ...{ panic: { maxRestarts: 3, delayMs: 5_000, factor: 2, maxDelayMs: 600_000 }, parentId: null, tags: {} },
    ...ORDINARY,
  };
};

const step = (name: string, parts: Partial<StepRecord>): StepRecord => ({
  ...{ scope: "", kind: "step", name, n: 1, status: "completed", order: 1, attempt: 1, outputText: '{"ok":true}', errorText: null },
  ...{ startedAt: 0, finishedAt: 0, wakeAt: null, flags: 0, detail: null, ...parts },
});

const finishedOne = (n: number, at: number, workflows: number): One => {
  const finishedAt = Math.floor(at);
  const times = { startedAt: finishedAt - 10, finishedAt };
  return {
    record: { ...base(n, at, workflows), outputText: '{"done":true}', finishedAt },
    steps: [step("create customer", times), step("send mail", { ...times, order: 2 })],
  };
};

const sleeper = (n: number, now: number, workflows: number): One => {
  const wakeAt = now + 3_600_000 * 6 + n;
  const times = { startedAt: now - 10, finishedAt: now };
  const asleep = { kind: "sleep", status: "sleeping", order: null, outputText: null, startedAt: now, finishedAt: null, wakeAt } as const;
  return {
    record: { ...base(n, now, workflows), status: "sleeping", reason: "sleep", reasonDetail: "trial", wakeAt },
    steps: [step("create customer", times), step("trial", asleep)],
  };
};
