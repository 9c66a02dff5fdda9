/**
 * What the system knows of a process id: gone, or there with a state and a start time, or there but hidden from us.
 *
 * The start time is text in the unit of the system (clock ticks since boot on Linux, a date on macOS): it is only ever compared.
 */
import { readFileSync } from "node:fs";

export type Sighting =
  | { readonly kind: "gone" }
  | { readonly kind: "hidden" }
  | { readonly kind: "seen"; readonly isZombie: boolean; readonly startTime: string };

export type Look = (pid: number) => Sighting;

export const lookUp: Look = (pid) => (process.platform === "linux" ? lookUpInProc(pid) : lookUpWithPs(pid));

/**
 * The line of `/proc/<pid>/stat`. The second field, the name of the program in parentheses, may hold spaces and parentheses itself, so
 * fields are counted from its last one: the third is the state, the 22nd the start time.
 */
export const parseProcStat = (text: string): Sighting => {
  const fields = text
    .slice(text.lastIndexOf(")") + 1)
    .trim()
    .split(/\s+/);
  const [state, startTime] = [fields[0], fields[22 - 3]];
  if (!text.includes(")") || state === undefined || startTime === undefined) return { kind: "hidden" };
  return { kind: "seen", isZombie: "ZXx".includes(state), startTime };
};

/** A line of `ps -o stat=,lstart=`: the state, then a date such as `Mon Nov 22 20:10:04 2027`. */
export const parsePs = (text: string): Sighting => {
  const [, state, startTime] = /^\s*(\S+)\s+(\S.*?)\s*$/s.exec(text) ?? [];
  if (state === undefined || startTime === undefined) return { kind: "gone" };
  return { kind: "seen", isZombie: state.startsWith("Z"), startTime: startTime.replace(/\s+/g, " ") };
};

const lookUpInProc = (pid: number): Sighting => {
  try {
    return parseProcStat(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    // A /proc mounted with hidepid shows no processes of other users: a missing file alone proves nothing.
    return isThere(pid) ? { kind: "hidden" } : { kind: "gone" };
  }
};

const lookUpWithPs = (pid: number): Sighting => {
  if (!isThere(pid)) return { kind: "gone" };
  try {
    const options = { env: { ...process.env, LC_ALL: "C", TZ: "UTC" }, stderr: "ignore" } as const;
    const { stdout, exitCode } = Bun.spawnSync(["ps", "-o", "stat=,lstart=", "-p", String(pid)], options);
    return exitCode === 0 ? parsePs(stdout.toString()) : { kind: "gone" };
  } catch {
    return { kind: "hidden" };
  }
};

/** Signal 0 is never sent. Only ESRCH denies the process: EPERM is the answer for one of another user. */
const isThere = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: unknown }).code !== "ESRCH";
  }
};
