/** How SQLite goes about the stream and the figures: by an index, without sorting. */
import { Database } from "bun:sqlite";
import { afterAll, describe, expect, test } from "bun:test";
import { FEED_STATEMENTS } from "../../src/sqlite/feed.ts";
import { MIGRATIONS } from "../../src/sqlite/migrations.ts";
import { STATISTICS_STATEMENTS } from "../../src/sqlite/statistics.ts";

const database = new Database(":memory:");
for (const { sql } of MIGRATIONS) database.run(sql);
afterAll(() => database.close());

describe("the plan of", () => {
  test.each([
    ["a page", FEED_STATEMENTS.page, "SEARCH f USING INTEGER PRIMARY KEY (rowid>?)"],
    ["the newest cursor", FEED_STATEMENTS.newest, "SCAN feed"],
    ["how many were created since", STATISTICS_STATEMENTS.createdSince, "SEARCH executions USING COVERING INDEX executions_workflow"],
    ["the newest of a workflow", STATISTICS_STATEMENTS.newest, "SEARCH executions USING INDEX executions_workflow (workflow=?)"],
    ["its steps", STATISTICS_STATEMENTS.steps, "SEARCH steps USING PRIMARY KEY (execution_id=?)"],
    ["how many came in a time", STATISTICS_STATEMENTS.createdWithin, "SEARCH executions USING COVERING INDEX executions_created"],
  ])("%s goes by an index and sorts nothing", (_, sql, plan) => {
    const details = database.query<{ detail: string }, []>(`EXPLAIN QUERY PLAN ${sql}`).all();
    expect(details.map(({ detail }) => detail).join("\n")).toContain(plan);
    expect(details.filter(({ detail }) => /TEMP B-TREE|SCAN (?!feed)/.test(detail))).toEqual([]);
  });
});
