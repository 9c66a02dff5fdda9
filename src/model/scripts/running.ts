/**
 * Who runs a step of a script, as the detail of its row says it: the process of `wf step`, its pass, and the command it has started.
 */
import type { ProcessIdentity } from "../records.ts";

export interface StepRunner {
  /** The pass in which this attempt began. */
  readonly term: number;
  readonly process: ProcessIdentity;
  readonly command: ProcessIdentity | null;
  /** The first attempt of this round: earlier ones are of rounds that were given up. */
  readonly round: number;
}

export const runnerText = ({ term, round, process: self, command }: StepRunner): string =>
  JSON.stringify({ term, round, process: bare(self), ...(command === null ? {} : { command: bare(command) }) });

/** Undefined for a row that no `wf step` has written. */
export function readRunner(detail: string | null): StepRunner | undefined {
  if (detail === null) return undefined;
  try {
    const { term, round, process: self, command } = JSON.parse(detail) as Partial<Record<keyof StepRunner, unknown>>;
    if (typeof term !== "number" || typeof round !== "number" || !isIdentity(self)) return undefined;
    return { term, round, process: self, command: isIdentity(command) ? command : null };
  } catch {
    return undefined;
  }
}

export const isSameProcess = (a: ProcessIdentity, b: ProcessIdentity): boolean =>
  a.pid === b.pid && a.startTime === b.startTime && a.bootId === b.bootId && a.host === b.host;

/** A worker's record is one, too, and has more. */
const bare = ({ host, bootId, pid, startTime }: ProcessIdentity): ProcessIdentity => ({ host, bootId, pid, startTime });

const isIdentity = (value: unknown): value is ProcessIdentity => {
  const { host, bootId, pid, startTime } = (value ?? {}) as Partial<Record<keyof ProcessIdentity, unknown>>;
  return typeof host === "string" && typeof bootId === "string" && typeof pid === "number" && typeof startTime === "string";
};
