/** The process as the command line sees it: its streams, signals, arguments, and the ways to everything else. */
import { readFileSync } from "node:fs";
import { usage } from "./option-values.ts";
import { fileSink, type FileSinkOptions, type Sink } from "./out-sink.ts";
import type { ProjectOpener } from "./project.ts";
import { lookForReader, type LookForReader } from "./reader-gone.ts";
import type { CommandEntry } from "./registry.ts";
import { ignoredFromStart, type SignalName, type SignalSource } from "./signals.ts";
import { isTerminalAt, sizeOfTerminal } from "./terminal.ts";
import { takeOverPrints } from "./stray-prints.ts";

export interface Machine {
  readonly argv: readonly string[];
  /** Changed by `--env-file`. */
  readonly env: Record<string, string | undefined>;
  readonly cwd: string;
  /** @param onClosed told when nobody reads it any more */
  openStdout(onClosed: () => void): Sink;
  readonly stderr: Sink;
  /** Whether somebody reads standard output. */
  readonly lookForReader: LookForReader;
  readInput(signal: AbortSignal): Promise<string>;
  /** Whether somebody is there to be asked: standard input and standard error are terminals. */
  readonly canAsk: boolean;
  /** Undefined where nobody can be asked. */
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
  const isTerminal = { stdout: isTerminalAt(1), stderr: isTerminalAt(2) };
  const canAsk = isTerminal.stderr && isTerminalAt(0);
  return {
    ...parts,
    env: process.env,
    cwd: process.cwd(),
    // Asking for the columns makes Bun open a stream, which a pipe can do without.
    openStdout: (onClosed) => fileSink({ fd: 1, isTerminal: isTerminal.stdout, onClosed, ...sizeOf(isTerminal.stdout, 1) }),
    stderr: fileSink({ fd: 2, isTerminal: isTerminal.stderr, neverThrows: true, ...sizeOf(isTerminal.stderr, 2) }),
    lookForReader: () => lookForReader(1),
    readInput,
    canAsk,
    ask: async (question, signal) => {
      if (!canAsk) return undefined;
      process.stderr.write(question);
      return readLine(signal);
    },
    takeOverPrints,
    signalSource: process,
    ignoredSignals: ignoredFromStart(processStatus()),
  };
};

const sizeOf = (isTerminal: boolean, fd: 1 | 2): Pick<FileSinkOptions, "columns" | "size"> => {
  if (!isTerminal) return { columns: undefined };
  const size = sizeOfTerminal(fd);
  return { columns: size()[0], size };
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
