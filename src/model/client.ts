/**
 * `Client`: what can be done to executions from outside. The embedded engine implements it, and so may others.
 */
import type { BundleClient } from "./clients/bundles.ts";
import type { LookingClient } from "./clients/looking.ts";
import type { OperationClient } from "./clients/operations.ts";
import type { RetentionClient } from "./clients/retention.ts";
import type { ScheduleClient } from "./clients/schedules.ts";
import type { SourceClient } from "./clients/sources.ts";
import type { Duration } from "./config.ts";
import type { WorkflowDefinition } from "./definition.ts";
import type { ProgressListener } from "./progress.ts";
import type { ExecutionStatus } from "./status.ts";
import type { Disposition, ExecutionView, HistoryView, LogView, OverviewView, TickView, WhyView, WorkflowView } from "./views.ts";

export interface StartOptions {
  /** 1 to 200 of `A-Za-z0-9._:@-`, first a letter or digit. Default: `<workflow>-<10 random base32>`. */
  readonly id?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Start this much later. */
  readonly delay?: Duration;
  /** Start at this instant. */
  readonly at?: Date | number;
  /**
   * What to do when `id` exists. `return`: give the existing one; another input is an error. `replace`: cancel and delete it first. Default
   * `return`.
   */
  readonly ifExists?: "return" | "fail" | "replace";
  /** Instead of the workflow's. A whole number from -100 to 100, the highest first. */
  readonly priority?: number;
  /** This process takes it up at once, so that nobody else does, unless a limit makes it wait: call `carry` next. Default false. */
  readonly claim?: boolean;
}

export interface ExecutionHandle<Output = unknown> {
  readonly id: string;
  readonly disposition: Disposition;
  /** Waits for the end. @throws the execution's error when it failed, CancelledError when it was cancelled */
  result(): Promise<Output>;
  status(): Promise<ExecutionView>;
  cancel(reason?: string): Promise<void>;
}

export interface CarryOptions {
  /** How long a running step may go on after `signal`, in ms. Default 10,000. */
  readonly drainGraceMs?: number;
  /** Stay in this process for waits up to this long, in ms; `Infinity` stays to the end. Default 0. */
  readonly holdMs?: number;
  /** Aborting it parks the execution at the next commit. */
  readonly signal?: AbortSignal;
  /** One that throws is not called again. */
  readonly onProgress?: ProgressListener;
}

export interface TickOptions extends CarryOptions {
  /** Executions carried at the same time. Default 100. */
  readonly concurrency?: number;
  /** Claim nothing more after this long. */
  readonly maxTimeMs?: number;
  /** Claim at most so many. */
  readonly maxExecutions?: number;
}

export interface ListFilter {
  readonly statuses?: readonly ExecutionStatus[];
  readonly workflow?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Created at or after this instant (epoch ms). */
  readonly since?: number;
  /** Newest first. Default 20, at most 10,000. */
  readonly limit?: number;
}

export interface SendOptions {
  /** Told the id that the event has: the given one, or the one that was made for it. */
  readonly onId?: (id: string) => void;
  /** Makes a second sending harmless: it answers `existing`. */
  readonly id?: string;
  /** The payload is stored encrypted, and shown to nobody; the wait gets it plain. Default false. */
  readonly sensitive?: boolean;
}

export interface Client {
  readonly schedules: ScheduleClient;
  readonly operations: OperationClient;
  readonly sources: SourceClient;
  readonly retention: RetentionClient;
  readonly bundles: BundleClient;
  readonly looking: LookingClient;

  start<Input, Output>(
    workflow: WorkflowDefinition<Input, Output> | string,
    input: Input,
    options?: StartOptions,
  ): Promise<ExecutionHandle<Output>>;
  /** Checks name, input and id as `start` would, and creates nothing. */
  validate(workflow: WorkflowDefinition | string, input: unknown, options?: StartOptions): Promise<void>;

  /**
   * Moves one execution as far as it goes, or watches it while another process does. Gives its state when it ends, parks or `signal`
   * aborts.
   */
  carry(id: string, options?: CarryOptions): Promise<ExecutionView>;
  /** One sweep over all that is due now. */
  tick(options?: TickOptions): Promise<TickView>;
  /** Serves deadlines and new executions as they come, until `signal` aborts or workflow files are edited; then drains. */
  serve(options: TickOptions & { readonly signal: AbortSignal }): Promise<void>;

  /** Takes an id, a unique prefix of one, or `@last`. @throws EXECUTION_NOT_FOUND, ID_AMBIGUOUS */
  resolveId(reference: string): Promise<string>;
  getStatus(id: string): Promise<ExecutionView>;
  overview(filter?: ListFilter): Promise<OverviewView>;
  list(filter?: ListFilter): Promise<readonly ExecutionView[]>;
  history(id: string): Promise<HistoryView>;
  logs(id: string, options?: { readonly after?: number; readonly limit?: number }): Promise<readonly LogView[]>;
  why(id: string): Promise<WhyView>;
  workflows(): Promise<readonly WorkflowView[]>;

  /** The event is kept until a wait takes it. */
  sendEvent(executionId: string, name: string, payload?: unknown, options?: SendOptions): Promise<Disposition>;
  /** Asks for cancellation; an execution that nobody moves is cancelled at once. */
  cancel(id: string, reason?: string): Promise<ExecutionView>;
  /** Lets a blocked or parked execution be taken up now. */
  resume(id: string): Promise<ExecutionView>;
  /** The same for one that is blocked after a crash loop; its count of panics starts over. */
  restart(id: string): Promise<ExecutionView>;

  close(): Promise<void>;
}
