/** What the public entry gives of schemas, without loading zod until one of them is used. */
import type {
  PanicConfigSchema as PanicConfig,
  RetryConfigSchema as RetryConfig,
  WorkflowDefinitionSchema as WorkflowDefinition,
} from "./definition-schema.ts";
import { lazySchema } from "./lazy-schema.ts";
import type {
  ExecutionResultSchema as ExecutionResult,
  ExecutionStatusSchema as ExecutionStatus,
  StepResultSchema as StepResult,
  StepStatusSchema as StepStatus,
  WorkflowContextSchema as WorkflowContext,
} from "./schemas.ts";
import type { secretOf as ofSecret } from "./secret-schema.ts";

const definitions = () => require("./definition-schema.ts") as typeof import("./definition-schema.ts");
const documents = () => require("./schemas.ts") as typeof import("./schemas.ts");

export const PanicConfigSchema: typeof PanicConfig = lazySchema(() => definitions().PanicConfigSchema);
export const RetryConfigSchema: typeof RetryConfig = lazySchema(() => definitions().RetryConfigSchema);
export const WorkflowDefinitionSchema: typeof WorkflowDefinition = lazySchema(() => definitions().WorkflowDefinitionSchema);

export const ExecutionResultSchema: typeof ExecutionResult = lazySchema(() => documents().ExecutionResultSchema);
export const ExecutionStatusSchema: typeof ExecutionStatus = lazySchema(() => documents().ExecutionStatusSchema);
export const StepResultSchema: typeof StepResult = lazySchema(() => documents().StepResultSchema);
export const StepStatusSchema: typeof StepStatus = lazySchema(() => documents().StepStatusSchema);
/** The facts of `ctx`, without its calls. */
export const WorkflowContextSchema: typeof WorkflowContext = lazySchema(() => documents().WorkflowContextSchema);

/**
 * Checks a value as the schema does, and wraps it into a `Secret`.
 *
 * @param schema of zod, or any Standard Schema
 * @returns a schema of zod: a field of a `z.object`, or by itself that of an input, output or payload
 */
export const secretOf: typeof ofSecret = (schema) =>
  (require("./secret-schema.ts") as typeof import("./secret-schema.ts")).secretOf(schema);
