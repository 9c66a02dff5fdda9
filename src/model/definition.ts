/**
 * What a workflow is: name, version, schemas, settings and the function.
 *
 * `defineWorkflow` checks everything once, so that the engine can trust it: durations are milliseconds, defaults are filled in, and a
 * mistake is an error that names the field and the value. That is zod's work, which takes as long to load as Bun to start: what has a
 * name, a function and little else is seen to be right without it.
 */
import type { core, infer as Infer } from "zod";
import type { Duration, PanicConfig, RetryConfig } from "./config.ts";
import type { WorkflowContext } from "./context.ts";
import type * as Schemas from "./definition-schema.ts";
import { fail } from "./errors.ts";
import { checkWorkflowName } from "./id.ts";
import { type ConcurrencyOptions, type FlowSettings, type RateLimitOptions, resolveFlow } from "./flow.ts";
import type { PanicPolicy } from "./records.ts";
import { durationMs, resolvePanic, resolveRetry } from "./retry-settings.ts";
import type { RetryPolicy } from "./retry.ts";
import { DEFAULT_PANIC, DEFAULT_RETRY } from "./retry.ts";
import type { ScheduleConfig, SchedulePolicy } from "./schedule/config.ts";
import { resolveSchedule } from "./schedule/policy.ts";
import { type Marked, WORKFLOW_MARK } from "./workflow-mark.ts";
import { describeIssues, isSchema, type Schema, type SchemaInput, type SchemaIssue, type SchemaOutput } from "./schema.ts";
import { unknownKey } from "./unknown-keys.ts";

export interface WorkflowOptions<In extends Schema | undefined, Out extends Schema | undefined, Result> {
  /** Unique in the project. Letters, digits, `.`, `_`, `-`; at most 200. */
  readonly name: string;
  /** A whole number from 1. Default 1. */
  readonly version?: number;
  readonly description?: string;
  /** Checks and types the input; defaults and transforms apply once, at the start. */
  readonly input?: In;
  /** Checks and types what `run` returns. */
  readonly output?: Out;
  /** For every step that does not say otherwise. */
  readonly retry?: RetryConfig;
  readonly panic?: PanicConfig;
  /** Deadline of the whole execution, counted while parked. Default: none. */
  readonly timeout?: Duration;
  /** Started by the clock: at each slot one execution. Default: only when somebody starts it. */
  readonly schedule?: ScheduleConfig<SchemaInput<In>>;
  /** Its input and output are stored encrypted, and shown to nobody. Default false. */
  readonly sensitive?: boolean;
  /** How many of it run at the same time, over all processes. Default: no limit. */
  readonly concurrency?: ConcurrencyOptions<SchemaOutput<In>>;
  /** How many of it begin in a while; further ones begin later. Default: no limit. */
  readonly rateLimit?: RateLimitOptions<SchemaOutput<In>>;
  /** Among what is due the highest comes first. A whole number from -100 to 100, or a function of the input. Default 0. */
  readonly priority?: number | ((input: SchemaOutput<In>) => number);
  run(ctx: WorkflowContext, input: SchemaOutput<In>): Result | Promise<Result>;
}

export interface WorkflowDefinition<Input = unknown, Output = unknown> extends Marked, FlowSettings {
  readonly name: string;
  readonly version: number;
  readonly description: string | null;
  readonly input: Schema<Input, unknown> | null;
  readonly output: Schema<unknown, Output> | null;
  readonly retry: RetryPolicy;
  readonly panic: PanicPolicy;
  /** What it says itself of the two above: the project's settings hold where it says nothing. */
  readonly given: { readonly retry?: RetryConfig | undefined; readonly panic?: PanicConfig | undefined };
  readonly timeoutMs: number | null;
  readonly schedule: SchedulePolicy | null;
  readonly isSensitive: boolean;
  /** It is a script: an executable file, relative to the project's root, and what `wf step` retries where it does not say so itself. */
  readonly script?: { readonly file: string; readonly retry: number | null };
  run(ctx: WorkflowContext, input: unknown): Output | Promise<Output>;
}

type OutputOf<Out, Result> = Out extends Schema ? SchemaOutput<Out> : Awaited<Result>;

/**
 * Makes a workflow.
 *
 * @throws ValidationError that names the field, when the definition is not valid
 */
export const defineWorkflow = <
  const In extends Schema | undefined = undefined,
  const Out extends Schema | undefined = undefined,
  Result = unknown,
>(
  options: WorkflowOptions<In, Out, Result>,
): WorkflowDefinition<SchemaInput<In>, OutputOf<Out, Result>> => {
  const settings = isPlain(options) ? options : checked(options);
  const { name, version, description, input, output, retry, panic, timeout, schedule, sensitive, run } = settings;
  return Object.freeze({
    [WORKFLOW_MARK]: true as const,
    name,
    version: version ?? 1,
    description: description ?? null,
    input: input ?? null,
    output: output ?? null,
    retry: resolveRetry(retry, DEFAULT_RETRY),
    panic: resolvePanic(panic, DEFAULT_PANIC),
    given: { retry, panic },
    timeoutMs: timeout === undefined ? null : durationMs("timeout", timeout),
    schedule: schedule === undefined ? null : resolveSchedule(schedule),
    isSensitive: sensitive ?? false,
    ...resolveFlow(settings),
    run,
  }) as unknown as WorkflowDefinition<SchemaInput<In>, OutputOf<Out, Result>>;
};

type Settings = Infer<typeof Schemas.WorkflowDefinitionSchema>;

const PLAIN_KEYS = new Set(["name", "description", "input", "output", "run"]);
const PLAIN_DESCRIPTION = 2_000;

/** Says yes only where zod would, and would change nothing. */
const isPlain = (options: unknown): options is Settings => {
  if (typeof options !== "object" || options === null || Object.getPrototypeOf(options) !== Object.prototype) return false;
  const { name, description = "", input, output, run } = options as Partial<Record<string, unknown>>;
  return (
    Object.keys(options).every((key) => PLAIN_KEYS.has(key)) &&
    typeof name === "string" &&
    checkWorkflowName(name) === undefined &&
    typeof description === "string" &&
    description.length <= PLAIN_DESCRIPTION &&
    [input, output].every((schema) => schema === undefined || isSchema(schema)) &&
    typeof run === "function"
  );
};

/** @throws ValidationError DEFINITION_INVALID */
const checked = (options: unknown): Settings => {
  const { WorkflowDefinitionSchema } = require("./definition-schema.ts") as typeof Schemas;
  const parsed = WorkflowDefinitionSchema.safeParse(options);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => withNearest(WorkflowDefinitionSchema, issue));
  throw fail("DEFINITION_INVALID", { problem: nameField(options, describeIssues(issues)) });
};

/** An unknown key with the one that was probably meant. */
const withNearest = (schema: typeof Schemas.WorkflowDefinitionSchema, issue: core.$ZodIssue): SchemaIssue =>
  issue.code === "unrecognized_keys" ? { message: issue.keys.map((key) => unknownKey(schema, issue.path, key)).join("; ") } : issue;

const nameField = (options: unknown, issues: string): string => {
  const name = (options as { name?: unknown } | null | undefined)?.name;
  return typeof name === "string" && name !== "" ? `${issues} (in workflow "${name.slice(0, 80)}")` : issues;
};
