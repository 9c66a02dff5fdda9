/** Databases of every schema there has been: each is upgraded to what a new file is, and what it holds goes on. */
import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, copyFileSync, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fingerprintOf, schemaObjects } from "../../src/sqlite/fingerprint.ts";
import { SCHEMA } from "../../src/sqlite/schema.ts";
import { type Bench, during, openBenchOn } from "../engine/harness.ts";
import { type Folder, makeFolder } from "../sqlite/machine.ts";
import { GOLDEN, RICH } from "./workflows.ts";

const databases = readdirSync(import.meta.dir).filter((name) => name.endsWith(".db"));
const files = databases.filter((name) => name.startsWith("schema-"));
/** Of schemas that have a stream, with the triggers that write it. */
const listening = databases.filter((name) => name.startsWith("listening-"));
/** When the executions kept here were made. */
const THEN = Date.UTC(2026, 0, 1, 1);

let folder: Folder;
let bench: Bench | undefined;
beforeEach(() => void (folder = makeFolder()));
afterEach(async () => {
  await bench?.close();
  bench = undefined;
  folder.remove();
});

const place = (file: string): void => {
  copyFileSync(join(import.meta.dir, file), folder.file);
  chmodSync(folder.file, 0o600);
};

test("every schema has its database", () => {
  expect(files.sort()).toEqual(Array.from({ length: SCHEMA.version }, (_, at) => `schema-${at + 1}.db`).sort());
  expect(listening.sort()).toEqual(Array.from({ length: SCHEMA.version - 3 }, (_, at) => `listening-${at + 4}.db`).sort());
});

const since = (file: string, schema: number): boolean => Number(/\d+/.exec(file)?.[0]) >= schema;

const WITH_SCHEMA_3 = { "family-1": "waiting", "family-child": "sleeping", "asking-1": "waiting", "saga-1": "waiting" };

