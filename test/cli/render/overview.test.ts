/** The overview in a pipe, on a terminal of 80 columns, and on one of 40. */
import { expect, test } from "bun:test";
import { renderOverview, totalOf } from "../../../src/cli/render/overview.ts";
import { loadTables } from "../../../src/cli/render/table.ts";
import { executionOf } from "../harness.ts";
import { lines, lookOf, PAINTED, terminal } from "./looks.ts";
import { errorOf, overview } from "./views.ts";

const drawTable = await loadTables();

test("in a pipe times are instants, and nothing is cut", () => {
  expect(renderOverview(overview, lookOf(), drawTable)).toBe(
    lines(`
      1 waiting, 12 completed, 1 failed

      ID                 WORKFLOW  STATUS   WHEN                      NOTE
      signup-7f3k9q2m4d  signup    waiting  2026-03-03T09:00:00.000Z  event "survey"
      signup-7f3k9q2m4d  signup    failed   2026-03-01T08:59:59.000Z  Error: card declined

      next wake  2026-03-03T09:00:00.000Z (in 2d)
      last tick  2026-03-01T06:00:00.000Z (3h ago)

      ! no tick or daemon for 3h: executions are due and nothing takes them up
    `),
  );
});

test("on a terminal of 80 columns times are ages, and a long note is cut at the edge", () => {
  const long = executionOf({ status: "failed", error: errorOf("a message that is longer than the room that is left for it") });
  const text = renderOverview({ ...overview, executions: [...overview.executions, long], warnings: [] }, terminal(80), drawTable);
  expect(text).toBe(
    lines(`
      1 waiting, 12 completed, 1 failed

      ID                 WORKFLOW  STATUS   WHEN    NOTE
      signup-7f3k9q2m4d  signup    waiting  in 2d   event "survey"
      signup-7f3k9q2m4d  signup    failed   1s ago  Error: card declined
      signup-7f3k9q2m4d  signup    failed   now     Error: a message that is longer t…

      next wake  2026-03-03 09:00 (in 2d)
      last tick  06:00:00 (3h ago)
    `),
  );
});

test("on a terminal of 40 columns each execution takes a few lines, its id whole", () => {
  expect(renderOverview(overview, terminal(40), drawTable)).toBe(
    lines(`
      1 waiting, 12 completed, 1 failed

      signup-7f3k9q2m4d
        signup  waiting  in 2d
        event "survey"
      signup-7f3k9q2m4d
        signup  failed  1s ago
        Error: card declined

      next wake  2026-03-03 09:00 (in 2d)
      last tick  06:00:00 (3h ago)

      ! no tick or daemon for 3h: executions
        are due and nothing takes them up
    `),
  );
});

test("without anything there is nothing to show", () => {
  const counts = { pending: 0, running: 0, sleeping: 0, waiting: 0, paused: 0, blocked: 0, completed: 0, failed: 0, cancelled: 0 };
  const empty = { counts, executions: [], nextWakeAt: null, lastTickAt: null, warnings: [] };
  expect(renderOverview(empty, lookOf(), drawTable)).toBe("");
  expect(totalOf(empty)).toBe(0);
});

test("the total counts every status", () => {
  expect(totalOf(overview)).toBe(14);
});

test("a status is painted, and the colour is around the word alone", () => {
  const text = renderOverview(overview, { ...terminal(120), style: PAINTED }, drawTable);
  expect(text).toContain(" <m>waiting</m> ");
  expect(text).toContain(" <r>failed</r> ");
});
