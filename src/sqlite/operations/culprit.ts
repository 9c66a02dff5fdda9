/**
 * Which failed steps ended an execution.
 *
 * The error of the execution is the stored form of what its function threw. The step whose own error that is, or is the cause of it, is to
 * be tried again, and so are those that failed side by side with it with the same error, whichever came first. A step that failed earlier
 * and was caught stays what it is: the code has gone on from there.
 *
 * An error that names no step (a new one, thrown in a `catch`) is laid to the step that failed last, if nothing has completed since.
 */
import { decodeErrorRecord, type ErrorRecord } from "../../model/codec/error.ts";
import type { AttemptRecord, StepRecord } from "../../model/records.ts";

/** @returns empty when it was the function itself */
export function culpritsOf(
  errorText: string | null,
  { steps, attempts }: { readonly steps: readonly StepRecord[]; readonly attempts: readonly AttemptRecord[] },
): readonly StepRecord[] {
  const completions = steps.filter(({ order }) => order !== null).toSorted((a, b) => (a.order ?? 0) - (b.order ?? 0));
  const failures = completions.filter(isFailure).map((step) => ({ step, error: recordOf(step.errorText) }));
  const guilty = new Set<StepRecord>();
  for (const thrown of chainOf(errorText)) {
    const same = failures.flatMap(({ step, error }) => (error !== undefined && isSameError(error, thrown) ? [step] : []));
    for (const step of lastTogether(same, attempts)) guilty.add(step);
  }
  if (guilty.size > 0) return completions.filter((step) => guilty.has(step));
  const latest = completions.at(-1);
  return latest !== undefined && isFailure(latest) ? [latest] : [];
}

const isFailure = ({ status, kind }: StepRecord): boolean => status === "failed" && kind !== "compensation";

/** The last of them, and those that were under way with it. */
function lastTogether(same: readonly StepRecord[], attempts: readonly AttemptRecord[]): readonly StepRecord[] {
  let begunAt = Number.NEGATIVE_INFINITY;
  const together: StepRecord[] = [];
  for (const step of same.toReversed()) {
    if ((step.finishedAt ?? 0) < begunAt) break;
    together.push(step);
    begunAt = Math.min(together.length === 1 ? Number.POSITIVE_INFINITY : begunAt, begun(step, attempts));
  }
  return together;
}

/** When its first attempt began: its row says that of the last. */
const begun = (step: StepRecord, attempts: readonly AttemptRecord[]): number =>
  Math.min(step.startedAt, ...attempts.filter((attempt) => isSame(attempt, step)).map(({ startedAt }) => startedAt));

const isSame = (a: AttemptRecord, b: StepRecord): boolean => a.name === b.name && a.n === b.n && a.scope === b.scope && a.kind === b.kind;

/** The error, its causes, and what it gathers. */
function chainOf(text: string | null): readonly ErrorRecord[] {
  const found: ErrorRecord[] = [];
  const open = [recordOf(text)];
  for (let next = open.shift(); open.length > 0 || next !== undefined; next = open.shift()) {
    if (next === undefined || found.length > MAX_ERRORS) continue;
    found.push(next);
    open.push(next.cause ?? undefined, ...(next.errors ?? []));
  }
  return found;
}

const MAX_ERRORS = 1_000;

const isSameError = (a: ErrorRecord, b: ErrorRecord): boolean =>
  a.name === b.name && a.message === b.message && a.code === b.code && (a.stack === b.stack || a.stack === null || b.stack === null);

const recordOf = (text: string | null): ErrorRecord | undefined => {
  try {
    return text === null ? undefined : decodeErrorRecord(text);
  } catch {
    return undefined; // damaged: it is no other's error
  }
};
