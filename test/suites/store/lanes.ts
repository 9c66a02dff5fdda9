/** Starts with limits, for the topics about them. */
import type { Creation, Store } from "../../../src/engine/store.ts";
import type { FlowLimits } from "../../../src/model/flow.ts";
import type { ExecutionRecord, WorkerRecord } from "../../../src/model/records.ts";
import { execution, NOW, worker } from "./samples.ts";

export const running = (
  limit: number,
  onLimit: NonNullable<FlowLimits["concurrency"]>["onLimit"] = "queue",
  lane = "import",
): FlowLimits => ({
  concurrency: { lane, limit, onLimit },
  rate: null,
});

export interface Starting {
  readonly limits?: FlowLimits;
  readonly claimFor?: WorkerRecord;
  readonly parts?: Partial<ExecutionRecord>;
}

/** One of lane "import", unless its limits say otherwise; limit 1. */
export const begin = (store: Store, id: string, { limits = running(1), claimFor, parts }: Starting = {}): Promise<Creation> =>
  store.create(execution(id, { lane: limits.concurrency?.lane ?? null, ...parts }), {
    ...(claimFor === undefined ? {} : { claimFor }),
    limits,
  });

/** Ids that a claim hands out. */
export const claim = async (
  store: Store,
  owner: WorkerRecord = worker("w9", 900),
  { now = NOW, limit = 10 } = {},
): Promise<readonly string[]> => (await store.claimDue({ worker: owner, now, limit })).claimed.map(({ lease }) => lease.executionId);

export const IN_LINE = { status: "pending", reason: "concurrency", reasonDetail: null, wakeAt: null } as const;
