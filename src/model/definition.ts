/**
 * What a workflow is: name, version, schemas, settings and the function.
 *
 * `defineWorkflow` checks everything once, so that the engine can trust it: durations are milliseconds, defaults are filled in, and a
 * mistake is an error that names the field and the value.
 */
import type { Duration, PanicConfig, RetryConfig } from "./config.ts";
import type { WorkflowContext } from "./context.ts";
import { WorkflowDefinitionSchema } from "./definition-schema.ts";
import { fail } from "./errors.ts";
import type { PanicPolicy } from "./records.ts";
import { durationMs, resolveRetry } from "./retry-settings.ts";
import type { RetryPolicy } from "./retry.ts";
import { DEFAULT_PANIC, DEFAULT_RETRY } from "./retry.ts";
import { type Marked, WORKFLOW_MARK } from "./workflow-mark.ts";
import { describeIssues, type Schema, type SchemaInput, type SchemaOutput } from "./schema.ts";

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
  run(ctx: WorkflowContext, input: SchemaOutput<In>): Result | Promise<Result>;
}

export interface WorkflowDefinition<Input = unknown, Output = unknown> extends Marked {
  readonly name: string;
  readonly version: number;
  readonly description: string | null;
  readonly input: Schema<Input, unknown> | null;
  readonly output: Schema<unknown, Output> | null;
  readonly retry: RetryPolicy;
  readonly panic: PanicPolicy;
  readonly timeoutMs: number | null;
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
  const parsed = WorkflowDefinitionSchema.safeParse(options);
  if (!parsed.success) throw fail("DEFINITION_INVALID", { problem: nameField(options, describeIssues(parsed.error.issues)) });
  const { name, version, description, input, output, retry, panic, timeout, run } = parsed.data;
  return Object.freeze({
    [WORKFLOW_MARK]: true as const,
    name,
    version: version ?? 1,
    description: description ?? null,
    input: input ?? null,
    output: output ?? null,
    retry: resolveRetry(retry, DEFAULT_RETRY),
    panic: resolvePanic(panic),
    timeoutMs: timeout === undefined ? null : durationMs("timeout", timeout),
    run,
  }) as unknown as WorkflowDefinition<SchemaInput<In>, OutputOf<Out, Result>>;
};

const resolvePanic = (config: PanicConfig | undefined): PanicPolicy => ({
  maxRestarts: config?.maxRestarts ?? DEFAULT_PANIC.maxRestarts,
  delayMs: config?.delay === undefined ? DEFAULT_PANIC.delayMs : durationMs("panic.delay", config.delay),
  factor: config?.factor ?? DEFAULT_PANIC.factor,
  maxDelayMs: config?.maxDelay === undefined ? DEFAULT_PANIC.maxDelayMs : durationMs("panic.maxDelay", config.maxDelay),
});

const nameField = (options: unknown, issues: string): string => {
  const name = (options as { name?: unknown } | null | undefined)?.name;
  return typeof name === "string" && name !== "" ? `${issues} (in workflow "${name.slice(0, 80)}")` : issues;
};
