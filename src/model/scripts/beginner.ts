/**
 * Who has called `wf begin`, kept in the id of the worker that owns the execution.
 *
 * The owner is the leader of the process group, since a program between it and the call may end before the script does. Where one program
 * starts several scripts (a server, a shell without job control) it is the leader of all of them, so it does not tell them apart: who
 * called does.
 */
import type { ProcessIdentity } from "../records.ts";

export const ownerId = (owner: ProcessIdentity, beginner: ProcessIdentity | undefined): string =>
  ["script", ...partsOf(owner), ...(beginner === undefined ? [] : partsOf(beginner))].join("-");

const partsOf = ({ pid, startTime }: ProcessIdentity): readonly (string | number)[] => [
  pid,
  encodeURIComponent(startTime).replaceAll("-", "%2D"),
];

/** Undefined where nobody has noted it. */
export function beginnerOf({ id, host, bootId }: ProcessIdentity & { readonly id: string }): ProcessIdentity | undefined {
  const [, pid, startTime] = /^script-\d+-[^-]+-(\d+)-([^-]+)$/.exec(id) ?? [];
  if (pid === undefined || startTime === undefined) return undefined;
  return { host, bootId, pid: Number(pid), startTime: decodeURIComponent(startTime) };
}
