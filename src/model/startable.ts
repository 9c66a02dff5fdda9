/** What a workflow is to whoever starts it from another: its name, and what goes in and comes out. */
import type { Schema } from "./schema.ts";

/** Every `WorkflowDefinition` is one. */
export interface Startable<Input = unknown, Output = unknown> {
  readonly name: string;
  readonly input: Schema<Input, unknown> | null;
  readonly output: Schema<unknown, Output> | null;
  run(ctx: never, input: unknown): Output | Promise<Output>;
}

/** What stands behind the workflow in a call: its input may be left out where it takes none, or anything. */
export type InputArguments<Input, Options> = undefined extends Input
  ? [input?: Input, options?: Options]
  : [input: Input, options?: Options];
