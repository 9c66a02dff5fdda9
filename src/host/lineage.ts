/**
 * Where a process comes from, and what comes from it: parents, process groups, descendants.
 *
 * The table is read whole, in one look: on Linux from /proc, elsewhere by `ps`. A process whose parent has ended belongs to the first
 * process of the system and is nobody's descendant any more.
 */
import { readdirSync, readFileSync } from "node:fs";
import type { ProcessIdentity } from "../model/records.ts";
import { livenessOf } from "./processes.ts";
import { lookUp } from "./process-table.ts";

export interface Kin {
  readonly parent: number;
  readonly group: number;
}

/** What the system says of a process; undefined for one that is gone or hidden. */
export type KinOf = (pid: number) => Kin | undefined;

/** Deeper than any chain of shells; bounds a table that changes under the look. */
const MAX_DEPTH = 200;

/** The ancestors of a process, the nearest first. */
export function ancestorsOf(pid: number, kinOf: KinOf = kinNow): readonly number[] {
  const found: number[] = [];
  for (let at = kinOf(pid)?.parent; at !== undefined && at > 0 && found.length < MAX_DEPTH; at = kinOf(at)?.parent) found.push(at);
  return found;
}

/** Programs that run another one and end with it: no script calls `wf` by being one of them. With the names that macOS has for GNU's. */
const WRAPPER = /^(?:.*\/)?g?(?:doas|env|nice|nohup|setsid|stdbuf|sudo|time|timeout)$/;

/** What is asked of the system. */
export interface Sight {
  readonly kinOf: KinOf;
  /** Program and arguments. */
  readonly commandOf: (pid: number) => readonly string[] | undefined;
  /** Only its name, or its path. */
  readonly programOf: (pid: number) => string | undefined;
}

const SYSTEM: Sight = {
  kinOf: (pid) => kinNow(pid),
  commandOf: (pid) => commandLineOf(pid),
  programOf: (pid) => (process.platform === "linux" ? commandLineOf(pid)?.[0] : programByPs(pid)),
};

/**
 * The process of the script that called this one: the leader of its process group, or else who called. A program in the middle of the chain
 * (`make`, a subshell) may end before the script does, and so does what is written before `wf`: the group is that of whoever wrote
 * `timeout 20 wf begin`, since `timeout` leads one of its own.
 */
export function scriptProcess(pid: number, sight: Sight = SYSTEM): number | undefined {
  const { kinOf } = sight;
  const [caller, ...others] = callersOf(pid, sight);
  if (caller === undefined) return undefined;
  const isWrapped = kinOf(pid)?.parent !== caller;
  const leader = kinOf(isWrapped ? caller : pid)?.group;
  return leader !== undefined && [caller, ...others].includes(leader) ? leader : callingProcess(pid, undefined, sight);
}

/**
 * The process that called this one, and not a copy that its shell has made of itself for `$( … )` or a pipe.
 *
 * @param last where to stop
 */
export function callingProcess(pid: number, last: number | undefined, sight: Sight = SYSTEM): number | undefined {
  const [first, ...others] = callersOf(pid, sight);
  const command = first === undefined ? undefined : sight.commandOf(first)?.join("\0");
  let caller = first;
  for (const each of others) {
    if (caller === last || command === undefined || sight.commandOf(each)?.join("\0") !== command) break;
    caller = each;
  }
  return caller;
}

/** Its ancestors from the first on that is more than a wrapper around it. */
const callersOf = (pid: number, { kinOf, programOf }: Sight): readonly number[] => {
  const ancestors = ancestorsOf(pid, kinOf);
  const at = ancestors.findIndex((each) => !WRAPPER.test(programOf(each) ?? ""));
  return at < 0 ? ancestors : ancestors.slice(at);
};

/** All that have come from a process, and still live, the nearest first. */
export function descendantsOf(pid: number, parents: ReadonlyMap<number, number> = parentsNow()): readonly number[] {
  const found = [pid];
  for (const each of found) for (const [child, parent] of parents) if (parent === each && !found.includes(child)) found.push(child);
  return found.slice(1);
}

/** Whether this process comes from that one. */
export const descendsFrom = (identity: ProcessIdentity, self: ProcessIdentity): boolean =>
  livenessOf(identity, self, lookUp) === "alive" && ancestorsOf(self.pid).includes(identity.pid);

/** Of any process of this machine; undefined when it is gone or hidden. */
export function identityOf(pid: number, self: ProcessIdentity): ProcessIdentity | undefined {
  const sighting = lookUp(pid);
  return sighting.kind === "seen" ? { host: self.host, bootId: self.bootId, pid, startTime: sighting.startTime } : undefined;
}

/** Program and arguments, as they were given; undefined where the system does not tell. */
export function commandLineOf(pid: number): readonly string[] | undefined {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").replace(/\0$/, "").split("\0");
    return words[0] === "" ? undefined : words;
  } catch {
    return undefined;
  }
}

/** The fields after the last parenthesis of `/proc/<pid>/stat`: state, parent, group. */
export const parseKin = (text: string): Kin | undefined => {
  const [, parent, group] = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return parent === undefined || group === undefined ? undefined : { parent: Number(parent), group: Number(group) };
};

const kinNow: KinOf = (pid) => {
  if (process.platform !== "linux") return kinByPs().get(pid);
  try {
    return parseKin(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return undefined;
  }
};

const parentsNow = (): ReadonlyMap<number, number> => {
  if (process.platform !== "linux") return new Map([...kinByPs()].map(([pid, { parent }]) => [pid, parent]));
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return new Map(pids.flatMap((pid) => [[Number(pid), kinNow(Number(pid))?.parent ?? 0] as const]));
};

const programByPs = (pid: number): string | undefined => {
  const { stdout } = Bun.spawnSync(["ps", "-o", "comm=", "-p", String(pid)], { stderr: "ignore" });
  return stdout.toString().trim() || undefined;
};

const kinByPs = (): ReadonlyMap<number, Kin> => {
  const { stdout } = Bun.spawnSync(["ps", "-axo", "pid=,ppid=,pgid="], { stderr: "ignore" });
  return new Map(
    stdout
      .toString()
      .split("\n")
      .flatMap((line) => {
        const [pid, parent, group] = line.trim().split(/\s+/).map(Number);
        return pid === undefined || parent === undefined || group === undefined ? [] : [[pid, { parent, group }] as const];
      }),
  );
};
