/**
 * `Workflow`: defining workflows, and acting on executions from code.
 *
 * The acting half needs an engine. Whoever has one (the command, a program that called `open`) binds its client here once.
 */
import type { Client, ExecutionHandle, ListFilter, StartOptions } from "./client.ts";
import { defineWorkflow, type WorkflowDefinition } from "./definition.ts";
import type { Disposition, ExecutionView, HistoryView } from "./views.ts";

type Opener = () => Client | Promise<Client>;
let opener: Opener | undefined;

/** Says which client the calls of `Workflow` use. The last binding counts. */
export const bindClient = (open: Opener | undefined): void => {
  opener = open;
};

const client = async (): Promise<Client> => {
  if (opener === undefined) throw new Error("Workflow calls need an open engine: run under `wf`, or call `openEngine()` first");
  return opener();
};

export const Workflow = {
  /** Makes a workflow. @throws ValidationError that names the bad field */
  define: defineWorkflow,

  /** Creates an execution; it is taken up by this process or by the next tick. */
  start: async <Input, Output>(
    workflow: WorkflowDefinition<Input, Output>,
    input: Input,
    options?: StartOptions,
  ): Promise<ExecutionHandle<Output>> => (await client()).start(workflow, input, options),

  cancel: async (id: string, reason?: string): Promise<ExecutionView> => (await client()).cancel(id, reason),
  resume: async (id: string): Promise<ExecutionView> => (await client()).resume(id),
  restart: async (id: string): Promise<ExecutionView> => (await client()).restart(id),
  sendEvent: async (id: string, name: string, payload?: unknown, options?: { readonly id?: string }): Promise<Disposition> =>
    (await client()).sendEvent(id, name, payload, options),
  getStatus: async (id: string): Promise<ExecutionView> => (await client()).getStatus(id),
  history: async (id: string): Promise<HistoryView> => (await client()).history(id),
  list: async (filter?: ListFilter): Promise<readonly ExecutionView[]> => (await client()).list(filter),
} as const;
