/** The zod schemas of what users write: workflow definitions, retry and panic settings. */
import { z } from "zod";
import type { WorkflowContext } from "./context.ts";
import { parseDuration } from "./duration.ts";
import { checkWorkflowName } from "./id.ts";
import { isSchema, type Schema } from "./schema.ts";

const DurationSchema = z.union([z.string(), z.number()]).superRefine((value, ctx) => {
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

const UserSchema = z.custom<Schema>(isSchema, "is not a schema (zod 4, or any Standard Schema)");

/** Keys of later versions: refused, since accepting one and not serving it would be a silent lie. */
const unserved = (key: string) => z.never({ error: `this version of wflite does not serve \`${key}\` yet` }).optional();

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
  schedule: unserved("schedule"),
  concurrency: unserved("concurrency"),
  run: z.custom<(ctx: WorkflowContext, input: unknown) => unknown>(
    (value) => typeof value === "function",
    "must be a function (ctx, input)",
  ),
});
