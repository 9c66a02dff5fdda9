/**
 * Machines for tests of the store: one whose clocks and processes the test sets, and one that is real.
 *
 * Turns of the event loop and short waits are real in both, as in production.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StoreHost } from "../../src/engine/store.ts";
import type { ProcessIdentity } from "../../src/model/records.ts";
import { NOW } from "../suites/store/samples.ts";

export type Liveness = "alive" | "dead" | "unknown";

export class Machine {
  readonly clock = { now: NOW, boot: 1_000_000 };
  readonly liveness = new Map<number, Liveness>();

  host(pid = 100): StoreHost {
    return {
      now: () => this.clock.now,
      boot: () => this.clock.boot,
      chance: () => 0.5,
      after: (ms, fn) => void setTimeout(fn, ms),
      turn: (fn) => void setImmediate(fn),
      self: { host: "here", bootId: "boot-1", pid, startTime: "77" },
      liveness: ({ pid: asked }) => this.liveness.get(asked) ?? "alive",
    };
  }
}

export const realHost = (): StoreHost => ({
  now: () => Date.now(),
  boot: () => Math.round(Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]) * 1_000),
  chance: () => Math.random(),
  after: (ms, fn) => void setTimeout(fn, ms),
  turn: (fn) => void setImmediate(fn),
  self: identityOf(process.pid),
  liveness: ({ pid, startTime }) => (startTimeOf(pid) === startTime ? "alive" : "dead"),
});

export const identityOf = (pid: number): ProcessIdentity => ({ host: "here", bootId: "boot-1", pid, startTime: startTimeOf(pid) ?? "" });

/** Field 22 of /proc/<pid>/stat, counted after the name in brackets; a zombie runs no more. */
function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

export interface Folder {
  readonly path: string;
  readonly file: string;
  remove(): void;
}

/** A folder of its own for one database. */
export function makeFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), "wf-sqlite-"));
  return { path, file: join(path, ".wf.db"), remove: () => rmSync(path, { recursive: true, force: true }) };
}
