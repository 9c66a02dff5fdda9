/** Slots of a workflow that has limits of its own, and slots whose execution is taken away. */
import { afterEach, expect, test } from "bun:test";
import type { WorkflowContext } from "../../src/model/context.ts";
import { defineWorkflow, type WorkflowOptions } from "../../src/model/definition.ts";
import { type Bench, openBench } from "./harness.ts";
import { executions, HOUR_MS, later, MINUTE_MS, tick } from "./schedule-bench.ts";

let bench: Bench;
afterEach(() => bench.close());

/** Every minute; each slot is made up for, one after the other. */
const report = (
  limits: Pick<WorkflowOptions<undefined, undefined, unknown>, "concurrency" | "rateLimit">,
  run: (ctx: WorkflowContext) => unknown,
) => defineWorkflow({ name: "report", schedule: { cron: "* * * * *", timezone: "UTC", overlap: "queue", catchUp: "all" }, ...limits, run });

test("a slot that a limit leaves out keeps nobody waiting behind it", async () => {
  const one = report({ concurrency: { limit: 1, onLimit: "skip" } }, (ctx) => ctx.waitForEvent("go"));
  bench = await openBench([one]);
  await tick(bench);
  const { id } = await bench.engine.start(one, {});
  await tick(bench);
  later(bench, 2 * MINUTE_MS);
  await tick(bench);
  expect((await executions(bench)).map(({ status }) => status)).toEqual(["waiting", "cancelled", "cancelled"]);
  await bench.engine.sendEvent(id, "go");
  await tick(bench);
  later(bench, MINUTE_MS);
  await tick(bench);
  expect((await executions(bench)).at(-1)).toMatchObject({ status: "waiting" });
});

test("executions that have waited behind others begin no more often than their rate limit says", async () => {
  const beganAt: number[] = [];
  const one = report({ rateLimit: { limit: 1, period: "1h" } }, (ctx) => ctx.step("work", () => void beganAt.push(bench.host.clock.now())));
  bench = await openBench([one]);
  await tick(bench);
  later(bench, 3 * MINUTE_MS);
  await bench.engine.schedules.pause("report");
  await bench.engine.schedules.backfill("report", { from: bench.host.clock.now() - 3 * MINUTE_MS, to: bench.host.clock.now() });
  for (let minute = 0; minute < 4 * 60; minute++) {
    await tick(bench);
    later(bench, MINUTE_MS);
  }
  expect(beganAt.length).toBeGreaterThanOrEqual(3);
  beganAt.slice(1).forEach((at, n) => expect(at - (beganAt[n] ?? 0)).toBeGreaterThanOrEqual(HOUR_MS));
});

test("the next slot goes on when the execution it waits behind is replaced", async () => {
  const one = report({}, (ctx) => ctx.waitForEvent("go"));
  bench = await openBench([one]);
  await tick(bench);
  later(bench, 2 * MINUTE_MS);
  await tick(bench);
  const [first, second] = await executions(bench);
  expect(second).toMatchObject({ status: "pending", reason: "concurrency" });
  await bench.engine.start(one, {}, { id: first?.id ?? "", ifExists: "replace" });
  await tick(bench);
  expect(await bench.store.execution(second?.id ?? "")).toMatchObject({ status: "waiting", reason: "event" });
});
