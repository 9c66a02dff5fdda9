/**
 * Takes executions from owners that are gone.
 *
 *     panics so far, this one included         becomes
 *     1                                        due at once
 *     2 … maxRestarts                          due after a delay that grows
 *     more than maxRestarts                    blocked: crash-loop, until a person decides
 *     (its cancellation was asked for)         cancelled
 *
 * The panic is counted here, in the transaction that takes it and before any of its code runs again: whatever that code does to its
 * process, the count goes up, and the loop ends.
 */
import type { ClaimResult, StoreHost } from "../engine/store.ts";
import { fail } from "../model/errors.ts";
import { toIsoOfStored as toIso } from "../model/instant.ts";
import type { ExecutionRecord, WorkerRecord } from "../model/records.ts";
import { panicDelayMs } from "../model/retry.ts";
import { forItsScript, isOwnScript } from "../model/scripts/origin.ts";
import { cancelNow } from "./cancel.ts";
import { honourRequests } from "./operations/requests.ts";
import { isWorkerGone, type OwnershipHost } from "./ownership.ts";
import { openLaneOf } from "./places.ts";
import type { Queries } from "./query.ts";
import { findExecution, markDamaged, ownedBy, saveExecution, type StoredExecution, unknownOwners } from "./tables/executions.ts";
import { addLog } from "./tables/logs.ts";
import { addPanic } from "./tables/panics.ts";
import { hasCompensations } from "./tables/steps.ts";
import { forgetWorker, listOwners, listWorkers } from "./tables/workers.ts";
import { due, released } from "./transition.ts";

/** What a decision about the dead needs of the machine, and of the codec. */
export interface RecoveryHost extends OwnershipHost {
  chance(): number;
  encodeError(error: unknown): string;
  /** Executions with rows so damaged that they cannot be marked; this process leaves them alone. */
  readonly unmarkable: Set<string>;
}

/** @param tellOwners see `OwnershipHost` */
export const recoveryHost = (
  host: StoreHost,
  { encodeError, unmarkable, tellOwners }: Pick<RecoveryHost, "encodeError" | "unmarkable"> & { readonly tellOwners: () => void },
): RecoveryHost => ({
  unmarkable,
  tellOwners,
  now: () => host.now(),
  boot: () => host.boot(),
  chance: () => host.chance(),
  self: host.self,
  liveness: (identity) => host.liveness(identity),
  encodeError,
});

export type Blocked = ClaimResult["blocked"];

/** Bounds the length of one transaction; what is left comes with the next claim. */
const RECOVER_MAX = 500;

/** Owners, other than the one who asks, that are gone. */
export const goneOwners = (db: Queries, self: string, host: OwnershipHost): readonly WorkerRecord[] => [
  ...listOwners(db, self).filter((worker) => isWorkerGone(worker, host)),
  ...strangers(db),
];

/** Owners that no row of a worker stands for, which only damage can make: nobody else would ever let go of what they own. */
const strangers = (db: Queries): readonly WorkerRecord[] =>
  unknownOwners(db).map((id) => ({
    ...{ id, role: "client", version: "", host: "?", bootId: "", pid: 0, startTime: "" },
    ...{ startedAt: 0, seenAt: 0, seenBootMs: 0 },
  }));

/**
 * @param dueAt when what is taken up again at once becomes due; a sweep that began earlier shall still see it
 * @returns those that are now blocked
 */
export function recoverOrphans(
  db: Queries,
  host: RecoveryHost,
  { self, dueAt }: { readonly self: string; readonly dueAt: number },
): Blocked {
  const blocked: { id: string; workflow: string }[] = [];
  let left = RECOVER_MAX;
  for (const worker of goneOwners(db, self, host)) {
    const ids = ownedBy(db, worker.id, left);
    left -= ids.length;
    for (const id of ids) {
      if (host.unmarkable.has(id)) continue;
      const record = recoverOne(db, host, { id, worker, dueAt });
      if (record?.status === "blocked") blocked.push({ id, workflow: record.workflow });
    }
  }
  forgetIdle(db, self, host);
  return blocked;
}

