/**
 * The stream of all that happens.
 *
 * Goal: whoever reads it page by page gets everything that is committed, in the order of the commits, once, whoever writes meanwhile.
 *
 * Method: connections take turns at random within their transactions, some of which are rolled back; a reader comes in between, with pages
 * of random size. What was committed is known. A seed says which run it was.
 */
import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import type { Store } from "../../src/engine/store.ts";
import { fingerprintOf, schemaObjects } from "../../src/sqlite/fingerprint.ts";
import { hasSchema } from "../../src/sqlite/open-file.ts";
import { SCHEMA } from "../../src/sqlite/schema.ts";
import { openSqliteStore } from "../../src/sqlite/sqlite-store.ts";
import { execution, NOW, owned, step, submit } from "../suites/store/samples.ts";
import { type Folder, Machine, makeFolder } from "./machine.ts";

let folder: Folder;
let store: Store;
let machine: Machine;
beforeEach(async () => {
  folder = makeFolder();
  machine = new Machine();
  store = await openSqliteStore({ file: folder.file, create: true, durability: "normal", host: machine.host() });
});
afterEach(async () => {
  await store.close();
  folder.remove();
});

/** Mulberry32. */
const randomOf = (seed: number) => (): number => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
};

const LOG = "INSERT INTO logs (execution_id, at, level, source, message) VALUES ('a', 1, 'info', 'user', ?)";

const connect = (): Database => {
  const database = new Database(folder.file);
  database.run("PRAGMA busy_timeout = 0; PRAGMA synchronous = OFF");
  return database;
};

const readAll = async (limit = 1_000) => {
  const rows = [];
  for (let after = 0; ;) {
    const page = await store.looking.happenings(after, limit);
    rows.push(...page.rows);
    if (page.rows.length < limit) return rows;
    after = page.rows.at(-1)?.cursor ?? after;
  }
};
const messages = async () => (await readAll()).filter(({ type }) => type === "log").map(({ logMessage }) => logMessage);

class Writer {
  readonly #database = connect();
  #open: string[] | undefined;

  /** Begins, writes, or ends a transaction. @returns what it has committed */
  act(random: () => number, next: () => string): readonly string[] {
    if (this.#open === undefined) {
      this.#open = this.#begin() ? [] : undefined;
      return [];
    }
    if (random() < 0.6) {
      const message = next();
      this.#database.query(LOG).run(message);
      this.#open.push(message);
      return [];
    }
    const written = this.#open;
    this.#open = undefined;
    const isKept = random() < 0.7;
    this.#database.run(isKept ? "COMMIT" : "ROLLBACK");
    return isKept ? written : [];
  }

  close(): void {
    if (this.#open !== undefined) this.#database.run("ROLLBACK");
    this.#database.close();
  }

  #begin(): boolean {
    try {
      this.#database.run("BEGIN IMMEDIATE");
      return true;
    } catch {
      return false; // another has the lock
    }
  }
}

describe("with writers that race", () => {
  test.each([1, 2, 3, 4])("a reader misses nothing and gets nothing twice (seed %d)", async (seed) => {
    const random = randomOf(seed);
    await store.create(execution("a"), {});
    await store.looking.listen();
    const writers = Array.from({ length: 4 }, () => new Writer());
    const [committed, read]: [string[], string[]] = [[], []];
    let [after, n] = [0, 0];
    const look = async (limit: number): Promise<number> => {
      const { rows } = await store.looking.happenings(after, limit);
      for (const row of rows) {
        expect(row.cursor).toBeGreaterThan(after);
        after = row.cursor;
        if (row.logMessage !== null) read.push(row.logMessage);
      }
      return rows.length;
    };
    for (let turn = 0; turn < 1_500; turn++) {
      const writer = writers[Math.floor(random() * writers.length)];
      committed.push(...(writer?.act(random, () => `m${n++}`) ?? []));
      if (random() < 0.2) await look(1 + Math.floor(random() * 5));
    }
    for (const writer of writers) writer.close();
    while ((await look(3)) > 0);
    expect(committed.length).toBeGreaterThan(100);
    expect(read).toEqual(committed);
  });

  test("nothing of a transaction is seen before its commit, and nothing of one that was rolled back", async () => {
    await store.create(execution("a"), {});
    await store.looking.listen();
    const database = connect();
    database.run("BEGIN IMMEDIATE");
    database.query(LOG).run("undone");
    expect(await messages()).toEqual([]);
    database.run("ROLLBACK; BEGIN IMMEDIATE");
    database.query(LOG).run("kept");
    expect(await messages()).toEqual([]);
    database.run("COMMIT");
    database.close();
    expect(await messages()).toEqual(["kept"]);
  });
});

