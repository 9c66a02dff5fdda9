/** Records as the documents that callers see. */
import { decodeValue } from "../model/codec/decode.ts";
import { type ErrorRecord, errorToRecord } from "../model/codec/error.ts";
import { CATALOGUE, type ErrorCode } from "../model/catalogue.ts";
import { toIsoOfStored as toIso } from "../model/instant.ts";
import {
  type AttemptRecord,
  type DecisionRecord,
  type ExecutionRecord,
  type LogRecord,
  STEP_FLAGS,
  type StepRecord,
} from "../model/records.ts";
import type { AttemptView, DecisionView, ErrorView, ExecutionView, HistoryView, LogView, StepView } from "../model/views.ts";
import { keyOf } from "../replay/identity.ts";
import type { StoredHistory } from "./store.ts";
import { decodeStoredError } from "./stored-error.ts";

const instant = (at: number | null): string | null => (at === null ? null : toIso(at));

/** Damaged text is shown as such: reading never fails for one bad value. Nothing is decrypted, so no key is needed. */
export const valueView = (text: string | null): unknown => {
  if (text === null) return null;
  try {
    return decodeValue(text, "masked");
  } catch {
    return "(damaged)";
  }
};

export const executionView = (execution: ExecutionRecord): ExecutionView => ({
  id: execution.id,
  workflow: execution.workflow,
  version: execution.version,
  status: execution.status,
  reason: execution.reason,
  reasonDetail: execution.reasonDetail,
  wakeAt: instant(execution.wakeAt),
  input: valueView(execution.inputText),
  output: valueView(execution.outputText),
  error: errorView(execution.errorText),
  createdAt: toIso(execution.createdAt),
  startedAt: instant(execution.startedAt),
  finishedAt: instant(execution.finishedAt),
  restarts: execution.restarts,
  parentId: execution.parentId,
  tags: execution.tags,
  pinned: execution.isPinned,
  generation: execution.generation,
});

export const historyView = ({ execution, steps, attempts, panics, decisions }: StoredHistory): HistoryView => {
  const failures = Map.groupBy(attempts, keyOf);
  return {
    execution: executionView(execution),
    steps: steps.map((step) => stepView(step, failures.get(keyOf(step)) ?? [])),
    panics: panics.map(({ at, cause }) => ({ at: toIso(at), cause })),
    decisions: decisions.map(decisionView),
  };
};

export const decisionView = ({ at, ...decision }: DecisionRecord): DecisionView => ({ at: toIso(at), ...decision });

const stepView = (step: StepRecord, failures: readonly AttemptRecord[]): StepView => ({
  scope: step.scope,
  kind: step.kind,
  name: step.name,
  n: step.n,
  status: step.status,
  detail: step.detail,
  attempts: attemptViews(step, failures),
  output: valueView(step.outputText),
  error: errorView(step.errorText),
  startedAt: toIso(failures[0]?.startedAt ?? step.startedAt),
  finishedAt: instant(step.finishedAt),
  wakeAt: instant(step.wakeAt),
  order: step.order,
  ...(isSettled(step) ? { settled: true } : {}),
});

/** One that a person has told to try again has the mark as well, until it has. */
const isSettled = ({ flags, status }: StepRecord): boolean =>
  (flags & STEP_FLAGS.settled) !== 0 && (status === "completed" || status === "failed" || status === "skipped");

/** Kinds that are tried; the others wait. */
const ATTEMPTED: readonly StepRecord["kind"][] = ["step", "shell", "transaction", "compensation"];

/** Failed attempts have rows; the one that runs or succeeded is the step's own row. */
const attemptViews = (step: StepRecord, failures: readonly AttemptRecord[]): readonly AttemptView[] => {
  const failed = failures
    .map(({ attempt, startedAt, finishedAt, errorText }) => ({
      attempt,
      startedAt: toIso(startedAt),
      finishedAt: toIso(finishedAt),
      error: errorView(errorText),
    }))
    .sort((a, b) => a.attempt - b.attempt);
  const hasOwn = ATTEMPTED.includes(step.kind) && (step.status === "running" || step.status === "completed") && !isSettled(step);
  const own = { attempt: step.attempt, startedAt: toIso(step.startedAt), finishedAt: instant(step.finishedAt), error: null };
  return hasOwn ? [...failed, own] : failed;
};

export const errorView = (text: string | null): ErrorView | null => {
  if (text === null) return null;
  try {
    return viewOf(errorToRecord(decodeStoredError(text)));
  } catch {
    return { name: "Error", message: "(damaged)", code: null, hint: null, stack: null, cause: null };
  }
};

const viewOf = (record: ErrorRecord): ErrorView => ({
  name: record.name,
  message: record.message,
  code: record.code,
  hint: hintOf(record),
  stack: record.stack,
  cause: record.cause === null ? null : viewOf(record.cause),
});

/** The one it was thrown with, which may name what only that moment knew. */
const hintOf = ({ code, props }: ErrorRecord): string | null => {
  if (code === null || !Object.hasOwn(CATALOGUE, code)) return null;
  if (typeof props?.["hint"] === "string") return props["hint"];
  const { hint } = CATALOGUE[code as ErrorCode];
  return typeof hint === "string" ? hint : null;
};

export const logView = (entry: LogRecord & { readonly cursor: number }): LogView => ({
  cursor: entry.cursor,
  at: toIso(entry.at),
  level: entry.level,
  source: entry.source,
  message: entry.message,
  data: valueView(entry.dataText),
  step: entry.step,
});
