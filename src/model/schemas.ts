/** zod schemas of statuses and of the documents that callers see, for programs that want to check what they read. */
import { z } from "zod";
import { EXECUTION_STATUSES, REASONS, STEP_KINDS, STEP_STATUSES } from "./status.ts";

export const ExecutionStatusSchema = z.enum(EXECUTION_STATUSES);
export const StepStatusSchema = z.enum(STEP_STATUSES);
export const ReasonSchema = z.enum(REASONS);
export const StepKindSchema = z.enum(STEP_KINDS);

const Instant = z.iso.datetime({ precision: 3 });
const NullableInstant = Instant.nullable();

export const ErrorViewSchema = z.object({
  name: z.string(),
  message: z.string(),
  code: z.string().nullable(),
  hint: z.string().nullable(),
  stack: z.string().nullable(),
  get cause(): z.ZodNullable<typeof ErrorViewSchema> {
    return ErrorViewSchema.nullable();
  },
});

export const ExecutionResultSchema = z.object({
  id: z.string(),
  workflow: z.string(),
  version: z.int(),
  status: ExecutionStatusSchema,
  reason: ReasonSchema.nullable(),
  reasonDetail: z.string().nullable(),
  wakeAt: NullableInstant,
  input: z.unknown(),
  output: z.unknown(),
  error: ErrorViewSchema.nullable(),
  createdAt: Instant,
  startedAt: NullableInstant,
  finishedAt: NullableInstant,
  restarts: z.int(),
  parentId: z.string().nullable(),
  tags: z.record(z.string(), z.string()),
  pinned: z.boolean(),
  generation: z.int(),
  disposition: z.enum(["created", "existing"]).optional(),
});

export const StepResultSchema = z.object({
  scope: z.string(),
  kind: StepKindSchema,
  name: z.string(),
  n: z.int().min(1),
  status: StepStatusSchema,
  detail: z.string().nullable(),
  attempts: z.array(z.object({ attempt: z.int(), startedAt: Instant, finishedAt: NullableInstant, error: ErrorViewSchema.nullable() })),
  output: z.unknown(),
  error: ErrorViewSchema.nullable(),
  startedAt: Instant,
  finishedAt: NullableInstant,
  wakeAt: NullableInstant,
  order: z.int().nullable(),
});

/** The facts of `ctx`, without its calls. */
export const WorkflowContextSchema = z.object({
  executionId: z.string(),
  workflow: z.string(),
  version: z.int(),
  attempt: z.int(),
  tags: z.record(z.string(), z.string()),
});

export type ExecutionResult = z.infer<typeof ExecutionResultSchema>;
export type StepResult = z.infer<typeof StepResultSchema>;