export function recoverOne(
  db: Queries,
  host: RecoveryHost,
  { id, worker, dueAt }: { readonly id: string; readonly worker: WorkerRecord; readonly dueAt: number },
): ExecutionRecord | undefined {
  const stored = findExecution(db, id);
  if (stored === undefined) return undefined;
  if (stored.isDamaged) {
    setAside(db, host, id, host.now());
    return stored.record;
  }
  // A damaged index leads to rows that are not the dead owner's.
  if (stored.owner !== worker.id) return undefined;
  if (stored.cancel !== null && !hasCompensations(db, id)) return cancelNow(db, stored, stored.cancel, host);
  if (isOwnScript(stored.record)) return leftByItsScript(db, stored, worker, host);
  const record = honourRequests(db, afterPanic(stored, host, dueAt), host.now());
  saveExecution(db, released(stored, record, host.now()));
  addPanic(db, id, { at: host.now(), cause: `process ${worker.pid} on ${worker.host} ended` });
  addLog(db, id, { at: host.now(), level: "warn", source: "wf", message: describe(record, worker), dataText: null, step: null });
  return record;
}

/** Its end is no panic: whoever began it may have stopped it, and runs it again. */
function leftByItsScript(db: Queries, stored: StoredExecution, { pid }: WorkerRecord, host: RecoveryHost): ExecutionRecord {
  const left = released(stored, honourRequests(db, { ...stored.record, ...due(host.now()) }, host.now()), host.now());
  saveExecution(db, left);
  const message = `Its script (process ${pid}) has ended before the execution did; it goes on when the script is run again`;
  addLog(db, stored.record.id, { at: host.now(), level: "warn", source: "wf", message, dataText: null, step: null });
  return forItsScript(left.record);
}

/** Nobody owns it from now on. Where its row cannot even say that, this process knows it, and its place is free. */
export function setAside(db: Queries, host: RecoveryHost, id: string, now: number): void {
  if (markDamaged(db, id, now)) return;
  host.unmarkable.add(id);
  openLaneOf(db, id);
}

function afterPanic({ record }: StoredExecution, host: RecoveryHost, dueAt: number): ExecutionRecord {
  const panics = record.panics + 1;
  if (panics > record.panic.maxRestarts) {
    const { message } = fail("CRASH_LOOP", { id: record.id, panics });
    return { ...record, panics, status: "blocked", reason: "crash-loop", reasonDetail: message, wakeAt: null };
  }
  const restarted = { ...record, panics, restarts: record.restarts + 1 };
  if (panics === 1) return { ...restarted, ...due(dueAt), reason: "restart" };
  const wakeAt = host.now() + panicDelayMs(record.panic, panics - 1, () => host.chance());
  return { ...restarted, ...due(Math.min(wakeAt, record.deadlineAt ?? wakeAt)), reason: "restart" };
}

function describe({ status, restarts, panics, panic, wakeAt }: ExecutionRecord, { pid, host, seenAt }: WorkerRecord): string {
  const died = `Process ${pid} on ${host} ended in the middle of it (last seen ${toIso(seenAt)})`;
  if (status === "blocked") return `${died}; that was number ${panics} without a finished step, and it is not restarted again`;
  if (status === "paused") return `${died}; it stays paused, as was asked for`;
  const when = panics === 1 || wakeAt === null ? "at once" : `at ${toIso(wakeAt)}`;
  return `${died}; restart ${restarts}, ${when} (${panics} of at most ${panic.maxRestarts} without a finished step)`;
}

/** Rows of processes that ended owning nothing. */
function forgetIdle(db: Queries, self: string, host: OwnershipHost): void {
  for (const worker of listWorkers(db)) if (worker.id !== self && isWorkerGone(worker, host)) forgetWorker(db, worker.id);
}
