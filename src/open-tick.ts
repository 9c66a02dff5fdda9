/**
 * The short way of `wf tick`, composed of as little as possible: cron asks every minute of the year, almost always for nothing.
 *
 * It serves the plain case: the database lies in the current folder or was named, and no process owns anything. All else goes the long way
 * through `open.ts`, which also tells of errors.
 */
import { haveFilesChanged } from "./host/files-mark.ts";
import { wallClock } from "./host/wall-clock.ts";
import { dueNow } from "./sqlite/fast.ts";

/** True when nothing is due: the tick has been recorded and there is nothing more to do. False says to go the long way. */
export const tickNothingDue = ({ cwd, dir, db }: { readonly cwd: string; readonly dir?: string; readonly db?: string }): boolean => {
  if (dir !== undefined && db !== undefined) return false;
  const root = dir ?? cwd;
  return (
    dueNow(db ?? `${root}/.wf.db`, {
      now: wallClock.now,
      // An owner may be dead, and finding that out takes more than is loaded here.
      liveness: () => "unknown",
      haveFilesChanged: (noted) => haveFilesChanged(root, noted, wallClock.now()),
    }) === "nothing"
  );
};
