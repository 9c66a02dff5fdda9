/**
 * One failing call: the program is told that a write, an fsync or an open has failed. It finishes nevertheless, or ends with a clear error;
 * it never says that something is done which is not, and a step whose result it has in memory does not run again.
 */
import type { Fault } from "./engines.ts";
import { recovered, type Rig } from "./rig.ts";
import type { Scenario } from "./scenarios.ts";
import type { Blow, Struck } from "./strike.ts";
import type { Kind, Outcome } from "./sweep.ts";
import { wrongInLedger, wrongOnDisk } from "./verdict.ts";

/** Paths are those of the scenario's folder. */
export const DATABASE_FILES = [".wf.db", ".wf.db-wal", ".wf.db-shm", ".wf.db-journal"] as const;

/** Other calls are met wherever they go; Bun itself makes none of them. */
export const FAILURES: readonly Kind[] = [
  { syscall: "pwrite64", effect: "error=EIO" },
  { syscall: "pwrite64", effect: "error=ENOSPC" },
  { syscall: "fsync", effect: "error=EIO" },
  { syscall: "fsync", effect: "error=ENOSPC" },
  { syscall: "ftruncate", effect: "error=EIO" },
  { syscall: "unlink", effect: "error=EIO", files: DATABASE_FILES },
  { syscall: "openat", effect: "error=ENOMEM", files: DATABASE_FILES },
  { syscall: "pread64", effect: "error=EIO", files: DATABASE_FILES },
];

export interface FailOptions {
  readonly fault?: Fault;
  readonly limitMs?: number;
}

export const failAt = async (rig: Rig, scenario: Scenario, blow: Blow, options: FailOptions = {}): Promise<Outcome> =>
  rig.inCopy(await rig.startOf(scenario), async (folder) => {
    const files = blow.files?.map((file) => `${folder}/${file}`);
    const struck = await rig.strike(folder, scenario, { ...blow, ...(files && { files }) }, { ledger: "plain", ...options });
    const isOver = struck.stdout.includes("ack completed");
    const wrong = [
      ...wrongEnd(struck, blow),
      ...wrongOnDisk(folder, struck.stdout),
      ...wrongInLedger(folder, scenario, { reruns: 0, isOver }).map((what) => `in the same process: ${what}`),
      ...(await recovered(folder, scenario)),
      ...wrongInLedger(folder, scenario, { reruns: isOver ? 0 : 1, isOver: true }),
    ];
    return { wasHit: struck.wasHit, wrong };
  });

/** What a person can act on names the file or the error of the system. */
const CLEAR = /cannot be used|disk is full|disk image is malformed|SQLITE_IOERR|\b(?:EIO|ENOSPC|ENOMEM)\b/;

const wrongEnd = ({ hangs, code, stdout, stderr }: Struck, { at, syscall }: Blow): readonly string[] => {
  const [isStarted, isCompleted] = [stdout.includes("ack started"), stdout.includes("ack completed")];
  // SQLite takes a read that fails for a damaged file, and the connection writes no more.
  const passes = !at.endsWith("+") && syscall !== "pread64";
  if (hangs) return ["it hangs"];
  if (passes && isStarted && !isCompleted) return [`one error has ended it: ${stderr}`];
  if (passes && isCompleted && code !== 0) return [`it has completed, and ended with ${code}: ${stderr}`];
  if (code === 0) return isCompleted ? [] : ["it ended well and has not completed"];
  if (code === null) return ["it was ended by a signal"];
  return CLEAR.test(stderr) ? [] : [`it ended with ${code} and an error that does not say why: ${stderr}`];
};