describe.each(files)("%s", (file) => {
  test("gets the schema of a new file, with a copy of itself beside it", async () => {
    place(file);
    bench = await openBenchOn(folder.file, GOLDEN, THEN);
    const database = new Database(folder.file, { readonly: true });
    expect(fingerprintOf(schemaObjects(database))).toBe(SCHEMA.fingerprint);
    expect(database.query("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
    expect(database.query("PRAGMA foreign_key_check").all()).toEqual([]);
    database.close();
    const from = Number(/\d+/.exec(file)?.[0]);
    expect(existsSync(`${folder.file}.before-${from + 1}`)).toBe(from < SCHEMA.version);
  });

  test("shows what it held, value for value", async () => {
    place(file);
    const { engine } = (bench = await openBenchOn(folder.file, GOLDEN, THEN));
    const states = (await engine.list({ limit: 100 })).map(({ id, status }) => [id, status]);
    expect(Object.fromEntries(states)).toEqual({
      "done-1": "completed",
      "broken-1": "failed",
      "asleep-1": "sleeping",
      "waiting-1": "waiting",
      "flaky-1": "sleeping",
      "done-later": "pending",
      "waiting-cancelled": "cancelled",
      ...(since(file, 3) ? WITH_SCHEMA_3 : {}),
      ...(since(file, 4) ? { "shelled-1": "waiting" } : {}),
    });
    const plain = { list: [1, "two", null], text: "grüße 🌍" };
    expect((await engine.getStatus("done-1")).output).toEqual({ plain, rich: RICH, input: { who: "ada" } });
    expect(await engine.getStatus("broken-1")).toMatchObject({
      error: { name: "WorkflowError", cause: { name: "TypeError" } },
      tags: { golden: "yes" },
    });
    const [flaky] = (await engine.history("flaky-1")).steps;
    expect(flaky?.attempts.map(({ error }) => error?.message)).toEqual(["attempt 1"]);
    expect((await engine.logs("flaky-1")).map(({ message, data }) => [message, data])).toEqual([["trying", { attempt: 1 }]]);
    expect((await engine.history("done-1")).panics).toEqual([]);
  });

  test("is upgraded although rows in it break the rules of their tables, and those are damaged", async () => {
    place(file);
    const database = new Database(folder.file);
    database.run("PRAGMA ignore_check_constraints = ON");
    database.run("UPDATE executions SET status = 'xx' WHERE id = 'done-1'; UPDATE steps SET kind = 'xx' WHERE execution_id = 'flaky-1'");
    database.close();
    const { engine } = (bench = await openBenchOn(folder.file, GOLDEN, THEN));
    expect((await engine.list({ limit: 100 })).length).toBeGreaterThan(5);
    expect(engine.getStatus("done-1")).rejects.toMatchObject({ code: "CORRUPT" });
    expect(engine.history("flaky-1")).rejects.toMatchObject({ code: "CORRUPT" });
    expect((await engine.getStatus("asleep-1")).status).toBe("sleeping");
  });

  test("goes on with what was parked in it", async () => {
    place(file);
    const { engine, host } = (bench = await openBenchOn(folder.file, GOLDEN, THEN));
    await engine.sendEvent("waiting-1", "paid", { sum: 7 });
    await during(bench, engine.tick());
    for (let hours = 0; hours < 26; hours++) {
      await host.advance(3_600_000);
      await during(bench, engine.tick(), 10_000);
    }
    const outputs = await Promise.all(["asleep-1", "waiting-1", "flaky-1"].map((id) => engine.getStatus(id)));
    expect(outputs.map(({ status, output }) => [status, output])).toEqual([
      ["completed", { input: [1, 2, 3], when: new Date(1_000) }],
      ["completed", 7],
      ["completed", "at last"],
    ]);
  });
});

describe.each(files)("%s", (file) => {
  test("begins its stream with what it holds, once, and has every try of a step in a view", async () => {
    place(file);
    const { engine } = (bench = await openBenchOn(folder.file, GOLDEN, THEN));
    const { happenings, cursor } = await engine.looking.happenings({ limit: 10_000 });
    const of = (id: string) => happenings.filter(({ executionId }) => executionId === id).map(({ type }) => type);
    expect(of("flaky-1")).toEqual(["execution.created", "log", "attempt.failed", "step.retrying", "execution.sleeping"]);
    expect(of("done-1").at(-1)).toBe("execution.completed");
    await engine.sendEvent("waiting-1", "paid", { sum: 7 });
    expect((await engine.looking.happenings({ after: cursor })).happenings.map(({ type }) => type)).toContain("event.sent");
    const database = new Database(folder.file, { readonly: true });
    const tries = database.query("SELECT attempt, status FROM v_attempts WHERE execution_id = 'flaky-1'").all();
    database.close();
    expect(tries).toEqual([{ attempt: 1, status: "failed" }]);
  });
});

describe.each(files.filter((file) => since(file, 4)))("%s", (file) => {
  test("goes on with a command that has ended, and does not run it again", async () => {
    place(file);
    const { engine } = (bench = await openBenchOn(folder.file, GOLDEN, THEN));
    await engine.sendEvent("shelled-1", "more", "than that");
    await during(bench, engine.tick());
    expect(await engine.getStatus("shelled-1")).toMatchObject({ status: "completed", output: ["kept", 0, "than that"] });
  });
});

describe.each(listening)("%s", (file) => {
  test("is ours, with its triggers, and its stream goes on where it was", async () => {
    place(file);
    const { engine } = (bench = await openBenchOn(folder.file, GOLDEN, THEN));
    const database = new Database(folder.file, { readonly: true });
    expect(fingerprintOf(schemaObjects(database))).toBe(SCHEMA.listening ?? "");
    const { n } = database.query<{ n: number }, []>("SELECT max(cursor) AS n FROM feed").get() ?? { n: 0 };
    database.close();
    expect(n).toBeGreaterThan(20);
    await engine.sendEvent("waiting-1", "paid", { sum: 7 });
    const { happenings } = await engine.looking.happenings({ after: n });
    expect(happenings[0]).toMatchObject({ cursor: n + 1, type: "event.sent", executionId: "waiting-1" });
  });
});

describe.each(files.filter((file) => since(file, 3)))("%s", (file) => {
  test("goes on with families, questions and what must be undone, and knows who has decided what", async () => {
    place(file);
    const { engine, host } = (bench = await openBenchOn(folder.file, GOLDEN, THEN));
    expect(await engine.operations.decisions("waiting-cancelled")).toMatchObject([{ action: "cancel", reason: "not wanted" }]);
    expect(await engine.operations.inbox()).toMatchObject([{ id: "asking-1", name: "go", message: "shall we?" }]);
    await engine.operations.decide("asking-1", { approved: true });
    await engine.cancel("saga-1", "too late");
    for (let hours = 0; hours < 25; hours++) {
      await host.advance(3_600_000);
      await during(bench, engine.tick(), 10_000);
    }
    expect(await engine.getStatus("family-1")).toMatchObject({
      status: "completed",
      output: { isNew: true, child: { input: ["child"], when: new Date(1_000) } },
    });
    expect(await engine.getStatus("asking-1")).toMatchObject({ status: "completed", output: { approved: true } });
    expect(await engine.getStatus("saga-1")).toMatchObject({ status: "cancelled" });
    expect((await engine.logs("saga-1")).map(({ message, data }) => [message, data])).toEqual([["given back", { seat: 7 }]]);
  });
});
