/**
 * The worker process, as its supervisor sees it.
 *
 *     supervisor ── standard input: closed when the supervisor dies ──► worker drains
 *     supervisor ◄── descriptor 3: messages ───────────────────────── worker
 *
 * It leads a process group of its own, so that Ctrl-C in a terminal reaches the supervisor alone, and a kill takes its children along. What
 * workflows print goes to standard error: standard output belongs to the log.
 */
import { departure } from "./departure.ts";
import { messageReader, type WorkerMessage } from "./supervisor-messages.ts";
import type { WorkerExit } from "./supervisor.ts";

export interface WorkerProcess {
  readonly pid: number;
  terminate(): void;
  kill(): void;
}

export interface WorkerListener {
  onMessage(message: WorkerMessage): void;
  /** Once, after the last message. */
  onExit(exit: WorkerExit): void;
}

export type SpawnWorker = (listener: WorkerListener) => WorkerProcess;

/** The descriptor of the messages, in the worker. */
export const CHANNEL = 3;

export interface WorkerCommand {
  readonly argv: readonly string[];
  readonly cwd: string;
}

/**
 * This program again, as its own worker. Like `bin/wf` it starts in the package's folder, where the runtime finds no settings of others.
 *
 * @param args options of the worker
 */
export const workerCommand = (args: readonly string[]): WorkerCommand => {
  const worker = ["daemon-worker", "--channel", String(CHANNEL), ...args];
  const { cwd, argv } = departure();
  return { argv: [...argv, ...worker], cwd };
};

export const spawnWorker =
  ({ argv, cwd }: WorkerCommand, after: (ms: number, fn: () => void) => () => void): SpawnWorker =>
  (listener) => {
    const child = Bun.spawn([...argv], {
      cwd,
      stdio: ["pipe", 2, 2, "pipe"],
      detached: true,
      // Bun passes on the environment that this process was started with, without what --env-file has set.
      env: { ...process.env },
    });
    const kill = (): void => signalGroup(child.pid, "SIGKILL");
    // At once means at once for both.
    process.on("exit", kill);
    const heard = readMessages(child.stdio[CHANNEL] as unknown as number, listener);
    void child.exited.then(async () => {
      process.off("exit", kill);
      // What it started and left behind would go on beside the same step of the next worker.
      if (child.exitCode !== 0) kill();
      await soon(heard, after);
      listener.onExit({ code: child.exitCode, signal: child.signalCode === null ? null : String(child.signalCode) });
    });
    return { pid: child.pid, terminate: () => signalProcess(child.pid, "SIGTERM"), kill };
  };

/** A process that the worker left behind may hold the pipe open; what was said is there long before that. */
const LAST_WORDS_MS = 250;

const soon = (heard: Promise<void>, after: (ms: number, fn: () => void) => () => void): Promise<void> =>
  new Promise((resolve) => {
    const cancel = after(LAST_WORDS_MS, resolve);
    void heard.then(() => {
      cancel();
      resolve();
    });
  });

async function readMessages(descriptor: number, { onMessage }: WorkerListener): Promise<void> {
  const read = messageReader();
  const decoder = new TextDecoder();
  try {
    for await (const chunk of Bun.file(descriptor).stream()) read(decoder.decode(chunk, { stream: true })).forEach(onMessage);
  } catch {
    // The pipe broke with its worker, whose exit tells what happened.
  }
}

const signalGroup = (pid: number, signal: NodeJS.Signals): void => signalProcess(-pid, signal);

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended already.
  }
}
