/**
 * Executions, steps and what happens to them, as JSON.
 *
 * The compiler holds each shape to the type of its view: a field that the view has and the shape lacks does not compile. One that only the
 * shape has fails where the documents of real commands are read.
 */
import { z } from "zod";
import { LOG_LEVELS } from "../../src/model/records.ts";
import { EXECUTION_STATUSES, REASONS, STEP_KINDS, STEP_STATUSES } from "../../src/model/status.ts";
import type {
  ApprovalView,
  AttemptView,
  DecisionView,
  ErrorView,
  ExecutionView,
  HistoryView,
  LogView,
  OverviewView,
  StepView,
  TickView,
  WhyView,
} from "../../src/model/views.ts";

export const instant = z
  .string()
  .regex(/^[+-]?\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  .describe("ISO 8601, UTC, with milliseconds");
export const count = z.int().min(0);
export const status = z.enum(EXECUTION_STATUSES);
export const disposition = z.enum(["created", "existing"]);
const value = z.unknown().describe("any JSON");
const reason = z.enum(REASONS).nullable();

export const error: z.ZodType<ErrorView> = z.strictObject({
  name: z.string(),
  message: z.string(),
  code: z.string().nullable().describe("one of wf's own, or the `code` of a foreign error"),
  hint: z.string().nullable().describe("what to do next"),
  stack: z.string().nullable(),
  get cause() {
    return error.nullable();
  },
});

export const failure = z.strictObject({ error });

export const execution = z.strictObject({
  id: z.string(),
  workflow: z.string(),
  version: z.int(),
  status,
  reason: reason.describe("why it does not move; null while it runs and once it is over"),
  reasonDetail: z.string().nullable(),
  wakeAt: instant.nullable().describe("when it goes on by itself"),
  input: value,
  output: value,
  error: error.nullable(),
  createdAt: instant,
  startedAt: instant.nullable(),
  finishedAt: instant.nullable(),
  restarts: count,
  parentId: z.string().nullable(),
  tags: z.record(z.string(), z.string()),
  pinned: z.boolean().describe("it runs on the code of its start"),
  generation: count.describe("how often it has started over with `ctx.continueAsNew`"),
  disposition: disposition.exactOptional().describe("only of `wf run`"),
}) satisfies z.ZodType<ExecutionView>;

/** What stands in a list in the place of an execution that nothing could be done to. */
export const refused = z.strictObject({ id: z.string(), error });
export const acted = z.union([execution, refused]);

const attempt = z.strictObject({
  attempt: z.int().min(1),
  startedAt: instant,
  finishedAt: instant.nullable(),
  error: error.nullable(),
}) satisfies z.ZodType<AttemptView>;

const step = z.strictObject({
  scope: z.string(),
  kind: z.enum(STEP_KINDS),
  name: z.string(),
  n: z.int().min(1).describe("which one of this name, in its scope"),
  status: z.enum(STEP_STATUSES),
  detail: z.string().nullable().describe("the id of a child, the message of an approval"),
  attempts: z.array(attempt),
  output: value,
  error: error.nullable(),
  startedAt: instant,
  finishedAt: instant.nullable(),
  wakeAt: instant.nullable(),
  order: z.int().nullable().describe("which completion it was, from 1 on"),
  settled: z.boolean().exactOptional().describe("how it ended is what a person has said"),
}) satisfies z.ZodType<StepView>;

const decision = z.strictObject({
  at: instant,
  by: z.string(),
  action: z.string(),
  detail: z.string().nullable(),
  reason: z.string().nullable(),
}) satisfies z.ZodType<DecisionView>;

export const history = z.strictObject({
  execution,
  steps: z.array(step),
  panics: z.array(z.strictObject({ at: instant, cause: z.string() })),
  decisions: z.array(decision),
}) satisfies z.ZodType<HistoryView>;

export const overview = z.strictObject({
  counts: z.record(status, count),
  executions: z.array(execution).describe("the newest first"),
  nextWakeAt: instant.nullable(),
  lastTickAt: instant.nullable(),
  warnings: z.array(z.string()),
}) satisfies z.ZodType<OverviewView>;

export const tick = z.strictObject({
  claimed: count,
  completed: count,
  failed: count,
  parked: count,
  blocked: count,
  cancelled: count,
  nextWakeAt: instant.nullable(),
  executions: z.array(z.strictObject({ id: z.string(), workflow: z.string(), status })),
}) satisfies z.ZodType<TickView>;

export const approval = z.strictObject({
  id: z.string(),
  workflow: z.string(),
  scope: z.string(),
  name: z.string(),
  n: z.int().min(1),
  message: z.string().nullable(),
  since: instant,
  until: instant.nullable(),
}) satisfies z.ZodType<ApprovalView>;

export const why = z.strictObject({
  id: z.string(),
  status,
  reason,
  text: z.string(),
  detail: z.string().nullable().describe("how the code differs from the record, in lines"),
  next: z.string().nullable().describe("the command that moves it on"),
}) satisfies z.ZodType<WhyView>;

export const log = z.strictObject({
  cursor: z.int().describe("grows with every line"),
  at: instant,
  level: z.enum(LOG_LEVELS),
  source: z.enum(["user", "wf"]),
  message: z.string(),
  data: value,
  step: z.string().nullable(),
}) satisfies z.ZodType<LogView>;
