/**
 * `wf begin`, outside of a workflow file: the script's own process becomes the owner.
 *
 *     no such execution                         made, and owned from the start
 *     owned by another process that lives       told; nothing changes. The same for one of the same group that began it, and lives
 *     by the same process, or by a dead one     a new pass, with the finished steps kept
 *     failed                                    the same: it goes on from what is finished
 *     completed, cancelled, blocked, paused,    refused
 *     not made by `wf begin`, other input
 */
import type { BeginAnswer, ScriptBegin } from "../../engine/store/scripts.ts";
import type { ExecutionRecord, ProcessIdentity } from "../../model/records.ts";
import { beginnerOf } from "../../model/scripts/beginner.ts";
import { isSameProcess } from "../../model/scripts/running.ts";
import type { Fences } from "../fences.ts";
import { createExecution } from "../create.ts";
import type { LimitHost } from "../limits.ts";
import { liveOwner } from "../live-owner.ts";
import type { Queries } from "../query.ts";
import { saveExecution, type StoredExecution } from "../tables/executions.ts";
import { countSteps } from "../tables/steps.ts";
import { ensureWorker, forgetWorker } from "../tables/workers.ts";
import { taken } from "../take.ts";
import { soundExecution } from "../transition.ts";
import { isBegun } from "./passes.ts";

interface BeginParts {
  readonly db: Queries;
  readonly host: LimitHost;
  readonly fences: Fences;
}

export function begin(parts: BeginParts, asked: ScriptBegin): BeginAnswer {
  const { db, host } = parts;
  const { execution, owner } = asked;
  const stored = soundExecution(db, execution.id);
  if (stored === undefined) {
    createExecution(db, execution, { claimFor: owner }, parts);
    return { kind: "begun", execution, isNew: true };
  }
  const why = refusal(stored, execution);
  if (why !== undefined) return { kind: "refused", execution: stored.record, why };
  const other = otherOwner(parts, stored.owner, asked);
  if (other !== undefined) return { kind: "owned", execution: stored.record, owner: other };
  ensureWorker(db, owner, host);
  const next = taken(reopened(stored, countSteps(db, execution.id)), owner.id, host.now());
  saveExecution(db, next);
  if (stored.owner !== null && stored.owner !== owner.id) forgetWorker(db, stored.owner);
  return { kind: "begun", execution: next.record, isNew: false };
}

/** Another script that lives and has the execution. */
function otherOwner({ db, host }: BeginParts, id: string | null, { owner, comesFrom }: ScriptBegin): ProcessIdentity | undefined {
  const live = liveOwner(db, id, host);
  if (live === undefined || !isSameProcess(live, owner)) return live;
  const beginner = beginnerOf(live);
  return beginner !== undefined && host.liveness(beginner) === "alive" && !comesFrom(beginner) ? beginner : undefined;
}

type Refused = Extract<BeginAnswer, { kind: "refused" }>["why"];

function refusal(stored: StoredExecution, wanted: ExecutionRecord): Refused | undefined {
  const { status, inputText, workflow } = stored.record;
  if (!isBegun(stored)) return "not-begun";
  if (inputText !== wanted.inputText || workflow !== wanted.workflow) return "other-input";
  if (status === "completed" || status === "cancelled") return "over";
  return status === "blocked" || status === "paused" ? status : undefined;
}

/** An execution that failed is open again; how it was cancelled last does not concern the new pass. */
function reopened(stored: StoredExecution, stepCount: number): StoredExecution {
  const { record } = stored;
  if (record.status !== "failed") return { ...stored, stepCount };
  return {
    ...stored,
    stepCount,
    cancel: null,
    record: { ...record, status: "pending", reason: "queued", errorText: null, finishedAt: null },
  };
}
