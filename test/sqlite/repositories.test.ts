/** The repositories: what programs read and write themselves. */
import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import type { Store } from "../../src/engine/store.ts";
import type { WfliteError } from "../../src/model/errors.ts";
import { type Result, unwrap } from "../../src/model/result.ts";
import { DatabaseConnection } from "../../src/sqlite/connection.ts";
import { ExecutionRepository, StepRepository, WorkflowRepository } from "../../src/sqlite/repositories.ts";
import { openSqliteStore } from "../../src/sqlite/sqlite-store.ts";
import { execution, NOW, owned, park, step, submit } from "../suites/store/samples.ts";
import { type Folder, Machine, makeFolder } from "./machine.ts";

let folder: Folder;
let db: DatabaseConnection;
let store: Store;
beforeEach(async () => {
  folder = makeFolder();
  const host = new Machine().host();
  db = unwrap(await DatabaseConnection.open(folder.file, { create: true, host }));
  store = await openSqliteStore({ file: folder.file, create: false, host });
});
afterEach(async () => {
  await store.close();
  db.close();
  folder.remove();
});

const codeOf = (result: Result<unknown, WfliteError>): string => (result.ok ? "ok" : result.error.code);

describe("workflows", () => {
  const signup = { name: "signup", version: 1, file: "workflows/signup.ts", description: "d", sourceHash: "h", seenAt: NOW };

  test("are saved, found, listed by name and deleted", async () => {
    const workflows = new WorkflowRepository(db);
    unwrap(await workflows.save(signup));
    unwrap(await workflows.save({ ...signup, name: "alpha", description: null }));
    unwrap(await workflows.save({ ...signup, version: 2 }));
    expect(unwrap(await workflows.find("signup"))).toEqual({ ...signup, version: 2 });
    expect(unwrap(await workflows.list()).map(({ name }) => name)).toEqual(["alpha", "signup"]);
    expect([unwrap(await workflows.delete("alpha")), unwrap(await workflows.delete("alpha"))]).toEqual([true, false]);
    expect(unwrap(await workflows.find("alpha"))).toBeUndefined();
  });
});

describe("executions", () => {
  test("are inserted once, found and listed", async () => {
    const executions = new ExecutionRepository(db);
    unwrap(await executions.insert(execution("a")));
    expect(codeOf(await executions.insert(execution("a", { workflow: "other" })))).toBe("ID_TAKEN");
    expect(unwrap(await executions.find("a"))).toEqual(execution("a"));
    expect(unwrap(await executions.find("b"))).toBeUndefined();
    for (let at = 0; at < 25; at++) unwrap(await executions.insert(execution(`e${at}`)));
    expect(unwrap(await executions.list())).toHaveLength(20);
    expect(unwrap(await executions.list({ limit: 100, workflow: "signup" }))).toHaveLength(26);
  });

  test("are deleted with all that is theirs, once they are over", async () => {
    const executions = new ExecutionRepository(db);
    const { lease } = await owned(store, "a");
    expect(codeOf(await executions.delete("a"))).toBe("USAGE");
    await submit(store, { lease, steps: [step("x")], change: { status: "completed", finishedAt: NOW } });
    expect(unwrap(await executions.delete("a"))).toBe(true);
    expect(unwrap(await executions.delete("a"))).toBe(false);
    expect(await db.read(() => db.query("SELECT 1 FROM steps").all())).toEqual([]);
  });

  test("whose row is damaged are CORRUPT, not an exception", async () => {
    const executions = new ExecutionRepository(db);
    unwrap(await executions.insert(execution("a")));
    const other = new Database(folder.file);
    other.run("UPDATE executions SET input = 'x'");
    other.close();
    expect(codeOf(await executions.find("a"))).toBe("CORRUPT");
    expect(codeOf(await executions.delete("a"))).toBe("CORRUPT");
    expect(unwrap(await executions.list())).toMatchObject([{ status: "blocked", reason: "corrupt" }]);
  });
});

describe("steps", () => {
  test("are found and listed in their order", async () => {
    const steps = new StepRepository(db);
    await park(store, await owned(store, "a"), {}, { steps: [step("two", { order: 2 }), step("one", { order: 1 })] });
    expect(unwrap(await steps.list("a")).map(({ name }) => name)).toEqual(["one", "two"]);
    expect(unwrap(await steps.find("a", step("two")))).toEqual(step("two", { order: 2 }));
    expect(unwrap(await steps.find("a", step("two", { n: 2 })))).toBeUndefined();
    expect(unwrap(await steps.list("nobody"))).toEqual([]);
  });

  test("are saved while nobody owns the execution, and refused otherwise", async () => {
    const steps = new StepRepository(db);
    const claimed = await owned(store, "a");
    expect(codeOf(await steps.save("a", step("x")))).toBe("EXECUTION_OWNED");
    await park(store, claimed);
    unwrap(await steps.save("a", step("x")));
    expect((await store.history("a"))?.steps).toEqual([step("x")]);
    expect(codeOf(await steps.save("nobody", step("x")))).toBe("EXECUTION_NOT_FOUND");
  });

  test("that break a rule of the schema are refused, and nothing is thrown", async () => {
    await park(store, await owned(store, "a"));
    const result = await new StepRepository(db).save("a", step("x", { n: 0 }));
    expect(codeOf(result)).toBe("USAGE");
    expect(result.ok ? undefined : result.error.cause).toMatchObject({ code: "SQLITE_CONSTRAINT_CHECK" });
  });
});

test("a full disk is an answer too, with SQLite's own error as its cause", async () => {
  db.exec("PRAGMA max_page_count = 1");
  const result = await new ExecutionRepository(db).insert(execution("a", { inputText: "x".repeat(500_000) }));
  expect(codeOf(result)).toBe("DB_UNUSABLE");
  expect(result.ok ? undefined : result.error.cause).toMatchObject({ code: "SQLITE_FULL" });
});

test("a file that is gone is an answer too", async () => {
  rmSync(folder.file);
  expect(codeOf(await new WorkflowRepository(db).list())).toBe("DB_UNUSABLE");
  expect(codeOf(await new ExecutionRepository(db).insert(execution("a")))).toBe("DB_UNUSABLE");
});
