/**
 * The states of executions and steps, and the reasons why an execution does not run.
 *
 *     pending ──► running ──► completed | failed | cancelled        (terminal)
 *        ▲          │ ▲
 *        └──────────┴─┴── sleeping | waiting | paused | blocked     (parked: nothing in memory, always with a reason)
 *
 * Kept apart from the zod schemas, so that commands which only read states start without loading zod.
 */
export const EXECUTION_STATUSES = [
  "pending",
  "running",
  "sleeping",
  "waiting",
  "paused",
  "blocked",
  "completed",
  "failed",
  "cancelled",
] as const;
export type ExecutionStatus = (typeof EXECUTION_STATUSES)[number];

export const TERMINAL_STATUSES = ["completed", "failed", "cancelled"] as const satisfies readonly ExecutionStatus[];
export type TerminalStatus = (typeof TERMINAL_STATUSES)[number];

/** Why an execution that is neither running nor terminal does not move. */
export const REASONS = [
  "queued",
  "sleep",
  "retry",
  "restart",
  "event",
  "child",
  "concurrency",
  "paused",
  "diverged",
  "in-doubt",
  "definition-missing",
  "crash-loop",
  "corrupt",
] as const;
export type Reason = (typeof REASONS)[number];

export const STEP_STATUSES = [
  "running",
  "retrying",
  "sleeping",
  "waiting",
  "completed",
  "failed",
  "in-doubt",
  "cancelled",
  "skipped",
] as const;
export type StepStatus = (typeof STEP_STATUSES)[number];

export const STEP_KINDS = ["step", "sleep", "event", "child", "approval", "shell", "transaction", "compensation"] as const;
export type StepKind = (typeof STEP_KINDS)[number];

export const isTerminal = (status: ExecutionStatus): status is TerminalStatus =>
  (TERMINAL_STATUSES as readonly ExecutionStatus[]).includes(status);
