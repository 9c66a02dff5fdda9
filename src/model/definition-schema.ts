/** The zod schemas of what users write: workflow definitions, retry and panic settings. */
import { z } from "zod";
import type { WorkflowContext } from "./context.ts";
import { parseDuration } from "./duration.ts";
import { LIMIT_MAX, ON_LIMIT, PRIORITY_MAX, PRIORITY_MIN } from "./flow.ts";
import { checkWorkflowName } from "./id.ts";
import { ScheduleSchema } from "./schedule/schema.ts";
import { isSchema, type Schema } from "./schema.ts";

export const DurationSchema = z
  .union([z.string(), z.number()], { error: 'it takes a duration such as "90s"' })
  .superRefine((value, ctx) => {
    const parsed = parseDuration(value);
    if (!parsed.ok) ctx.addIssue({ code: "custom", message: parsed.problem });
  });

export const RetryConfigSchema = z.strictObject({
  attempts: z.int().min(1).max(10_000).optional(),
  delay: DurationSchema.optional(),
  backoff: z.enum(["exponential", "linear", "constant"]).optional(),
  factor: z.number().min(1).max(1_000).optional(),
  maxDelay: DurationSchema.optional(),
  jitter: z.boolean().optional(),
});

export const PanicConfigSchema = z.strictObject({
  maxRestarts: z.int().min(0).max(1_000).optional(),
  delay: DurationSchema.optional(),
  factor: z.number().min(1).max(1_000).optional(),
  maxDelay: DurationSchema.optional(),
});

const FunctionSchema = z.custom<(input: unknown) => unknown>((value) => typeof value === "function", "must be a function (input)");

const LimitSchema = z
  .int({ error: `must be a whole number from 1 to ${LIMIT_MAX}` })
  .min(1)
  .max(LIMIT_MAX);

const ConcurrencySchema = z.strictObject({
  limit: LimitSchema,
  key: FunctionSchema.optional(),
  onLimit: z.enum(ON_LIMIT).optional(),
});

const RateLimitSchema = z.strictObject({
  limit: LimitSchema,
  period: DurationSchema.refine((value) => (parseDuration(value) as { readonly ms?: number }).ms !== 0, "must be longer than nothing"),
  key: FunctionSchema.optional(),
});

const PRIORITY_SHAPE = `a whole number from ${PRIORITY_MIN} to ${PRIORITY_MAX}, or a function (input) that gives one`;
const PrioritySchema = z.int().min(PRIORITY_MIN).max(PRIORITY_MAX);

const UserSchema = z.custom<Schema>(isSchema, "is not a schema (zod 4, or any Standard Schema)");

export const WorkflowDefinitionSchema = z.strictObject({
  name: z.string({ error: "must be a text" }).superRefine((name, ctx) => {
    const problem = checkWorkflowName(name);
    if (problem !== undefined) ctx.addIssue({ code: "custom", message: problem });
  }),
  version: z.int().min(1).optional(),
  description: z.string().max(2_000).optional(),
  input: UserSchema.optional(),
  output: UserSchema.optional(),
  retry: RetryConfigSchema.optional(),
  panic: PanicConfigSchema.optional(),
  timeout: DurationSchema.optional(),
  sensitive: z.boolean().optional(),
  schedule: ScheduleSchema.optional(),
  concurrency: ConcurrencySchema.optional(),
  rateLimit: RateLimitSchema.optional(),
  priority: z.union([PrioritySchema, FunctionSchema], { error: `must be ${PRIORITY_SHAPE}` }).optional(),
  run: z.custom<(ctx: WorkflowContext, input: unknown) => unknown>(
    (value) => typeof value === "function",
    "must be a function (ctx, input)",
  ),
});
