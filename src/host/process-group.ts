/**
 * A child process in a process group of its own, so that it can be ended with all that it has started.
 *
 *     start ──► chunks to the listener, head and tail kept ──► leader exits ──► drain ──► `ended`
 *                   │ stop: TERM to the group ──grace──► KILL to the group ──► nobody left: `stop()` settles
 *
 * What callers may rely on:
 *   1. `ended` never rejects and always settles: a grandchild that keeps the pipes open holds it for the drain at most, then they are
 *      closed. All that the leader has written before its exit is read.
 *   2. After `stop()` has settled no process of the group does anything any more, unless the system cannot kill it. A group is signalled
 *      only while it has members: its number, given to another one, is never touched.
 *   3. Grandchildren of a leader that ended by itself are left alone.
 *   4. When this process dies, however it does, the group dies (`process-group-guard.ts`).
 *   5. Memory is bounded, whatever is printed.
 * The group is a session too: it has no terminal, and Ctrl-C there does not reach it.
 */
import { constants } from "node:os";
import { closeSync } from "node:fs";
import { KeptOutput } from "../model/shell-kept.ts";
import { ChildOutput, drained } from "./child-output.ts";
import { guardGroup, unguardGroup } from "./process-group-guard.ts";
import { hasMembers } from "./process-group-members.ts";
import { openPipe, type Pipe } from "./pipes.ts";

export type OutputName = "stdout" | "stderr";

export interface GroupOptions {
  /** The program, as a path, and its arguments. */
  readonly command: readonly [string, ...string[]];
  /** Absolute. */
  readonly cwd: string;
  /** All of it: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** What it reads; `inherit` is ours. Default: nothing. */
  readonly stdin?: string | Uint8Array | "inherit" | undefined;
  /** Told of every chunk as it comes. Its memory is the listener's for the time of the call. */
  readonly onChunk?: ((name: OutputName, chunk: Uint8Array) => void) | undefined;
  /** Of each stream, head and tail together. Default 64 KiB. */
  readonly keptBytes?: number | undefined;
  /** From TERM to KILL. Default 5 s. */
  readonly graceMs?: number | undefined;
}

export interface GroupEnd {
  /** Of the leader; null when a signal has ended it. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: KeptOutput;
  readonly stderr: KeptOutput;
  /** A grandchild still had a pipe when it was closed. */
  readonly isCutOff: boolean;
}

export interface ProcessGroup {
  /** Of the leader, and the number of the group. */
  readonly pid: number;
  readonly ended: Promise<GroupEnd>;
  /** Passes a signal on to the whole group. */
  signal(signal: NodeJS.Signals): void;
  /** Ends the group. Settles when nobody of it is left. */
  stop(): Promise<void>;
}

/** A shell says 128 and the signal's number of a child that a signal has ended; so do we. */
export const shellCodeOf = ({ exitCode, signal }: Pick<GroupEnd, "exitCode" | "signal">): number =>
  signal === null ? (exitCode ?? 0) : 128 + (constants.signals[signal] ?? 0);

export const GRACE_MS = 5_000;

/** A group that was killed is gone within milliseconds; one that is not hangs in the kernel. */
const KILLED_MS = 1_000;
const LOOK_MS = 20;

/** @throws the error of the system, with its `code`: ENOENT, EACCES, E2BIG, EAGAIN … */
export const startGroup = (options: GroupOptions): ProcessGroup => new Group(options);

class Group implements ProcessGroup {
  readonly pid: number;
  readonly ended: Promise<GroupEnd>;
  readonly #child: Bun.Subprocess;
  readonly #graceMs: number;
  #hasExited = false;
  #isGone = false;
  #stopped: Promise<void> | undefined;

  constructor(options: GroupOptions) {
    this.#graceMs = options.graceMs ?? GRACE_MS;
    const pipes = { stdout: openPipe(), stderr: openPipe() };
    this.#child = spawn(options, pipes);
    this.pid = this.#child.pid;
    guardGroup(this.pid);
    this.ended = this.#carry(options, pipes);
  }

  async #carry({ onChunk, keptBytes }: GroupOptions, pipes: Pipes): Promise<GroupEnd> {
    const kept = { stdout: new KeptOutput(keptBytes), stderr: new KeptOutput(keptBytes) };
    const outputs = (["stdout", "stderr"] as const).map(
      (name) =>
        new ChildOutput({ child: this.#child[name], pipe: pipes[name] }, (chunk) => (kept[name].add(chunk), onChunk?.(name, chunk))),
    );
    await this.#child.exited;
    this.#hasExited = true;
    this.#isEmpty(); // now: while somebody is left the system gives the number to nobody else
    const isCutOff = await drained(outputs);
    if (this.#stopped === undefined) unguardGroup(this.pid);
    const signal = this.#child.signalCode as NodeJS.Signals | null;
    const exitCode = signal === null ? this.#child.exitCode : null;
    return { exitCode, signal, ...kept, isCutOff };
  }

  signal(signal: NodeJS.Signals): void {
    if (this.#isEmpty()) return;
    try {
      process.kill(-this.pid, signal);
    } catch {
      // Nobody was left, or none that we may signal: what remains of it is seen by `hasMembers`.
    }
  }

  stop(): Promise<void> {
    return (this.#stopped ??= this.#stop());
  }

  async #stop(): Promise<void> {
    this.signal("SIGTERM");
    if (!(await this.#isLeft(this.#graceMs))) {
      this.signal("SIGKILL");
      await this.#isLeft(KILLED_MS);
    }
    this.#isGone = true;
    unguardGroup(this.pid);
  }

  /** Whether everybody leaves within that time, counted in looks: a stall of this process takes nothing of it. */
  async #isLeft(withinMs: number): Promise<boolean> {
    for (let waitedMs = 0; waitedMs < withinMs && !this.#isEmpty(); waitedMs += LOOK_MS) await pause(LOOK_MS);
    return this.#isEmpty();
  }

  #isEmpty(): boolean {
    return (this.#isGone ||= this.#hasExited && !hasMembers(this.pid));
  }
}

type Pipes = Readonly<Record<OutputName, Pipe | undefined>>;

/** Where there are no real pipes, sockets have to do: all but opening them by name (`/dev/stderr`) is the same. */
const spawn = ({ command, cwd, env, stdin }: GroupOptions, pipes: Pipes): Bun.Subprocess => {
  const ends = Object.values(pipes).filter((pipe) => pipe !== undefined);
  try {
    return Bun.spawn([...command], {
      ...{ cwd, env: { ...env }, detached: true, stdout: pipes.stdout?.writeEnd ?? "pipe", stderr: pipes.stderr?.writeEnd ?? "pipe" },
      stdin: stdin === undefined ? "ignore" : stdin === "inherit" ? "inherit" : new Blob([stdin as string | Uint8Array<ArrayBuffer>]),
    });
  } catch (error) {
    for (const { readEnd } of ends) closeSync(readEnd);
    throw error;
  } finally {
    for (const { writeEnd } of ends) closeSync(writeEnd);
  }
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
