/**
 * Whether an owner is gone, so that what it owns may be taken.
 *
 *     its process, as the machine sees it     heartbeat                                                 gone?
 *     alive                                   however old                                               no
 *     dead                                    however fresh                                             yes
 *     unknown, same boot of one machine       older than the lease by the boot clock                    yes, else no
 *     unknown, elsewhere                      older than the lease and the allowance by the wall clock  yes, else no
 *
 * "Unknown" is a process whose id means nothing here: one in another container, or on another machine. The boot clock is the same for all
 * processes of a machine and nobody can set it. Between machines only wall clocks can be compared, and those differ.
 *
 * A process that is alive but stopped (SIGSTOP, a debugger, a closed lid) keeps what it owns.
 */
import type { ProcessIdentity, WorkerRecord } from "../model/records.ts";

/**
 * How long an owner that cannot be looked up keeps its executions without a heartbeat, in milliseconds.
 *
 * Heartbeats come every 10 s. Shorter takes executions from a process that was only slow; longer lets those of a dead one wait.
 */
export const LEASE_MS = 30_000;

/**
 * How far the wall clocks of two machines may be apart; more than NTP ever leaves, and than a person would set by hand without noticing.
 */
export const CLOCK_SKEW_MS = 120_000;

export interface OwnerFacts {
  readonly liveness: "alive" | "dead" | "unknown";
  readonly isSameBoot: boolean;
  /** Since the last heartbeat, by the boot clock; means nothing unless `isSameBoot`. */
  readonly bootAgeMs: number;
  /** The same by the wall clock. */
  readonly wallAgeMs: number;
}

export function isOwnerGone({ liveness, isSameBoot, bootAgeMs, wallAgeMs }: OwnerFacts): boolean {
  switch (liveness) {
    case "alive":
      return false;
    case "dead":
      return true;
    case "unknown":
      return isSameBoot ? bootAgeMs > LEASE_MS : wallAgeMs > LEASE_MS + CLOCK_SKEW_MS;
    default:
      return liveness satisfies never;
  }
}

/** What the decision needs of the machine; a `StoreHost` has it. */
export interface OwnershipHost {
  now(): number;
  boot(): number;
  readonly self: ProcessIdentity;
  liveness(identity: ProcessIdentity): "alive" | "dead" | "unknown";
  /** Something was asked of an execution that is owned, or that it waits for has come: its owner may be this very process. */
  tellOwners?(): void;
}

export const isWorkerGone = (worker: WorkerRecord, host: OwnershipHost): boolean =>
  isOwnerGone({
    liveness: host.liveness(worker),
    isSameBoot: worker.bootId === host.self.bootId,
    bootAgeMs: host.boot() - worker.seenBootMs,
    wallAgeMs: host.now() - worker.seenAt,
  });
