/**
 * Ends a process with all that has come from it: TERM, then KILL for what is left after the grace.
 *
 * By parentage, since the command of a step shares the group of its script. Who has made itself a child of the first process meanwhile (a
 * daemon) is not met.
 */
import type { ProcessIdentity } from "../model/records.ts";
import { descendantsOf } from "./lineage.ts";
import { livenessOf } from "./processes.ts";
import { lookUp } from "./process-table.ts";

const GRACE_MS = 5_000;
const LOOK_MS = 20;

/** Settles when nobody of it does anything any more. @param isGone whether the process itself is, as its parent knows */
export async function endTree(pid: number, isGone: () => boolean, graceMs: number = GRACE_MS): Promise<void> {
  const met = new Set([pid]);
  const meet = (): readonly number[] => {
    for (const each of [...met]) for (const child of descendantsOf(each)) met.add(child);
    return [...met].filter((each) => (each === pid ? !isGone() : isLiving(each)));
  };
  send(meet(), "SIGTERM");
  for (let waitedMs = 0; waitedMs < graceMs && meet().length > 0; waitedMs += LOOK_MS) await pause(LOOK_MS);
  for (let waitedMs = 0; waitedMs < graceMs && meet().length > 0; waitedMs += LOOK_MS) {
    send(meet(), "SIGKILL");
    await pause(LOOK_MS);
  }
}

/** Of a process that is not our child. Gives whether it was there. */
export async function endLeft(identity: ProcessIdentity, self: ProcessIdentity): Promise<boolean> {
  const isGone = (): boolean => livenessOf(identity, self, lookUp) !== "alive";
  if (isGone()) return false;
  await endTree(identity.pid, isGone);
  return true;
}

const isLiving = (pid: number): boolean => {
  const sighting = lookUp(pid);
  return sighting.kind === "seen" && !sighting.isZombie;
};

const send = (pids: readonly number[], signal: "SIGTERM" | "SIGKILL"): void => {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended in between, or is another user's.
    }
  }
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
