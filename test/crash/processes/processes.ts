/** What the system says of processes that a rig did not start itself: the worker of a daemon, above all. */
import { readFileSync } from "node:fs";

/** Pids of the processes that descend from this one. */
export const descendants = (pid: number): readonly number[] => {
  let children: readonly number[];
  try {
    children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
  } catch {
    return []; // it has ended
  }
  return [...children, ...children.flatMap(descendants)];
};

/** A zombie has ended, whoever is late to notice. */
export const isRunning = (pid: number): boolean => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3) !== "Z";
  } catch {
    return false;
  }
};
