/** The real machine behind a call of a script. */
import { writeSync } from "node:fs";
import type { ProcessIdentity } from "../model/records.ts";
import type { StepMachine } from "../model/scripts/step-machine.ts";
import { isReaderGone, writeAll } from "../model/write-all.ts";
import { systemClock } from "./clock.ts";
import { descendsFrom } from "./lineage.ts";
import { systemProcesses } from "./processes.ts";

export const stepMachine: StepMachine = {
  get self() {
    return systemProcesses.self;
  },
  now: () => systemClock.now(),
  chance: () => Math.random(),
  pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  descendsFrom: (identity) => descendsFrom(identity, systemProcesses.self),
  run: async (run) => (await import("./command.ts")).runCommand(run, (chunk) => stepMachine.writeStderr(chunk)),
  endLeft: async (identity) => (await import("./end-tree.ts")).endLeft(identity, systemProcesses.self),
  writeStdout: (bytes) => write(1, bytes),
  outputProblem: () => problem,
  writeStderr: (bytes) => write(2, bytes),
  note: (text) => write(2, new TextEncoder().encode(`wf: ${text}\n`)),
};

/** The same machine, as a store sees it. */
export const callHost = {
  now: (): number => systemClock.now(),
  boot: (): number => systemClock.boot(),
  chance: (): number => Math.random(),
  after: (ms: number, fn: () => void): void => void setTimeout(fn, ms),
  turn: (fn: () => void): void => void setImmediate(fn),
  get self(): ProcessIdentity {
    return systemProcesses.self;
  },
  liveness: (identity: ProcessIdentity) => systemProcesses.liveness(identity),
};

/** Descriptors whose reader has gone. */
const closed = new Set<number>();

/** Why standard output could not be written. */
let problem: Error | undefined;

/** Complete when it returns. */
function write(fd: 1 | 2, bytes: Uint8Array): void {
  if (closed.has(fd)) return;
  try {
    writeAll(fd, bytes, writeSync);
  } catch (error) {
    closed.add(fd);
    if (fd === 1 && !isReaderGone(error)) problem = error as Error;
  }
}
