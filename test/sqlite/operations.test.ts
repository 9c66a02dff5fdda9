/**
 * Goal: each verb is one transaction, so that a crash in the middle of it leaves nothing; and none of their statements reads more than it
 * must.
 *
 * Method: the decision is what each verb writes last, so a trigger that refuses decisions stops each at its last moment. Whatever stands in
 * any table afterwards must be what stood there before.
 */
import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { Act } from "../../src/engine/store/operations.ts";
import type { Store } from "../../src/engine/store.ts";
import { encodeError } from "../../src/model/codec/error.ts";
import { MIGRATIONS } from "../../src/sqlite/migrations.ts";
import { CHILD_STATEMENTS } from "../../src/sqlite/operations/children.ts";
import { APPROVAL_STATEMENTS } from "../../src/sqlite/operations/decide.ts";
import { openSqliteStore } from "../../src/sqlite/sqlite-store.ts";
import { DECISION_STATEMENTS } from "../../src/sqlite/tables/decisions.ts";
import { REQUEST_STATEMENTS } from "../../src/sqlite/tables/requests.ts";
import { execution, NOW, owned, park, step, submit, waiting, worker } from "../suites/store/samples.ts";
import { type Folder, Machine, makeFolder } from "./machine.ts";

const ACT: Act = { at: NOW + 5, by: "ada@box", reason: null, isDry: false };
const AGAIN = { execution: execution("new"), limits: null };

describe("a verb that is stopped at its last moment leaves nothing behind", () => {
  let folder: Folder;
  let store: Store;
  let raw: Database;

  beforeEach(async () => {
    folder = makeFolder();
    store = await openSqliteStore({ file: folder.file, create: true, host: new Machine().host() });
    raw = new Database(folder.file);
    const errorText = encodeError(new Error("no"));
    const failed = await owned(store, "failed");
    const culprit = step("two", { order: 2, status: "failed", outputText: null, errorText });
    const child = step("child", { kind: "child", order: 3, status: "failed", outputText: null, errorText, detail: "kid" });
    const kid = await owned(store, "kid", worker("w1"), { parentId: "failed" });
    await submit(store, { lease: kid.lease, steps: [culprit], change: { status: "failed", errorText, finishedAt: NOW } });
    await submit(store, {
      ...{ lease: failed.lease, steps: [step("one"), culprit, child] },
      change: { status: "failed", errorText, finishedAt: NOW },
    });
    const nap = step("nap", { kind: "sleep", status: "sleeping", order: null, outputText: null, finishedAt: null, wakeAt: NOW + 900 });
    await park(store, await owned(store, "parked"), {}, { steps: [nap, waiting("ok", { kind: "approval" })] });
    const running = await owned(store, "running");
    await submit(store, { lease: running.lease, steps: [nap] });
  });
  afterEach(async () => {
    raw.close();
    await store.close();
    folder.remove();
  });

  const everything = (): string =>
    JSON.stringify(
      ["executions", "steps", "events", "requests", "decisions", "attempts", "counts", "marks"].map((table) =>
        raw.query(`SELECT * FROM ${table}`).all(),
      ),
    );

  const settlement = { how: "skip" } as const;
  const decision = { name: null, approved: true, eventId: "e1", payloadText: "{}" };
  test.each([
    ["pause", () => store.operations.pause("parked", ACT)],
    ["pause, as a request", () => store.operations.pause("running", ACT)],
    ["resume", () => store.operations.resume("parked", ACT)],
    ["restart", () => store.operations.restart("parked", ACT)],
    ["wake", () => store.operations.wake("parked", { ...ACT, step: null })],
    ["wake, as a request", () => store.operations.wake("running", { ...ACT, step: null })],
    ["retry", () => store.operations.retry("failed", ACT)],
    ["cancel", () => store.operations.cancel("parked", { at: NOW, reason: null }, ACT)],
    ["cancel, as a mark", () => store.operations.cancel("running", { at: NOW, reason: null }, ACT)],
    ["resolve", () => store.operations.resolve("failed", { step: "two", settlement }, ACT)],
    ["fork", () => store.operations.fork("failed", { ...AGAIN, from: "two", set: [{ step: "one", outputText: "1" }] }, ACT)],
    ["rerun", () => store.operations.rerun("failed", AGAIN, ACT)],
    ["decide", () => store.operations.decide("parked", decision, ACT)],
  ])("%s", async (_, run) => {
    raw.run("CREATE TRIGGER stop BEFORE INSERT ON decisions BEGIN SELECT raise(ABORT, 'stopped'); END");
    const before = everything();
    await expect(run()).rejects.toThrow("stopped");
    expect(everything()).toBe(before);
    raw.run("DROP TRIGGER stop");
    await run();
    expect(everything()).not.toBe(before);
  });
});

describe("the plan of", () => {
  const database = new Database(":memory:");
  for (const { sql } of MIGRATIONS) database.run(sql);
  const planOf = (sql: string): readonly string[] =>
    database
      .query<{ detail: string }, []>(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map(({ detail }) => detail);

  test.each([
    ["the decisions of an execution", DECISION_STATEMENTS.list, ["SEARCH decisions USING INDEX decisions_of_execution (execution_id=?)"]],
    [
      "the requests of an execution",
      REQUEST_STATEMENTS.ofExecution,
      ["SEARCH requests USING INDEX requests_of_execution (execution_id=?)"],
    ],
    [
      "the requests of an owner, from the requests",
      REQUEST_STATEMENTS.ofOwner,
      ["SCAN requests", "SEARCH executions USING INDEX sqlite_autoindex_executions_1 (id=?)"],
    ],
    ["the children of an execution", CHILD_STATEMENTS.children, ["SEARCH executions USING INDEX executions_parent (parent_id=?)"]],
  ])("%s", (_, sql, lines) => {
    expect(planOf(sql)).toEqual([...lines]);
  });

  test("the inbox goes through the approvals that wait, and through nothing else", () => {
    const plan = planOf(APPROVAL_STATEMENTS.inbox);
    expect(plan[0]).toContain("steps_approvals");
    expect(plan.join("\n")).not.toMatch(/SCAN (?!steps USING)/);
  });
});
