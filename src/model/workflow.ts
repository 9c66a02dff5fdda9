/**
 * `Workflow`: defining workflows, and acting on executions from code.
 *
 * The acting half needs an engine: the one that `bindClient` was given, by the command or by a program that called `openEngine`.
 */
import { boundClient } from "./bound-client.ts";
import type { ExecutionHandle, ListFilter, SendOptions, StartOptions } from "./client.ts";
import { defineWorkflow, type WorkflowDefinition } from "./definition.ts";
import type { Disposition, ExecutionView, HistoryView } from "./views.ts";

export const Workflow = {
  /** Makes a workflow. @throws ValidationError that names the bad field */
  define: defineWorkflow,

  /** Creates an execution; it is taken up by this process or by the next tick. */
  start: async <Input, Output>(
    workflow: WorkflowDefinition<Input, Output>,
    input: Input,
    options?: StartOptions,
  ): Promise<ExecutionHandle<Output>> => (await boundClient()).start(workflow, input, options),

  cancel: async (id: string, reason?: string): Promise<ExecutionView> => (await boundClient()).cancel(id, reason),
  resume: async (id: string): Promise<ExecutionView> => (await boundClient()).resume(id),
  restart: async (id: string): Promise<ExecutionView> => (await boundClient()).restart(id),
  sendEvent: async (id: string, name: string, payload?: unknown, options?: SendOptions): Promise<Disposition> =>
    (await boundClient()).sendEvent(id, name, payload, options),
  getStatus: async (id: string): Promise<ExecutionView> => (await boundClient()).getStatus(id),
  history: async (id: string): Promise<HistoryView> => (await boundClient()).history(id),
  list: async (filter?: ListFilter): Promise<readonly ExecutionView[]> => (await boundClient()).list(filter),
} as const;
