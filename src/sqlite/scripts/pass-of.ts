/** What a pass has left: read from the mark of the pass and from its open steps, in one moment. */
import type { ScriptPass } from "../../engine/store/scripts.ts";
import type { StepRecord } from "../../model/records.ts";
import { readRunner } from "../../model/scripts/running.ts";
import { stepHistory } from "../tables/steps.ts";
import { type CallParts, markOf } from "./passes.ts";

/** @throws CORRUPT when a row that it stands on is damaged */
export function passOf({ db, host }: CallParts, executionId: string, term: number): ScriptPass {
  const mark = markOf(db, { executionId, term });
  const open = stepHistory(db, executionId, 0).filter(({ order }) => order === null);
  const waits = open.filter(isWait).toSorted((a, b) => (a.wakeAt ?? Number.POSITIVE_INFINITY) - (b.wakeAt ?? Number.POSITIVE_INFINITY));
  const isRunning = ({ status, detail }: StepRecord): boolean => {
    const runner = status === "running" ? readRunner(detail) : undefined;
    return runner !== undefined && host.liveness(runner.process) === "alive";
  };
  return {
    parks: mark.parks === 1,
    wakeAt: waits[0]?.wakeAt ?? null,
    waitsFor: waits[0] === undefined ? null : reasonOf(waits[0]),
    // A look for an event takes the first that has come, in the same transaction: what is there now has come since.
    events: open.filter(({ status }) => status === "waiting").map(({ name }) => ({ name, afterCursor: 0 })),
    running: open.filter(isRunning),
    ended: mark.ended === null ? null : { outputText: mark.output, failed: mark.ended === "failed" },
    inDoubt: open.find(({ status }) => status === "in-doubt") ?? null,
  };
}

/** A step that was cut off between two attempts waits for nothing: the next pass begins it. */
const isWait = ({ status, wakeAt }: StepRecord): boolean =>
  status === "sleeping" || status === "waiting" || (status === "retrying" && wakeAt !== null);

const reasonOf = ({ kind, name }: StepRecord): NonNullable<ScriptPass["waitsFor"]> => {
  if (kind === "sleep") return { kind: "sleep", detail: `sleep "${name}"` };
  if (kind === "event") return { kind: "event", detail: `event "${name}"` };
  return { kind: "retry", detail: `step "${name}"` };
};
