/** A workflow that the clock starts, and what tests ask of it. */
import type { ScheduleConfig } from "../../src/model/schedule/config.ts";
import { defineWorkflow, type WorkflowDefinition } from "../../src/model/definition.ts";
import type { WorkflowContext } from "../../src/model/context.ts";
import type { ExecutionRecord } from "../../src/model/records.ts";
import { type Bench, during, openBench } from "./harness.ts";

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

type Run = (ctx: WorkflowContext, input: unknown) => unknown;

/** Every minute in UTC, unless it says otherwise. */
export const report = (schedule: Partial<ScheduleConfig> = {}, run: Run = () => "done"): WorkflowDefinition =>
  defineWorkflow({ name: "report", schedule: { cron: "* * * * *", timezone: "UTC", ...schedule }, run: (ctx, input) => run(ctx, input) });

/** Its schedule is known, and its first slot a minute away. */
export const scheduled = async (definition: WorkflowDefinition): Promise<Bench> => {
  const bench = await openBench([definition]);
  await tick(bench);
  return bench;
};

export const tick = (bench: Bench) => during(bench, bench.engine.tick());

/** Time goes by without anybody who looks. */
export const later = (bench: Bench, ms: number): void => bench.host.jump(ms);

/** All there are, the oldest slot first. */
export const executions = async ({ store }: Bench): Promise<readonly ExecutionRecord[]> =>
  (await store.list({ limit: 10_000 })).toSorted((one, other) => (one.scheduledFor ?? 0) - (other.scheduledFor ?? 0));

export const ids = async (bench: Bench): Promise<readonly string[]> => (await executions(bench)).map(({ id }) => id);

/** `2026-01-01T00:01:00Z` of each execution, the oldest first. */
export const slots = async (bench: Bench): Promise<readonly string[]> =>
  (await executions(bench)).map(({ scheduledFor }) => new Date(scheduledFor ?? 0).toISOString().replace(".000Z", "Z"));

export const view = async (bench: Bench) => {
  const [only] = await bench.engine.schedules.list();
  if (only === undefined) throw new Error("there is no schedule");
  return only;
};
