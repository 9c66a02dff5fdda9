/**
 * `Workflow`: defining workflows, and acting on executions from code.
 *
 * The acting half needs an engine: the one that `bindClient` was given, by the command or by a program that called `openEngine`.
 */
import { boundClient } from "./bound-client.ts";
import type { ExecutionHandle, ListFilter, SendOptions, StartOptions } from "./client.ts";
import type { ActOptions, ApprovalDecision, DecidedView, ForkOptions, Settlement } from "./clients/operations.ts";
import { defineWorkflow, type WorkflowDefinition } from "./definition.ts";
import type { InputArguments } from "./startable.ts";
import type { ApprovalView, Disposition, ExecutionView, HistoryView } from "./views.ts";

export const Workflow = {
  /** Makes a workflow. @throws ValidationError that names the bad field */
  define: defineWorkflow,

  /** Creates an execution; it is taken up by this process or by the next tick. */
  start: async <Input, Output>(
    workflow: WorkflowDefinition<Input, Output>,
    ...[input, options]: InputArguments<Input, StartOptions>
  ): Promise<ExecutionHandle<Output>> => (await boundClient()).start(workflow, input as Input, options),

  cancel: async (id: string, reason?: string): Promise<ExecutionView> => (await boundClient()).cancel(id, reason),
  resume: async (id: string): Promise<ExecutionView> => (await boundClient()).resume(id),
  restart: async (id: string): Promise<ExecutionView> => (await boundClient()).restart(id),
  /** Holds it until `resume`. */
  pause: async (id: string, options?: ActOptions): Promise<ExecutionView> => (await boundClient()).operations.pause(id, options),
  /** Ends its sleep, or its wait before the next attempt, now. */
  wake: async (id: string, options?: ActOptions & { readonly step?: string }): Promise<ExecutionView> =>
    (await boundClient()).operations.wake(id, options),
  /** Another try of a failed one, in place, from the step that failed. */
  retry: async (id: string, options?: ActOptions): Promise<ExecutionView> => (await boundClient()).operations.retry(id, options),
  /** Settles a step by hand. */
  resolve: async (id: string, step: string, settlement: Settlement, options?: ActOptions): Promise<ExecutionView> =>
    (await boundClient()).operations.resolve(id, step, settlement, options),
  /** A new execution that keeps what came before a step. */
  fork: async (id: string, options?: ForkOptions): Promise<ExecutionView> => (await boundClient()).operations.fork(id, options),
  /** A new execution of the same workflow and input. */
  rerun: async (id: string, options?: ActOptions & { readonly id?: string }): Promise<ExecutionView> =>
    (await boundClient()).operations.rerun(id, options),
  /** Approvals that are waited for. */
  inbox: async (filter?: Pick<ListFilter, "workflow" | "limit">): Promise<readonly ApprovalView[]> =>
    (await boundClient()).operations.inbox(filter),
  /** Says yes or no to an approval. */
  decide: async (id: string, decision: ApprovalDecision, options?: ActOptions): Promise<DecidedView> =>
    (await boundClient()).operations.decide(id, decision, options),
  sendEvent: async (id: string, name: string, payload?: unknown, options?: SendOptions): Promise<Disposition> =>
    (await boundClient()).sendEvent(id, name, payload, options),
  getStatus: async (id: string): Promise<ExecutionView> => (await boundClient()).getStatus(id),
  history: async (id: string): Promise<HistoryView> => (await boundClient()).history(id),
  list: async (filter?: ListFilter): Promise<readonly ExecutionView[]> => (await boundClient()).list(filter),
} as const;
