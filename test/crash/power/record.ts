/**
 * Runs the program under strace and gives what it did to the disk.
 *
 * The recording lies in a folder of its own, beside the workload, so that a state that fails can be built again: chance in the product and
 * in SQLite makes every recording another one.
 */
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { ALL_KEPT, Disk } from "./disk.ts";
import { readTrace, TRACED_CALLS, type TraceEvent } from "./trace.ts";
import { acknowledgementsOf, databaseOf, type Workload } from "./workload.ts";

export interface Recording {
  /** Holds the trace, the workload and the files as they were in the end. */
  readonly folder: string;
  readonly workload: Workload;
  readonly events: readonly TraceEvent[];
  remove(): void;
}

/** Longer than any write: a page, or the lines of one turn. */
const LONGEST_DATA_BYTES = 1_048_576;

const traceOf = (folder: string): string => join(folder, "trace");
const workloadOf = (folder: string): string => join(folder, "workload.json");

export const record = (options: Omit<Workload, "folder">): Recording => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "wf-power-")));
  const workload = { ...options, folder };
  writeFileSync(workloadOf(folder), JSON.stringify(workload));
  const tracer = ["strace", "-f", "-qq", "-xx", "-s", `${LONGEST_DATA_BYTES}`, "-e", "signal=none", "-e", `trace=${TRACED_CALLS}`];
  const program = [process.execPath, join(import.meta.dir, "program.ts"), JSON.stringify(workload)];
  const { signalCode, stderr } = Bun.spawnSync([...tracer, "-o", traceOf(folder), ...program], {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
  });
  // It ends by killing itself, and strace follows.
  if (signalCode !== "SIGKILL") throw new Error(`the program did not come to its end:\n${stderr.toString()}`);
  return recordingIn(folder);
};

export const recordingIn = (folder: string): Recording => {
  const workload = JSON.parse(readFileSync(workloadOf(folder), "utf8")) as Workload;
  const events = readTrace(readFileSync(traceOf(folder), "latin1"), {
    database: databaseOf(folder),
    acknowledgements: acknowledgementsOf(folder),
  });
  assertComplete(events, folder);
  const ended = events.filter((event) => event.what === "acknowledged" && event.of === "end").length;
  if (ended < workload.executions) throw new Error(`only ${ended} of ${workload.executions} executions came to their end`);
  return { folder, workload, events, remove: () => rmSync(folder, { recursive: true, force: true }) };
};

/** A call that was not recorded shows here: what the model has in the end must be what the machine has. */
function assertComplete(events: readonly TraceEvent[], folder: string): void {
  const disk = new Disk();
  for (const event of events) if (event.what !== "acknowledged") disk.apply(event);
  const files = disk.fail(ALL_KEPT);
  if (!files.has(basename(databaseOf(folder)))) throw new Error("the recording has no database");
  for (const [name, bytes] of files) {
    if (!readFileSync(join(folder, name)).equals(bytes)) throw new Error(`the recording of ${name} is not complete`);
  }
}
