/**
 * Waking: a sleep, or the wait before another attempt, ends now.
 *
 * Without a step's name it is the one that would end first; with one it may also be the time-out of a wait for an event, whose code is
 * then given null. A start is put forward too, but never past a limit: a place or a rate is not there for the asking.
 */
import { RATE_LIMITED } from "../../model/lane.ts";
import type { ExecutionRecord, StepRecord } from "../../model/records.ts";
import { isTerminal } from "../../model/status.ts";
import { identityText, namesOf } from "../../model/step-reference.ts";
import { earliestStart } from "../rates.ts";
import { addRequest } from "../tables/requests.ts";
import { saveExecution, type StoredExecution } from "../tables/executions.ts";
import { stepHistory } from "../tables/steps.ts";
import { due } from "../transition.ts";
import { decided, type Deed, found, over, ownerOf, refused, stepNamed } from "./refuse.ts";
import { endWait, firstTimed } from "./requests.ts";

export function wake(deed: Deed, id: string, reference: string | null): ExecutionRecord {
  const { db, act } = deed;
  const stored = found(db, id);
  const { record } = stored;
  if (isTerminal(record.status)) throw over(record, "wake");
  if (record.status === "paused" || record.status === "blocked") {
    throw refused(record, "wake", `it is ${record.status}`, `\`wf resume ${id}\` takes it up again; \`wf why ${id}\` says why it stands.`);
  }
  const step = waitOf(stored, stepHistory(db, id, stored.stepCount), reference);
  if (step === undefined && isHeldByRate(deed, record)) {
    throw refused(record, "wake", "the rate limit of its workflow does not let it begin sooner", `\`wf why ${id}\` says when it does.`);
  }
  const detail = step === undefined ? null : (namesOf([step])[0] ?? step.name);
  if (step !== undefined && ownerOf(deed, stored) !== undefined) {
    addRequest(db, id, { action: "wake", detail: identityText(step), at: act.at, by: act.by });
    decided(deed, id, "wake", detail);
    return record;
  }
  if (step !== undefined) endWait(db, id, identityText(step), act.at);
  // One whose owner is dead is due as it is: the next claim takes it from there.
  const next = stored.owner === null ? { ...record, ...due(act.at) } : record;
  saveExecution(db, { ...stored, record: next });
  decided(deed, id, "wake", detail);
  return next;
}

/** The row whose wait ends; undefined for one that has not begun, or waits for its restart: those are only made due. */
function waitOf({ record }: StoredExecution, steps: readonly StepRecord[], reference: string | null): StepRecord | undefined {
  if (reference !== null) {
    return stepNamed(record, { steps, reference, isMeant: isWait }, ({ name, status }) =>
      refused(record, "wake", `its step "${name}" is ${status} and waits for no time`, `\`wf history ${record.id}\` shows what waits.`),
    );
  }
  const first = firstTimed(steps);
  if (first !== undefined) return first;
  if (record.status === "pending" && record.reason !== "concurrency") return undefined;
  throw refused(record, "wake", `it ${whatItDoes(record)}`, nextOf(record, steps));
}

/** Made due it would be put off again, to no earlier time, as soon as it was taken up. */
const isHeldByRate = ({ db, act }: Deed, { id, reasonDetail, wakeAt }: ExecutionRecord): boolean =>
  reasonDetail === RATE_LIMITED && wakeAt !== null && (earliestStart(db, id, act.at) ?? act.at) >= wakeAt;

const isWait = ({ kind, status }: StepRecord): boolean =>
  status === "sleeping" || status === "retrying" || (status === "waiting" && kind !== "child");

const whatItDoes = ({ status, reason }: ExecutionRecord): string => {
  if (status === "running") return "is running and sleeps nowhere";
  if (reason === "concurrency") return "waits until fewer executions of its workflow run";
  return reason === "event" ? "waits for an event, which no time ends" : "sleeps nowhere";
};

const nextOf = ({ id }: ExecutionRecord, steps: readonly StepRecord[]): string => {
  const waiting = steps.find(({ status, kind }) => status === "waiting" && kind !== "child");
  if (waiting === undefined) return `\`wf why ${id}\` says what it waits for.`;
  return waiting.kind === "approval"
    ? `\`wf approve ${id}\` or \`wf reject ${id}\` answers it; \`--step\` ends its time-out.`
    : `\`wf send ${id} <event>\` ends it; \`--step\` ends its time-out, which gives null.`;
};
