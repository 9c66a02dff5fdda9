/** The process as the command line sees it: its streams, signals, arguments, and the ways to everything else. */
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";
import { usage } from "./option-values.ts";
import { fileSink, type Sink } from "./out-sink.ts";
import type { ProjectOpener } from "./project.ts";
import type { CommandEntry } from "./registry.ts";
import { ignoredFromStart, type SignalName, type SignalSource } from "./signals.ts";
import { takeOverPrints } from "./stray-prints.ts";

export interface Machine {
  readonly argv: readonly string[];
  /** Changed by `--env-file`. */
  readonly env: Record<string, string | undefined>;
  readonly cwd: string;
  /** @param onClosed told when nobody reads it any more */
  openStdout(onClosed: () => void): Sink;
  readonly stderr: Sink;
  readInput(signal: AbortSignal): Promise<string>;
  /** Undefined where standard input or standard error is no terminal. */
  ask(question: string, signal: AbortSignal): Promise<string | undefined>;
  readonly signalSource: SignalSource;
  /** Signals that this process was started with as ignored. */
  readonly ignoredSignals: readonly SignalName[];
  /** Sends what workflow code prints to `print` until it is undone. */
  takeOverPrints(print: (text: string) => void, colour: boolean): () => void;
  /** Ends the process at once. */
  exit(code: number): void;
  opener(): Promise<ProjectOpener>;
  version(): Promise<string>;
  /** How an error is told that is noticed outside of the program: when the process is ended under it. */
  tellBy(tell: (error: Error) => void): void;
  readonly commands?: readonly CommandEntry[];
}

const MAX_INPUT_BYTES = 16 * 1024 * 1024;

export interface ProcessParts {
  readonly argv: readonly string[];
  exit(code: number): void;
  opener(): Promise<ProjectOpener>;
  version(): Promise<string>;
  tellBy(tell: (error: Error) => void): void;
}

export const processMachine = (parts: ProcessParts): Machine => {
  const isTerminal = { stdout: isatty(1), stderr: isatty(2) };
  return {
    ...parts,
    env: process.env,
    cwd: process.cwd(),
    // Asking for the columns makes Bun open a stream, which a pipe can do without.
    openStdout: (onClosed) =>
      fileSink({ fd: 1, isTerminal: isTerminal.stdout, columns: isTerminal.stdout ? process.stdout.columns : undefined, onClosed }),
    stderr: fileSink({
      fd: 2,
      isTerminal: isTerminal.stderr,
      columns: isTerminal.stderr ? process.stderr.columns : undefined,
      neverThrows: true,
    }),
    readInput,
    ask: async (question, signal) => {
      if (!isTerminal.stderr || !isatty(0)) return undefined;
      process.stderr.write(question);
      return readLine(signal);
    },
    takeOverPrints,
    signalSource: process,
    ignoredSignals: ignoredFromStart(processStatus()),
  };
};

async function readInput(signal: AbortSignal): Promise<string> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of untilAborted(Bun.stdin.stream(), signal)) {
    sizeBytes += chunk.length;
    if (sizeBytes > MAX_INPUT_BYTES) throw usage("Standard input is larger than 16 MiB");
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

/** A terminal gives what was typed a line at a time. */
async function readLine(signal: AbortSignal): Promise<string> {
  for await (const chunk of untilAborted(Bun.stdin.stream(), signal)) return new TextDecoder().decode(chunk);
  return "";
}

/** @throws the signal's reason, also while a read is waiting for a person who types */
async function* untilAborted(stream: ReadableStream<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  aborted.catch(() => {});
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), aborted]);
      if (done) return;
      yield value;
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** Linux only; elsewhere nothing is known, and every signal counts. */
function processStatus(): string {
  try {
    return readFileSync("/proc/self/status", "utf8");
  } catch {
    return "";
  }
}
