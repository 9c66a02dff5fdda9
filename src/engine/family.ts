/** What the families of an engine's methods are made of: one object for all, so that a new family needs nothing new. */
import type { WorkflowDefinition } from "../model/definition.ts";
import type { CarryOptions } from "../model/client.ts";
import type { ExecutionRecord } from "../model/records.ts";
import type { Carries } from "./carries.ts";
import type { Definitions } from "./definitions.ts";
import type { Host } from "./host.ts";
import type { Runtime } from "./runtime.ts";
import type { StartFacts } from "./start.ts";
import type { Store } from "./store.ts";
import type { Worker } from "./worker.ts";

export interface EngineParts {
  readonly store: Store;
  readonly host: Host;
  readonly runtime: Runtime;
  readonly definitions: Definitions;
  readonly carries: Carries;
  readonly worker: Worker;
  /** What creating an execution needs, now. */
  startFacts(): StartFacts;
  /** Moves one execution here as far as it goes. */
  carry(id: string, options?: CarryOptions): Promise<ExecutionRecord>;
  /** @throws WORKFLOW_NOT_FOUND with the nearest name */
  definitionOf(workflow: WorkflowDefinition | string): Promise<WorkflowDefinition>;
}
