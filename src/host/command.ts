/**
 * The command of a step: a child that reads our standard input and belongs to our process group, as if the shell had started it itself.
 *
 *     start ──► chunks passed on, and the first of them kept ──► it exits ──► drain ──► end
 *                  │ time is up: TERM to it and all that came from it ──grace──► KILL
 *                  │ a signal of ours: passed on
 *
 * What callers may rely on:
 *   1. Ctrl-C in a terminal, and whatever is sent to the whole group, reaches it as it reaches the script. A signal to this process alone
 *      is passed on.
 *   2. All that it has written before its exit is read. A grandchild that keeps a pipe open holds the end for the drain at most.
 *   3. Time is up for a command that runs, never for one that has exited: what has been done is not called a failure, and done again.
 *   4. Memory is bounded, whatever is printed.
 */
import { closeSync } from "node:fs";
import type { CommandEnd, CommandRun } from "../model/scripts/step-machine.ts";
import { ChildOutput, drained } from "./child-output.ts";
import { CommandSignals, ignoredNames } from "./command-signals.ts";
import { endTree } from "./end-tree.ts";
import { identityOf } from "./lineage.ts";
import { openPipe, type Pipe } from "./pipes.ts";
import { systemProcesses } from "./processes.ts";
import { systemTimers } from "./timers.ts";

/**
 * @param onStderr its error output as it comes
 * @param graceMs from TERM to KILL, default 5 s
 * @throws the error of the system, with its `code`
 */
export async function runCommand(run: CommandRun, onStderr: (chunk: Uint8Array) => void, graceMs?: number): Promise<CommandEnd> {
  const pipes = [openPipe(), openPipe()] as const;
  const child = start(run, pipes);
  const signals = new CommandSignals(child);
  const end = (): Promise<void> => endTree(child.pid, () => child.exitCode !== null || child.signalCode !== null, graceMs);
  let timedOut = undefined as Promise<void> | undefined;
  const expire = (): void => void (timedOut = end());
  const cancelTimer = run.timeoutMs === null ? undefined : systemTimers.after(run.timeoutMs, expire);
  try {
    const [stdout, stderr] = [new Beginning(run.keptBytes), new Beginning(run.keptBytes)];
    const outputs = [
      new ChildOutput({ child: child.stdout, pipe: pipes[0] }, (chunk) => (stdout.add(chunk), run.onStdout(chunk))),
      new ChildOutput({ child: child.stderr, pipe: pipes[1] }, (chunk) => (stderr.add(chunk), onStderr(chunk))),
    ];
    await told(run, child.pid, end);
    await child.exited;
    cancelTimer?.();
    // What it has started may outlive it by the whole grace, and another attempt would run beside that.
    await timedOut;
    await drained(outputs);
    const isTimedOut = timedOut !== undefined;
    if (!isTimedOut) await signals.heard();
    const isTruncated = stdout.isCut || stderr.isCut;
    const { exitCode, signal } = codeOf(child);
    const streams = { stdout: stdout.kept(), stderr: stderr.kept(), truncated: isTruncated };
    return { exitCode, signal, ...streams, isTimedOut, interruptedBy: signals.received };
  } finally {
    cancelTimer?.();
    signals.release();
  }
}

type Child = Bun.Subprocess;

/** A command that nobody has noted could not be ended by who takes the step up after us: it does not go on. */
async function told({ onStarted }: CommandRun, pid: number, end: () => Promise<void>): Promise<void> {
  const identity = identityOf(pid, systemProcesses.self);
  try {
    if (identity !== undefined) await onStarted(identity);
  } catch (error) {
    await end();
    throw error;
  }
}

function start({ command, env }: CommandRun, pipes: readonly (Pipe | undefined)[]): Child {
  const [stdout, stderr] = pipes.map((pipe) => pipe?.writeEnd ?? ("pipe" as const));
  let isStarted = false;
  try {
    const options = { env: { ...process.env, ...env }, stdin: "inherit", stdout: stdout ?? "pipe", stderr: stderr ?? "pipe" } as const;
    const child = Bun.spawn(ignoringAlike(command), options);
    isStarted = true;
    return child;
  } finally {
    for (const pipe of pipes) {
      if (pipe === undefined) continue;
      closeSync(pipe.writeEnd);
      if (!isStarted) closeSync(pipe.readEnd);
    }
  }
}

/**
 * Bun gives its children the default for every signal (measured on 1.4.5). What this process was started with as ignored, HUP under nohup
 * or INT in a background job, its command is to ignore as well, as if the shell had started it: so a shell does.
 *
 * @throws Error ENOENT where there is no such program: the shell would only print it
 */
function ignoringAlike(command: CommandRun["command"]): string[] {
  const names = ignoredNames();
  if (names.length === 0) return [...command];
  if (Bun.which(command[0]) === null) throw Object.assign(new Error(`no ${command[0]}`), { code: "ENOENT" });
  return ["/bin/sh", "-c", `trap '' ${names.join(" ")}; exec "$@"`, "sh", ...command];
}

const codeOf = (child: Child): { readonly exitCode: number; readonly signal: string | null } => {
  const { signalCode, exitCode } = child;
  if (signalCode === null) return { exitCode: exitCode ?? 1, signal: null };
  const signal = String(signalCode);
  return { exitCode: 128 + CommandSignals.numberOf(signal), signal };
};

/** The beginning of a stream. */
class Beginning {
  isCut = false;
  readonly #limit: number;
  readonly #parts: Uint8Array[] = [];
  #bytes = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(chunk: Uint8Array): void {
    const room = this.#limit - this.#bytes;
    if (chunk.length > room) this.isCut = true;
    // A copy: who gave the chunk may use its memory again.
    if (room > 0) this.#parts.push(chunk.slice(0, room));
    this.#bytes += Math.min(chunk.length, room);
  }

  kept(): Uint8Array {
    return Buffer.concat(this.#parts);
  }
}
