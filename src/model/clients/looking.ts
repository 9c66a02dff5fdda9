/**
 * Looking inside: the stream of all that happens, and figures over many executions.
 *
 * The views are the JSON documents of `wf events` and `wf stats`; fields are only ever added.
 */
import type { LogLevel } from "../records.ts";
import type { ExecutionStatus, StepKind } from "../status.ts";

export interface HappeningsOptions {
  /** A cursor: only what comes after it. Default 0: all that is kept. */
  readonly after?: number;
  /** 1 to 10,000. Default 1,000. */
  readonly limit?: number;
}

/** Something that has happened. What does not belong to its type is null. */
export interface HappeningView {
  /** Grows by every happening, in the order in which they were committed; never used twice in a file. */
  readonly cursor: number;
  /** When it was written. Clocks are set back: for the order there is the cursor. */
  readonly at: string;
  /**
   * `execution.<status>`, and `created` and `removed` in the place of a status; `step.<status>`; `attempt.failed`; `event.sent` and
   * `event.taken`; `log`; `decision`; `panic`; `gap`, where the stream had been ended. More may come.
   */
  readonly type: string;
  /** Null for a gap. */
  readonly executionId: string | null;
  /** Null when the execution has been removed since. */
  readonly workflow: string | null;
  /** Of an execution that does not run. */
  readonly reason: string | null;
  /** Of an execution or a step. */
  readonly wakeAt: string | null;
  readonly step: HappenedStep | null;
  /** Its payload is in no stream. */
  readonly event: { readonly id: string | null; readonly kind: string; readonly name: string } | null;
  readonly log: {
    readonly level: LogLevel;
    readonly source: "user" | "wf" | null;
    readonly message: string | null;
    readonly data: unknown;
    readonly step: string | null;
  } | null;
  readonly decision: {
    readonly action: string;
    readonly by: string | null;
    readonly detail: string | null;
    readonly reason: string | null;
  } | null;
  /** Why an execution, a step or an attempt failed, as long as that is still its state; the cause of a panic. */
  readonly error: { readonly name: string; readonly message: string; readonly code: string | null } | null;
}

export interface HappenedStep {
  readonly scope: string;
  readonly kind: StepKind;
  readonly name: string;
  readonly n: number;
  readonly attempt: number;
}

export interface HappeningsPage {
  readonly happenings: readonly HappeningView[];
  /** Where to go on: the cursor of the last of them, or what was asked for. */
  readonly cursor: number;
  /** How many between `after` and the first of them are no longer kept. */
  readonly lost: number;
}

export interface StatisticsOptions {
  /** Only executions of this workflow; its steps are counted as well. */
  readonly workflow?: string;
  /** Created at or after this instant (epoch ms). Default: all that there are. */
  readonly since?: number;
  /** Of each workflow at most so many are read, the newest. 1 to 100,000. Default 2,000, of one workflow 10,000. */
  readonly sample?: number;
}

/** In ms; null where nothing has ended. */
export interface DurationsView {
  readonly count: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly maxMs: number | null;
}

export interface WorkflowStatisticsView {
  readonly workflow: string;
  /** Created since then, all of them counted. */
  readonly executions: number;
  /** How many of them, the newest, all other figures are from. */
  readonly read: number;
  readonly counts: Readonly<Partial<Record<ExecutionStatus, number>>>;
  /** From start to end, of those that have completed or failed. */
  readonly durations: DurationsView;
  /** Failed, of those that have completed or failed: 0 to 1. Null where none has. */
  readonly failureRate: number | null;
  /** Of those read, how many needed more than one attempt of a step, or a restart: 0 to 1. Null where none was read. */
  readonly retryRate: number | null;
}

export interface StepStatisticsView {
  readonly kind: StepKind;
  readonly name: string;
  /** Steps of this kind and name in the executions that were read, in all scopes. */
  readonly count: number;
  readonly failed: number;
  /** Those that needed more than one attempt. */
  readonly retried: number;
  /** Of the attempt that ended it; of a wait or sleep, how long it took. */
  readonly durations: DurationsView;
}

export interface StatisticsView {
  readonly since: string | null;
  readonly workflows: readonly WorkflowStatisticsView[];
  /** Only where a workflow was asked for; the slowest first. */
  readonly steps: readonly StepStatisticsView[];
  /** How many rows these figures are from, 200,000 at most. */
  readonly stepsRead: number;
  /** Of the executions that were read. */
  readonly slowest: readonly {
    readonly id: string;
    readonly workflow: string;
    readonly status: ExecutionStatus;
    readonly durationMs: number;
    readonly startedAt: string;
  }[];
  /** How many executions were created in each part of the time, the oldest first. */
  readonly throughput: {
    readonly from: string;
    readonly to: string;
    readonly bucketMs: number;
    readonly counts: readonly number[];
  };
}

export interface LookingClient {
  /**
   * What has happened after a cursor, the first first. Whoever goes on from `cursor` misses nothing and gets nothing twice, also while
   * others write. The newest 200,000 are kept.
   *
   * The first call begins the stream, with what the database still tells of its newest executions; before it nobody pays for it.
   *
   * @throws USAGE for a cursor that is ahead of the newest: the file is another one
   */
  happenings(options?: HappeningsOptions): Promise<HappeningsPage>;
  /** The newest cursor, 0 where nothing has happened yet. @param since instead, the last one before this instant (epoch ms) */
  cursor(since?: number): Promise<number>;
  /** Ends the stream until somebody asks for it again. What it holds stays. */
  endHappenings(): Promise<void>;
  /** Figures over executions: reads a bounded number of them, however many there are. */
  statistics(options?: StatisticsOptions): Promise<StatisticsView>;
}
