/** What the public entry gives of schemas, without loading zod until one of them is used. */
import type * as Definitions from "./definition-schema.ts";
import { lazySchema } from "./lazy-schema.ts";
import type * as Documents from "./schemas.ts";
import type * as Secrets from "./secret-schema.ts";

const definitions = () => require("./definition-schema.ts") as typeof Definitions;
const documents = () => require("./schemas.ts") as typeof Documents;

export const PanicConfigSchema = lazySchema(() => definitions().PanicConfigSchema);
export const RetryConfigSchema = lazySchema(() => definitions().RetryConfigSchema);
export const WorkflowDefinitionSchema = lazySchema(() => definitions().WorkflowDefinitionSchema);

export const ExecutionResultSchema = lazySchema(() => documents().ExecutionResultSchema);
export const ExecutionStatusSchema = lazySchema(() => documents().ExecutionStatusSchema);
export const StepResultSchema = lazySchema(() => documents().StepResultSchema);
export const StepStatusSchema = lazySchema(() => documents().StepStatusSchema);
/** The facts of `ctx`, without its calls. */
export const WorkflowContextSchema = lazySchema(() => documents().WorkflowContextSchema);

/** See `secret-schema.ts`. */
export const secretOf: typeof Secrets.secretOf = (schema) => (require("./secret-schema.ts") as typeof Secrets).secretOf(schema);
