/** Who has an execution, as one sentence; and whether that is anybody who will move it. */
import { quoted } from "../model/escape.ts";
import type { ExecutionRecord, WorkerRecord, WorkerRole } from "../model/records.ts";
import { when } from "./why-text.ts";

export interface OwnerFacts {
  readonly execution: ExecutionRecord;
  readonly owner: WorkerRecord | undefined;
  readonly ownerLiveness: "alive" | "dead" | "unknown" | undefined;
  readonly now: number;
}

/** A process of another host may live: until its lease runs out it has the right. */
export const isInHand = ({ owner, ownerLiveness }: OwnerFacts): boolean => owner !== undefined && ownerLiveness !== "dead";

export const describeOwner = ({ execution, owner, ownerLiveness, now }: OwnerFacts): string => {
  if (owner === undefined) return execution.status === "running" ? "No process has it; the next tick or daemon takes it up." : "";
  const who = `process ${owner.pid} on host ${quoted(owner.host)} (${nameOf(owner.role)})`;
  switch (ownerLiveness) {
    case "alive":
      return `It is in the hands of ${who}, which is alive.`;
    case "dead":
      return `It was in the hands of ${who}, which is gone; the next tick or daemon takes it up.`;
    case "unknown":
    case undefined:
      return `It is in the hands of ${who}, last seen ${when(owner.seenAt, now)}; whether that still lives cannot be seen from here.`;
    default:
      return ownerLiveness satisfies never;
  }
};

const nameOf = (role: WorkerRole): string => {
  switch (role) {
    case "run":
      return "wf run";
    case "tick":
      return "wf tick";
    case "daemon":
      return "wf daemon";
    case "client":
      return "a program of its own";
    default:
      return role satisfies never;
  }
};
