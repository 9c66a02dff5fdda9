/** How SQLite goes about the statements of the hot paths: by an index, without sorting. */
import { Database } from "bun:sqlite";
import { afterAll, describe, expect, test } from "bun:test";
import { countSql, damagedSql, listSql } from "../../src/sqlite/list.ts";
import { MIGRATIONS } from "../../src/sqlite/migrations.ts";
import { EVENT_STATEMENTS } from "../../src/sqlite/tables/events.ts";
import { EXECUTION_STATEMENTS } from "../../src/sqlite/tables/executions.ts";
import { LOG_STATEMENTS } from "../../src/sqlite/tables/logs.ts";
import { STEP_STATEMENTS } from "../../src/sqlite/tables/steps.ts";
import { WORKER_STATEMENTS } from "../../src/sqlite/tables/workers.ts";
import { FAST_STATEMENTS } from "../../src/sqlite/fast.ts";

const database = new Database(":memory:");
for (const { sql } of MIGRATIONS) database.run(sql);
afterAll(() => database.close());

const planOf = (sql: string): string =>
  database
    .query<{ detail: string }, []>(`EXPLAIN QUERY PLAN ${sql}`)
    .all()
    .map(({ detail }) => detail)
    .join("\n");

const DUE = "executions USING INDEX executions_due (wake_at>? AND wake_at<?)";

describe("the plan of", () => {
  test.each([
    ["a claim", EXECUTION_STATEMENTS.due, [`SEARCH ${DUE}`]],
    ["the earliest wake", EXECUTION_STATEMENTS.nextWake, ["SEARCH executions USING INDEX executions_due (wake_at>?)"]],
    ["an execution by its id", EXECUTION_STATEMENTS.find, ["SEARCH executions USING INDEX sqlite_autoindex_executions_1 (id=?)"]],
    ["a lease", EXECUTION_STATEMENTS.lease, ["SEARCH executions USING INDEX sqlite_autoindex_executions_1 (id=?)"]],
    [
      "ids by their beginning",
      EXECUTION_STATEMENTS.ids,
      ["SEARCH executions USING COVERING INDEX sqlite_autoindex_executions_1 (id>? AND id<?)"],
    ],
    ["the latest id", EXECUTION_STATEMENTS.latest, ["SCAN executions USING INDEX executions_created"]],
    ["cancel requests", EXECUTION_STATEMENTS.cancelRequests, ["SEARCH executions USING INDEX executions_owned (lease_owner=?)"]],
    ["a history", STEP_STATEMENTS.list, ["SEARCH steps USING PRIMARY KEY (execution_id=?)"]],
    [
      "whether an event is waited for",
      STEP_STATEMENTS.isWaitingFor,
      ["SEARCH steps USING COVERING INDEX steps_waiting (execution_id=? AND name=?)"],
    ],
    ["pending events", EVENT_STATEMENTS.pending, ["SEARCH events USING INDEX events_pending (execution_id=? AND name=?)"]],
    ["newer events", EVENT_STATEMENTS.hasNewer, ["SEARCH events USING INDEX events_pending (execution_id=? AND name=? AND rowid>?)"]],
    ["logs", LOG_STATEMENTS.list, ["SEARCH logs USING INDEX logs_of_execution (execution_id=? AND rowid>?)"]],
    ["the list", listSql({}), ["SCAN executions USING INDEX executions_created"]],
    ["the list since an instant", listSql({ since: 1 }), ["SEARCH executions USING INDEX executions_created (created_at>?)"]],
    ["the list of a status", listSql({}, "status"), ["SEARCH executions USING INDEX executions_status (status=?)"]],
    ["the list of a workflow", listSql({ workflow: "x" }), ["SEARCH executions USING INDEX executions_workflow (workflow=?)"]],
    ["the list of the damaged", listSql({}, "damaged"), ["SCAN executions USING INDEX executions_damaged"]],
    ["the counts", countSql({}), ["SCAN executions USING COVERING INDEX executions_status"]],
    ["the counts of the damaged", damagedSql({}), ["SCAN executions USING INDEX executions_damaged"]],
    ["the short way of a tick", FAST_STATEMENTS.isDue, [`SEARCH ${DUE}`]],
    [
      "a claim after the clock was put back",
      EXECUTION_STATEMENTS.dueSinceClockWasPutBack,
      ["SEARCH executions USING INDEX executions_status (status=? AND created_at>?)", "USE TEMP B-TREE FOR LAST TERM OF ORDER BY"],
    ],
    ["the same on the short way", FAST_STATEMENTS.isAhead, ["SEARCH executions USING INDEX executions_status (status=? AND created_at>?)"]],
  ] as const)("%s", (_, sql, lines) => {
    expect(planOf(sql).split("\n")).toEqual([...lines]);
  });

  test.each([
    ["the owners", WORKER_STATEMENTS.owners],
    ["the owners of the short way", FAST_STATEMENTS.owners],
  ])("%s looks for what each worker owns, not through all executions", (_, sql) => {
    expect(planOf(sql)).toContain("SEARCH executions EXISTS USING COVERING INDEX executions_owned (lease_owner=?)");
    expect(planOf(sql)).not.toContain("SCAN executions");
  });

  test("forgetting a worker does not look through all executions, for its foreign key either", () => {
    database.run("PRAGMA foreign_keys = ON");
    expect(planOf(WORKER_STATEMENTS.deleteIdle)).not.toContain("SCAN");
    expect(planOf("DELETE FROM executions WHERE id = 'a'")).not.toContain("SCAN");
  });

  test("a plan that sorts would be seen", () => {
    expect(planOf("SELECT id FROM executions ORDER BY workflow || id")).toContain("TEMP B-TREE");
  });
});
