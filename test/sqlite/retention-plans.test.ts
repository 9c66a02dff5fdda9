/** How SQLite goes about the statements of retention and of bundles, and about what one history or one question costs: by an index each. */
import { Database } from "bun:sqlite";
import { afterAll, describe, expect, test } from "bun:test";
import { BUNDLE_STATEMENTS } from "../../src/sqlite/bundles.ts";
import { LEFTOVER_STATEMENTS } from "../../src/sqlite/leftovers.ts";
import { MIGRATIONS } from "../../src/sqlite/migrations.ts";
import { REMOVABLE_STATEMENTS } from "../../src/sqlite/removable.ts";
import { REMOVAL_STATEMENTS } from "../../src/sqlite/removal.ts";
import { ATTEMPT_STATEMENTS } from "../../src/sqlite/tables/attempts.ts";
import { DECISION_STATEMENTS } from "../../src/sqlite/tables/decisions.ts";
import { EVENT_STATEMENTS } from "../../src/sqlite/tables/events.ts";
import { MARK_STATEMENTS } from "../../src/sqlite/tables/marks.ts";
import { META_STATEMENTS } from "../../src/sqlite/tables/meta.ts";
import { PANIC_STATEMENTS } from "../../src/sqlite/tables/panics.ts";
import { WORKER_STATEMENTS } from "../../src/sqlite/tables/workers.ts";

const database = new Database(":memory:");
for (const { sql } of MIGRATIONS) database.run(sql);
afterAll(() => database.close());

const planOf = (sql: string): readonly string[] =>
  database
    .query<{ detail: string }, []>(`EXPLAIN QUERY PLAN ${sql}`)
    .all()
    .map(({ detail }) => detail);

describe("the plan of", () => {
  test.each([
    [
      "the newest of a workflow that are over",
      REMOVABLE_STATEMENTS.newest,
      ["SEARCH executions USING INDEX executions_finished (workflow=? AND status=? AND finished_at>?)"],
    ],
    [
      "what may be removed",
      REMOVABLE_STATEMENTS.page,
      [
        "SEARCH executions USING INDEX executions_finished (workflow=? AND status=? AND finished_at>? AND finished_at<?)",
        "CORRELATED SCALAR SUBQUERY 1",
        "SEARCH parent USING INDEX sqlite_autoindex_executions_1 (id=?)",
      ],
    ],
    ["children that go along", REMOVAL_STATEMENTS.children, ["SEARCH executions USING INDEX executions_parent (parent_id=? AND rowid>?)"]],
    ["what is being removed", REMOVAL_STATEMENTS.removed, ["SCAN executions USING INDEX executions_removed"]],
    [
      "children in a bundle",
      BUNDLE_STATEMENTS.children,
      ["SEARCH executions USING INDEX executions_parent (parent_id=?)", "USE TEMP B-TREE FOR ORDER BY"],
    ],
    ["the attempts of an execution", ATTEMPT_STATEMENTS.list, ["SEARCH attempts USING PRIMARY KEY (execution_id=?)"]],
    ["the panics of an execution", PANIC_STATEMENTS.list, ["SEARCH panics USING INDEX panics_of_execution (execution_id=?)"]],
    ["the decisions of an execution", DECISION_STATEMENTS.list, ["SEARCH decisions USING INDEX decisions_of_execution (execution_id=?)"]],
    ["the marks of an execution", MARK_STATEMENTS.list, ["SEARCH marks USING PRIMARY KEY (execution_id=?)"]],
    ["a fact about the database", META_STATEMENTS.get, ["SEARCH meta USING PRIMARY KEY (key=?)"]],
    ["the owner of an execution", WORKER_STATEMENTS.find, ["SEARCH workers USING PRIMARY KEY (id=?)"]],
  ] as const)("%s", (_, sql, lines) => {
    expect(planOf(sql)).toEqual([...lines]);
  });

  test.each([
    ["how many rows an execution has", [REMOVAL_STATEMENTS.weight]],
    ["a part of the rows of an execution", REMOVAL_STATEMENTS.keys],
    ["deleting one row of an execution", REMOVAL_STATEMENTS.deletes],
    ["the lanes that nobody needs, but for the lanes themselves", [LEFTOVER_STATEMENTS.deleteLane]],
    ["all events of an execution", [EVENT_STATEMENTS.all]],
  ])("%s searches by the execution, and goes through no table", (_, statements) => {
    for (const sql of statements) {
      const lines = planOf(sql).filter((line) => !/^SCAN (executions USING INDEX executions_damaged|CONSTANT ROW|\(subquery)/.test(line));
      expect(lines.filter((line) => line.startsWith("SCAN"))).toEqual([]);
      expect(lines.filter((line) => line.startsWith("SEARCH")).length).toBeGreaterThan(0);
    }
  });

  test("what goes along with some executions searches for their children, not through all executions", () => {
    expect(planOf(REMOVABLE_STATEMENTS.tally).join("\n")).toContain("SEARCH child USING INDEX executions_parent (parent_id=?)");
    expect(planOf(REMOVABLE_STATEMENTS.tally).filter((line) => /^SCAN (executions|child)/.test(line))).toEqual([]);
  });

  test("starts that do not count any more goes through the lanes, not through the starts", () => {
    expect(planOf(LEFTOVER_STATEMENTS.oldStarts)).toEqual([
      "SCAN lanes",
      "SEARCH starts USING COVERING INDEX starts_begun (lane=? AND at<?)",
    ]);
  });
});
