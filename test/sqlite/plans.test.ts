/** How SQLite goes about the statements of the hot paths: by an index, without sorting. */
import { Database } from "bun:sqlite";
import { afterAll, describe, expect, test } from "bun:test";
import { countSql, damagedSql, keptCountSql, listSql } from "../../src/sqlite/list.ts";
import { MIGRATIONS } from "../../src/sqlite/migrations.ts";
import { DUE_STATEMENTS } from "../../src/sqlite/tables/due.ts";
import { EVENT_STATEMENTS } from "../../src/sqlite/tables/events.ts";
import { LOOKUP_STATEMENTS } from "../../src/sqlite/tables/execution-lookups.ts";
import { EXECUTION_STATEMENTS } from "../../src/sqlite/tables/executions.ts";
import { LANE_STATEMENTS } from "../../src/sqlite/tables/lanes.ts";
import { LOG_STATEMENTS } from "../../src/sqlite/tables/logs.ts";
import { SCRIPT_COUNT_STATEMENTS } from "../../src/sqlite/tables/script-counts.ts";
import { SCRIPT_PASS_STATEMENTS } from "../../src/sqlite/tables/script-passes.ts";
import { START_STATEMENTS } from "../../src/sqlite/tables/starts.ts";
import { SOURCE_STATEMENTS } from "../../src/sqlite/tables/sources.ts";
import { SCHEDULE_STATEMENTS } from "../../src/sqlite/tables/schedules.ts";
import { SLOT_STATEMENTS } from "../../src/sqlite/tables/slots.ts";
import { STEP_STATEMENTS } from "../../src/sqlite/tables/steps.ts";
import { UNFINISHED_STATEMENTS } from "../../src/sqlite/tables/unfinished.ts";
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
    ["a claim", DUE_STATEMENTS.due, [`SEARCH ${DUE}`]],
    [
      "a claim of one priority",
      DUE_STATEMENTS.dueAtLevel,
      ["SEARCH executions USING INDEX executions_priority (priority=? AND wake_at>? AND wake_at<?)"],
    ],
    [
      "the priorities there are",
      DUE_STATEMENTS.levels,
      [
        ...["CO-ROUTINE level", "SETUP", "SEARCH executions USING INDEX executions_priority", "RECURSIVE STEP", "SCAN level"],
        ...["CORRELATED SCALAR SUBQUERY 2", "SEARCH executions USING INDEX executions_priority (priority<?)", "SCAN level"],
      ],
    ],
    [
      "the earliest wake of one priority",
      DUE_STATEMENTS.nextWakeAtLevel,
      ["SEARCH executions USING INDEX executions_priority (priority=? AND wake_at>?)"],
    ],
    ["the places taken in a lane", LANE_STATEMENTS.running, ["SEARCH executions USING INDEX executions_lane_running (lane=?)"]],
    ["the line for a place", LANE_STATEMENTS.waiting, ["SEARCH executions USING INDEX executions_lane_waiting (lane=?)"]],
    ["the open lanes", LANE_STATEMENTS.open, ["SEARCH lanes USING COVERING INDEX lanes_turn (turn>?)"]],
    ["the unfinished of a lane", LANE_STATEMENTS.oldestUnfinished, ["SEARCH executions USING INDEX executions_lane_unfinished (lane=?)"]],
    [
      "the same, the newest left out",
      LANE_STATEMENTS.olderUnfinished,
      ["SEARCH executions USING INDEX executions_lane_unfinished (lane=?)"],
    ],
    ["a planned start", START_STATEMENTS.ahead, ["SEARCH starts USING INDEX starts_ahead (execution_id=?)"]],
    ["the start some places earlier", START_STATEMENTS.before, ["SEARCH starts USING INDEX starts_in_order (lane=? AND wanted_at<?)"]],
    ["the latest starts", START_STATEMENTS.begun, ["SEARCH starts USING COVERING INDEX starts_begun (lane=? AND at>? AND at<?)"]],
    ["forgetting old starts", START_STATEMENTS.forgetOld, ["SEARCH starts USING INDEX starts_begun (lane=? AND at<?)"]],
    ["the next slot", SCHEDULE_STATEMENTS.next, ["SEARCH schedules USING INDEX schedules_due (next_at>?)"]],
    ["the execution of a slot", SLOT_STATEMENTS.ofSlot, ["SEARCH executions USING INDEX executions_slot (schedule=? AND scheduled_for=?)"]],
    [
      "the unfinished executions of a schedule",
      SLOT_STATEMENTS.unfinished,
      ["SEARCH executions USING INDEX executions_schedule_open (schedule=?)"],
    ],
    ["whether a schedule is busy", SLOT_STATEMENTS.isBusy, ["SEARCH executions USING INDEX executions_schedule_open (schedule=?)"]],
    [
      "the next of those that wait behind others",
      SLOT_STATEMENTS.nextBehind,
      ["SEARCH executions USING INDEX executions_schedule_open (schedule=?)"],
    ],
    ["the earliest wake", DUE_STATEMENTS.nextWake, ["SEARCH executions USING INDEX executions_due (wake_at>?)"]],
    [
      "an execution by its id",
      EXECUTION_STATEMENTS.find,
      [
        "SEARCH executions USING INTEGER PRIMARY KEY (rowid=?)",
        "SCALAR SUBQUERY 1",
        "SEARCH executions USING COVERING INDEX sqlite_autoindex_executions_1 (id=?)",
      ],
    ],
    ["a lease", EXECUTION_STATEMENTS.lease, ["SEARCH executions USING INDEX sqlite_autoindex_executions_1 (id=?)"]],
    ["ids by their beginning", LOOKUP_STATEMENTS.ids, ["SEARCH executions USING INDEX sqlite_autoindex_executions_1 (id>? AND id<?)"]],
    ["the latest id", LOOKUP_STATEMENTS.latest, ["SCAN executions USING INDEX executions_created"]],
    ["cancel requests", EXECUTION_STATEMENTS.cancelRequests, ["SEARCH executions USING INDEX executions_owned (lease_owner=?)"]],
    ["the last place in the order", STEP_STATEMENTS.lastPlace, ["SEARCH steps USING PRIMARY KEY (execution_id=?)"]],
    ["the pass of a script", SCRIPT_PASS_STATEMENTS.find, ["SEARCH script_passes USING PRIMARY KEY (execution_id=?)"]],
    [
      "how often a name was called in a pass",
      SCRIPT_COUNT_STATEMENTS.find,
      ["SEARCH script_counts USING PRIMARY KEY (execution_id=? AND scope=? AND kind=? AND name=?)"],
    ],
    ["counts of a scope", SCRIPT_COUNT_STATEMENTS.forget, ["SEARCH script_counts USING PRIMARY KEY (execution_id=? AND scope=?)"]],
    [
      "counts within a scope",
      SCRIPT_COUNT_STATEMENTS.forgetWithin,
      ["SEARCH script_counts USING PRIMARY KEY (execution_id=? AND scope>? AND scope<?)"],
    ],
    ["a history", STEP_STATEMENTS.list, ["SEARCH steps USING PRIMARY KEY (execution_id=?)"]],
    [
      "whether an event is waited for",
      STEP_STATEMENTS.isWaitingFor,
      ["SEARCH steps USING COVERING INDEX steps_waiting (execution_id=? AND name=?)"],
    ],
    ["who waits for a child", STEP_STATEMENTS.waitingForChild, ["SEARCH steps USING COVERING INDEX steps_children (detail=?)"]],
    ["pending events", EVENT_STATEMENTS.pending, ["SEARCH events USING INDEX events_pending (execution_id=? AND name=?)"]],
    ["newer events", EVENT_STATEMENTS.hasNewer, ["SEARCH events USING INDEX events_pending (execution_id=? AND name=? AND rowid>?)"]],
    ["logs", LOG_STATEMENTS.list, ["SEARCH logs USING INDEX logs_of_execution (execution_id=? AND rowid>?)"]],
    ["the list", listSql({}), ["SCAN executions USING INDEX executions_created"]],
    ["the list since an instant", listSql({ since: 1 }), ["SEARCH executions USING INDEX executions_created (created_at>?)"]],
    ["the list of a status", listSql({}, "status"), ["SEARCH executions USING INDEX executions_status (status=?)"]],
    ["the list of a workflow", listSql({ workflow: "x" }), ["SEARCH executions USING INDEX executions_workflow (workflow=?)"]],
    [
      "the list of a status of a large workflow",
      listSql({ workflow: "x" }, "status", "executions_status"),
      ["SEARCH executions USING INDEX executions_status (status=?)"],
    ],
    [
      "the list of a frequent status of a workflow",
      listSql({ workflow: "x" }, "status", "executions_workflow"),
      ["SEARCH executions USING INDEX executions_workflow (workflow=?)"],
    ],
    ["the list of the damaged", listSql({}, "damaged"), ["SCAN executions USING INDEX executions_damaged"]],
    ["the counts", keptCountSql({}), ["SCAN counts", "USE TEMP B-TREE FOR GROUP BY"]],
    ["the counts of a workflow", keptCountSql({ workflow: "x" }), ["SEARCH counts USING PRIMARY KEY (workflow=?)"]],
    [
      "the counts since an instant",
      countSql({ since: 1 }),
      ["SEARCH executions USING INDEX executions_created (created_at>?)", "USE TEMP B-TREE FOR GROUP BY"],
    ],
    ["the counts of the damaged of a workflow", damagedSql({ workflow: "x" }), ["SCAN executions USING INDEX executions_damaged"]],
    ["the list of the damaged of a workflow", listSql({ workflow: "x" }, "damaged"), ["SCAN executions USING INDEX executions_damaged"]],
    ["the counts of the damaged", damagedSql({}), ["SCAN executions USING INDEX executions_damaged"]],
    ["the short way of a tick", FAST_STATEMENTS.isDue, [`SEARCH ${DUE}`]],
    [
      "a claim after the clock was put back",
      DUE_STATEMENTS.dueSinceClockWasPutBack,
      ["SEARCH executions USING INDEX executions_status (status=? AND created_at>?)", "USE TEMP B-TREE FOR LAST TERM OF ORDER BY"],
    ],
    ["the same on the short way", FAST_STATEMENTS.isAhead, ["SEARCH executions USING INDEX executions_status (status=? AND created_at>?)"]],
    ["a source", SOURCE_STATEMENTS.find, ["SEARCH sources USING INDEX sqlite_autoindex_sources_1 (hash=?)"]],
    [
      "a page of unfinished executions",
      UNFINISHED_STATEMENTS.page,
      ["SEARCH executions USING INDEX executions_status (status=? AND created_at>?)"],
    ],
    [
      "the same of a workflow",
      UNFINISHED_STATEMENTS.pageOfWorkflow,
      ["SEARCH executions USING INDEX executions_status (status=? AND created_at>?)"],
    ],
    [
      "the sources that executions are pinned to",
      UNFINISHED_STATEMENTS.pinned,
      ["SEARCH executions USING INDEX executions_pinned (pinned=?)", "USE TEMP B-TREE FOR DISTINCT"],
    ],
    ["those whose workflow is missing", UNFINISHED_STATEMENTS.missing, ["SEARCH executions USING INDEX executions_status (status=?)"]],
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

  test.each([
    ["who comes before one in a line, by priority", LANE_STATEMENTS.aheadByPriority, "executions_lane_waiting (lane=? AND priority>?)"],
    [
      "who comes before one in a line, by age",
      LANE_STATEMENTS.aheadByAge,
      "executions_lane_waiting (lane=? AND priority=? AND created_at<?)",
    ],
    ["lanes that were shut by mistake", LANE_STATEMENTS.shutByMistake, "executions_lane_waiting (lane>?)"],
    ["the same on the short way", FAST_STATEMENTS.isOpen, "executions_lane_waiting (lane>?)"],
    ["other priorities on the short way", FAST_STATEMENTS.isDueAtLevel, "executions_priority (priority=? AND wake_at>? AND wake_at<?)"],
  ])("%s are found by seeks, not through all executions", (_, sql, index) => {
    expect(planOf(sql)).toContain(`SEARCH executions USING INDEX ${index}`);
    expect(planOf(sql)).not.toMatch(/SCAN (executions|lanes|starts)/);
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
