/** The worker that owns an execution, if its process is not gone. */
import type { WorkerRecord } from "../model/records.ts";
import { isWorkerGone, type OwnershipHost } from "./ownership.ts";
import type { Queries } from "./query.ts";
import { findWorker } from "./tables/workers.ts";

export function liveOwner(db: Queries, owner: string | null, host: OwnershipHost): WorkerRecord | undefined {
  const worker = owner === null ? undefined : findWorker(db, owner);
  return worker === undefined || isWorkerGone(worker, host) ? undefined : worker;
}
