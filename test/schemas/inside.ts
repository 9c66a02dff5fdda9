/** The stream, figures, graphs and rows, as JSON. */
import { z } from "zod";
import type { GraphView } from "../../src/cli/graph/graph.ts";
import type { HappeningView, StatisticsView } from "../../src/model/clients/looking.ts";
import { LOG_LEVELS } from "../../src/model/records.ts";
import { EXECUTION_STATUSES, STEP_KINDS, STEP_STATUSES } from "../../src/model/status.ts";
import { count, instant, status } from "./executions.ts";

const kind = z.enum(STEP_KINDS);
const text = z.string().nullable();
const ms = z.number().min(0);
const share = z.number().min(0).max(1).nullable();

export const happening = z.strictObject({
  cursor: z.int().min(1).describe("grows with everything that happens"),
  at: instant,
  type: z
    .string()
    .describe("execution.<status>, step.<status>, attempt.failed, event.sent, event.taken, log, decision, panic, gap; more may come"),
  executionId: text,
  workflow: text,
  reason: text,
  wakeAt: instant.nullable(),
  step: z.strictObject({ scope: z.string(), kind, name: z.string(), n: z.int().min(1), attempt: count }).nullable(),
  event: z.strictObject({ id: text, kind: z.string(), name: z.string() }).nullable(),
  log: z
    .strictObject({
      level: z.enum(LOG_LEVELS),
      source: z.enum(["user", "wf"]).nullable(),
      message: text,
      data: z.unknown().describe("any JSON"),
      step: text,
    })
    .nullable(),
  decision: z.strictObject({ action: z.string(), by: text, detail: text, reason: text }).nullable(),
  error: z.strictObject({ name: z.string(), message: z.string(), code: text }).nullable(),
}) satisfies z.ZodType<HappeningView>;

const durations = z.strictObject({ count, p50Ms: ms.nullable(), p95Ms: ms.nullable(), maxMs: ms.nullable() });

export const statistics = z.strictObject({
  since: instant.nullable(),
  workflows: z.array(
    z.strictObject({
      workflow: z.string(),
      executions: count,
      read: count.describe("how many of them, the newest, all other figures are from"),
      counts: z.partialRecord(z.enum(EXECUTION_STATUSES), count),
      durations,
      failureRate: share,
      retryRate: share,
    }),
  ),
  steps: z.array(z.strictObject({ kind, name: z.string(), count, failed: count, retried: count, durations })),
  stepsRead: count,
  slowest: z.array(z.strictObject({ id: z.string(), workflow: z.string(), status, durationMs: ms, startedAt: instant })),
  throughput: z.strictObject({ from: instant, to: instant, bucketMs: ms, counts: z.array(count) }),
}) satisfies z.ZodType<StatisticsView>;

export const graph = z.strictObject({
  workflow: z.string(),
  executionId: text.describe("null where it is of many"),
  executions: count,
  nodes: z.array(
    z.strictObject({
      ...{ id: z.string(), scope: z.string(), kind, name: z.string() },
      status: z.enum(STEP_STATUSES).nullable(),
      ...{ count, failed: count, durationMs: ms, detail: text },
    }),
  ),
  edges: z.array(z.strictObject({ from: z.string(), to: z.string(), count })),
}) satisfies z.ZodType<GraphView>;

/** By the columns of the query: text, numbers, integers beyond 2^53 as text, bytes as base64, null. */
export const rows = z.array(z.record(z.string(), z.union([z.string(), z.number(), z.null()])));