describe("the stream", () => {
  test("is written by processes that had the file open before, and no more once it is ended", async () => {
    const other = await openSqliteStore({ file: folder.file, create: false, durability: "normal", host: machine.host(101) });
    await other.create(execution("before"), {});
    await store.looking.listen();
    await other.create(execution("a"), {});
    await store.looking.endListening();
    await other.create(execution("b"), {});
    await other.close();
    expect((await readAll()).map(({ executionId, status }) => `${executionId} ${status}`)).toEqual([
      "before created",
      "before pending",
      "a created",
    ]);
  });

  test("leaves a file that is opened again; with a part of its triggers, or another one, it is refused", async () => {
    const openAgain = async (): Promise<string> => {
      const opening = openSqliteStore({ file: folder.file, create: false, durability: "normal", host: machine.host(102) });
      return opening.then(
        (opened) => opened.close().then(() => "opened"),
        (error: Error) => error.message,
      );
    };
    await store.looking.listen();
    expect(await openAgain()).toBe("opened");
    const database = connect();
    expect(fingerprintOf(schemaObjects(database))).toBe(SCHEMA.listening ?? "");
    expect(hasSchema(database, SCHEMA)).toBe(true);
    database.run("CREATE TRIGGER feed_more AFTER INSERT ON logs BEGIN DELETE FROM logs; END");
    expect(await openAgain()).toContain('the trigger "feed_more", which wf did not make');
    database.run("DROP TRIGGER feed_more; DROP TRIGGER feed_log");
    expect(await openAgain()).toContain("its trigger feed_log is missing");
    database.run("CREATE TRIGGER feed_log AFTER INSERT ON logs BEGIN DELETE FROM logs; END");
    expect(await openAgain()).toContain('its trigger "feed_log" is not as wf made it');
    database.close();
  });

  test("is not written while nobody listens", async () => {
    await store.create(execution("a"), {});
    const database = connect();
    expect(database.query("SELECT count(*) AS n FROM feed").get()).toEqual({ n: 0 });
    database.close();
  });

  test("begins with what is known, once, also for two who begin it at the same time", async () => {
    await store.create(execution("a", { createdAt: NOW - 10 }), {});
    const database = connect();
    database.query(LOG).run("before");
    const other = await openSqliteStore({ file: folder.file, create: false, durability: "normal", host: machine.host(101) });
    await Promise.all([store.looking.listen(), other.looking.listen()]);
    await other.close();
    database.query(LOG).run("after");
    database.close();
    const rows = await readAll();
    expect(rows.map(({ type, status, logMessage }) => [type, status, logMessage])).toEqual([
      ["log", "info", "before"],
      ["execution", "created", null],
      ["execution", "pending", null],
      ["log", "info", "after"],
    ]);
  });

  test("that was ended has a gap, and no cursor twice", async () => {
    await store.create(execution("a"), {});
    await store.looking.listen();
    await store.looking.endListening();
    await store.create(execution("unseen"), {});
    await store.looking.listen();
    await store.create(execution("b"), {});
    const rows = await readAll();
    expect(rows.map(({ type, executionId }) => [type, executionId])).toEqual([
      ["execution", "a"],
      ["execution", "a"],
      ["gap", null],
      ["execution", "b"],
    ]);
    expect(rows.map(({ cursor }) => cursor)).toEqual([1, 2, 3, 4]);
  });

  test("keeps the newest 200,000, and says where it begins", async () => {
    await store.create(execution("a"), {});
    await store.looking.listen();
    const database = connect();
    database.run("INSERT INTO feed (cursor, at, type) VALUES (200499, 1, 'gap')");
    database.query(LOG).run("the last before it is cut");
    const { oldest, newest } = await store.looking.happenings(0, 1);
    database.close();
    expect([oldest, newest]).toEqual([200_499, 200_500]);
  });

  test("tells that an execution was removed, and keeps nothing of what it has said", async () => {
    await store.create(execution("a", { status: "completed", reason: null, wakeAt: null, finishedAt: NOW }), {});
    await store.looking.listen();
    const database = connect();
    database.query(LOG).run("said");
    database.run("PRAGMA foreign_keys = ON; DELETE FROM executions WHERE id = 'a'");
    database.close();
    const rows = await readAll();
    expect(rows.map(({ type, status }) => `${type} ${status}`)).toEqual([
      "execution created",
      "execution completed",
      "log info",
      "execution removed",
    ]);
    expect(rows.map(({ logMessage }) => logMessage)).toEqual([null, null, null, null]);
  });

  test("holds nothing of executions that are gone after a purge, and gives their numbers to no others", async () => {
    await store.create(execution("kept"), {});
    await store.create(execution("gone-71c0", { status: "completed", reason: null, wakeAt: null, finishedAt: NOW }), {});
    await store.looking.listen();
    const database = connect();
    database.run("PRAGMA foreign_keys = ON; DELETE FROM executions WHERE id = 'gone-71c0'");
    const { newest } = await store.looking.happenings(0, 1);
    expect(newest).toBe(5);
    expect(await store.retention.purge()).toBe(true);
    expect((await readAll()).map(({ cursor, type, executionId }) => [cursor, type, executionId])).toEqual([
      [2, "execution", "kept"],
      [4, "execution", "kept"],
      [5, "gap", null],
    ]);
    expect(readFileSync(folder.file).includes("gone-71c0")).toBe(false);
    database.query("INSERT INTO logs (execution_id, at, level, source, message) VALUES ('kept', 1, 'info', 'user', 'x')").run();
    database.close();
    expect((await store.looking.happenings(0, 1)).newest).toBe(6);
  });

  test("has a row for each step that is new or moves on, none for one that is written as it was", async () => {
    const { lease } = await owned(store, "a");
    await store.looking.listen();
    const { cursor } = (await readAll()).at(-1) ?? { cursor: 0 };
    const running = step("charge", { status: "running", order: null, outputText: null, finishedAt: null });
    for (const state of [running, running, step("charge")]) await submit(store, { lease, steps: [state] });
    const { rows } = await store.looking.happenings(cursor, 10);
    expect(rows.map(({ type, status, name }) => [type, status, name])).toEqual([
      ["step", "running", "charge"],
      ["step", "completed", "charge"],
    ]);
  });
});
