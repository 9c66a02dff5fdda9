/** The names that completion asks for: by an index each, from a real file, which is only read. */
import { Database } from "bun:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MIGRATIONS } from "../../src/sqlite/migrations.ts";
import { NAME_STATEMENTS, type Names, openNames } from "../../src/sqlite/names.ts";
import { wfHere } from "../support/in-process.ts";

describe("the plan of", () => {
  const database = new Database(":memory:");
  for (const { sql } of MIGRATIONS) database.run(sql);
  afterAll(() => database.close());

  const BY_ID = "SEARCH executions USING INDEX sqlite_autoindex_executions_1 (id>? AND id<?)";
  test.each([
    ["newest", "SCAN executions USING INDEX executions_created"],
    ["newestOf", "SEARCH executions USING INDEX executions_status (status=?)"],
    ["from", BY_ID],
    ["lastOf", BY_ID],
    ["workflows", "SCAN counts"],
    ["steps", "SEARCH steps USING PRIMARY KEY (execution_id=?)"],
    ["approvals", "SCAN steps USING COVERING INDEX steps_approvals"],
    ["lastInput", "SEARCH executions USING INDEX executions_workflow (workflow=?)"],
  ] as const)("%s goes by an index, and sorts nothing", (name, plan) => {
    const rows = database.query<{ detail: string }, []>(`EXPLAIN QUERY PLAN ${NAME_STATEMENTS[name]}`).all();
    expect(rows.map(({ detail }) => detail)).toEqual([plan]);
  });

  test("each statement is looked at here", () => expect(Object.keys(NAME_STATEMENTS)).toHaveLength(8));
});

describe("of a database", () => {
  let folder: string;
  let names: Names;
  const wf = (...argv: readonly string[]) => wfHere({ folder }, argv);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "wf-names-"));
    await wf("new", "a", "--template", "approval");
    await wf("new", "b", "--template", "saga");
    await wf("run", "a", "amount=3", "--id", "one", "--hold", "0s");
    await wf("run", "b", "--id", "once");
    await wf("run", "b", "--id", "two", "card=declined");
    names = openNames(join(folder, ".wf.db")) as Names;
  });
  afterAll(() => {
    names.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test("executions are found by what they begin with, by state, and by age", () => {
    const idsOf = (found: readonly { readonly id: string }[]): readonly string[] => found.map(({ id }) => id);
    expect(idsOf(names.from("on", "on\u007f", 10))).toEqual(["once", "one"]);
    expect(idsOf(names.from("on", "on\u007f", 1))).toEqual(["once"]);
    expect(names.lastOf("on", "on\u007f")).toEqual({ id: "one", workflow: "a", status: "waiting" });
    expect(names.lastOf("x", "x\u007f")).toBeUndefined();
    expect(idsOf(names.newestOf("failed", 10))).toEqual(["two"]);
    expect(idsOf(names.newest(2))).toEqual(["two", "once"]);
  });

  test("so are workflows, steps, approvals and the last input", () => {
    expect(names.workflows()).toEqual(["a", "b"]);
    expect(names.steps("two").map(({ kind, name, status }) => [kind, name, status])).toContainEqual(["step", "pay", "failed"]);
    expect(names.approvals(5)).toEqual([{ executionId: "one", name: "refund" }]);
    expect(JSON.parse(names.lastInput("b") ?? "")).toEqual({ card: "declined" });
    expect(names.lastInput("c")).toBeUndefined();
  });

  test("nothing is made where there is none, and what is no database of ours is left alone", () => {
    const elsewhere = mkdtempSync(join(folder, "other-"));
    expect(openNames(join(elsewhere, ".wf.db"))).toBeUndefined();
    expect(readdirSync(elsewhere)).toEqual([]);
    writeFileSync(join(elsewhere, "notes"), "not a database");
    expect(openNames(join(elsewhere, "notes"))).toBeUndefined();
  });
});
