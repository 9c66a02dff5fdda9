/**
 * A new execution made of another one: with its history up to a step (`fork`), or with its input alone (`rerun`).
 *
 * What callers may rely on:
 *   1. The other one is only read, and what was done stands in the history of both.
 *   2. Results are copied as they are, children's too: no step, child or compensation of the other one runs again for them.
 *   3. A result that was set stands in the place of the recorded one; that of a step which is not kept waits until the code asks for it.
 */
import type { NewAgain, NewFork } from "../../engine/store/operations.ts";
import { fail } from "../../model/errors.ts";
import { assertWhole } from "../../model/for-looking.ts";
import { type ExecutionRecord, STEP_FLAGS, type StepRecord } from "../../model/records.ts";
import { isTerminal } from "../../model/status.ts";
import { identityText, namesOf } from "../../model/step-reference.ts";
import { createExecution } from "../create.ts";
import type { Fences } from "../fences.ts";
import { listAttempts } from "../tables/attempts.ts";
import { addDecision } from "../tables/decisions.ts";
import { saveExecution, type StoredExecution } from "../tables/executions.ts";
import { listMarks, saveMark } from "../tables/marks.ts";
import { saveStep, stepHistory } from "../tables/steps.ts";
import { culpritsOf } from "./culprit.ts";
import { decided, type Deed, found, refused, stepNamed } from "./refuse.ts";

export interface ForkDeed extends Deed {
  readonly fences: Fences;
}

export function rerun(deed: ForkDeed, id: string, again: NewAgain): ExecutionRecord {
  assertWhole(found(deed.db, id).record);
  const made = create(deed, again);
  tellBoth(deed, { id, made: made.record.id, action: "rerun", detail: null });
  return made.record;
}

export function fork(deed: ForkDeed, id: string, { from, set, ...again }: NewFork): ExecutionRecord {
  const { db } = deed;
  const source = found(db, id);
  assertWhole(source.record);
  const steps = stepHistory(db, id, source.stepCount);
  const first = from === null ? firstCulprit(deed, source, steps) : named(source.record, steps, from);
  const kept = steps.filter(({ kind, order }) => order !== null && order < (first.order ?? Infinity) && kind !== "compensation");
  const rows = new Map(kept.map((step) => [identityText(step), step]));
  for (const { step: reference, outputText } of set) {
    const step = settable(source.record, named(source.record, steps, reference));
    rows.set(identityText(step), replaced(step, outputText, rows.get(identityText(step))));
  }
  const made = create(deed, again);
  if (!isTerminal(made.record.status)) {
    for (const step of rows.values()) saveStep(db, made.record.id, step);
    for (const mark of listMarks(db, id)) saveMark(db, made.record.id, mark);
    // Only a later pass than the first reads what is recorded.
    saveExecution(db, { ...made, pass: 1, stepCount: rows.size });
  }
  tellBoth(deed, { id, made: made.record.id, action: "fork", detail: `from ${namesOf([first], steps)[0] ?? first.name}` });
  return made.record;
}

function create({ db, host, fences }: ForkDeed, { execution, limits }: NewAgain): StoredExecution {
  const { id } = execution;
  const creation = createExecution(db, execution, { limits }, { host, fences });
  if (!creation.created) throw fail("ID_TAKEN", { id });
  fences.forget(id);
  return found(db, id);
}

interface Tale {
  readonly id: string;
  readonly made: string;
  readonly action: string;
  readonly detail: string | null;
}

function tellBoth(deed: Deed, { id, made, action, detail }: Tale): void {
  const { at, by, reason } = deed.act;
  decided(deed, id, action, detail === null ? `as ${made}` : `${detail}, as ${made}`);
  addDecision(deed.db, made, { at, by, reason, action, detail: detail === null ? `of ${id}` : `of ${id}, ${detail}` });
}

function firstCulprit({ db }: Deed, { record }: StoredExecution, steps: readonly StepRecord[]): StepRecord {
  const guilty = record.status === "failed" ? culpritsOf(record.errorText, { steps, attempts: listAttempts(db, record.id) }) : [];
  const [first] = guilty;
  if (first !== undefined) return first;
  throw refused(record, "fork", "no step of it has failed, so it is not clear from where", "Name the step with --from <step>.");
}

const named = (record: ExecutionRecord, steps: readonly StepRecord[], reference: string): StepRecord =>
  stepNamed(record, { steps, reference, isMeant: ({ kind }) => kind !== "compensation" }, ({ name }) =>
    refused(record, "fork", `"${name}" undoes a step`, "Name the step itself."),
  );

/** What a wait gives has a form of its own, which others make. */
function settable(record: ExecutionRecord, step: StepRecord): StepRecord {
  const { kind, name } = step;
  if (kind !== "sleep" && kind !== "event" && kind !== "approval") return step;
  const next = "Fork from it, and answer the new execution with `wf send`, `wf approve` or `wf wake`.";
  throw refused(record, "fork", `"${name}" is of kind ${kind}, whose result cannot be set`, next);
}

const replaced = (step: StepRecord, outputText: string, kept: StepRecord | undefined): StepRecord => ({
  ...{ ...step, status: "completed", order: kept?.order ?? null, outputText, errorText: null, wakeAt: null },
  finishedAt: step.finishedAt ?? step.startedAt,
  flags: step.flags | STEP_FLAGS.settled,
});
