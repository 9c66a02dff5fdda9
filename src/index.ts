/**
 * The public names of `wflite`: what workflow files and programs import.
 */
export { bindClient } from "./model/bound-client.ts";
export { Workflow } from "./model/workflow.ts";
export { defineWorkflow, type WorkflowDefinition, type WorkflowOptions } from "./model/definition.ts";
export type { Duration, PanicConfig, RetryConfig } from "./model/config.ts";
export type { ConcurrencyOptions, FlowKey, OnLimit, RateLimitOptions } from "./model/flow.ts";
export { defineConfig, type WfliteConfig } from "./model/configuration.ts";
export type {
  Approval,
  ApproveOptions,
  CheckedStepOptions,
  ChildOptions,
  Log,
  MapOptions,
  Racer,
  RaceResult,
  StartedChild,
  StepContext,
  StepOptions,
  VerifyAnswer,
  WaitForEventOptions,
  WorkflowContext,
  WorkflowEvent,
} from "./model/context.ts";
export type { InputArguments, Startable } from "./model/startable.ts";
export type { BundleClient, ExportOptions, ExportView, ImportOptions, ImportView } from "./model/clients/bundles.ts";
export type { PruneOptions, PruneView, RetentionClient } from "./model/clients/retention.ts";
export type { ActOptions, ApprovalDecision, DecidedView, ForkOptions, OperationClient, Settlement } from "./model/clients/operations.ts";
export type { CatchUp, Overlap, ScheduleConfig } from "./model/schedule/config.ts";
export type { CheckOptions, CheckReport, CheckVerdict, CheckView, NextCall, SourceClient } from "./model/clients/sources.ts";
export type { BackfillView, PreviewView, ScheduleClient, ScheduleView, SlotView } from "./model/clients/schedules.ts";
export type { CarryOptions, Client, ExecutionHandle, ListFilter, SendOptions, StartOptions, TickOptions } from "./model/client.ts";
export {
  CancelledError,
  DivergenceError,
  LeaseLostError,
  PanicError,
  RetryAfterError,
  ShellError,
  StateCorruptionError,
  TimeoutError,
  ValidationError,
  WfliteError,
  WorkflowError,
  WorkflowError as NonRetryableError,
} from "./model/errors.ts";
export { isPanicError } from "./model/panic.ts";
export { isSecret, type Secret, secret } from "./model/secret.ts";
export { err, ok, type Result, unwrap } from "./model/result.ts";
export {
  ExecutionResultSchema,
  ExecutionStatusSchema,
  PanicConfigSchema,
  RetryConfigSchema,
  secretOf,
  StepResultSchema,
  StepStatusSchema,
  WorkflowContextSchema,
  WorkflowDefinitionSchema,
} from "./model/public-schemas.ts";
export type { ExecutionResult, StepResult } from "./model/schemas.ts";
export type { ExecutionStatus, Reason, StepKind, StepStatus } from "./model/status.ts";
export type {
  ApprovalView,
  AttemptView,
  DecisionView,
  Disposition,
  ErrorView,
  ExecutionView,
  HistoryView,
  LogView,
  OverviewView,
  PanicView,
  StepView,
  TickView,
  WhyView,
  WorkflowView,
} from "./model/views.ts";
export type { ShellCall, ShellOptions, ShellResult, ShellSettings, ShellTemplate, ShellValue, ShellWord } from "./model/shell.ts";
export type { PostgresDatabase, SqliteDatabase, TransactionCall, TransactionOptions } from "./model/transaction.ts";
export type { Verification } from "./model/verification.ts";
export type { SleepInterrupt } from "./replay/outcome.ts";
export { type EngineOptions, WorkflowEngine } from "./engine/engine.ts";
export { StateManager } from "./engine/state.ts";
export { openEngine, type OpenOptions } from "./open.ts";
export { DatabaseConnection } from "./sqlite/connection.ts";
export { ExecutionRepository, StepRepository, WorkflowRepository } from "./sqlite/repositories.ts";
