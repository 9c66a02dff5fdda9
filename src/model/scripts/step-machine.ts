/**
 * What a call of a script needs of the machine: a command to run, streams to write, and who this process is.
 *
 * The real one is in `src/host`; tests bring their own.
 */
import type { ProcessIdentity } from "../records.ts";

export interface CommandRun {
  /** A program, looked for on the PATH, and its arguments. */
  readonly command: readonly [string, ...string[]];
  /** Beside our own environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number | null;
  /** Of each stream: its beginning. */
  readonly keptBytes: number;
  /** Its standard output as it comes; not its error output, which is passed on at once. */
  readonly onStdout: (chunk: Uint8Array) => void;
  /** Once it runs. */
  readonly onStarted: (identity: ProcessIdentity) => Promise<void>;
}

export interface CommandEnd {
  /** 128 and the signal's number when a signal has ended it. */
  readonly exitCode: number;
  readonly signal: string | null;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  /** There was more than is kept. */
  readonly truncated: boolean;
  readonly isTimedOut: boolean;
  /** The signal that this process was sent while the command ran. */
  readonly interruptedBy: string | null;
}

export interface StepMachine {
  readonly self: ProcessIdentity;
  now(): number;
  /** From 0 up to 1. */
  chance(): number;
  pause(ms: number): Promise<void>;
  /** Whether this process comes from that one, which lives. */
  descendsFrom(identity: ProcessIdentity): boolean;
  /** @throws the error of the system, with its `code`: ENOENT, EACCES, E2BIG … */
  run(run: CommandRun): Promise<CommandEnd>;
  /** Ends what a process that died has left running, if it is still that one. Gives whether there was anything. */
  endLeft(identity: ProcessIdentity): Promise<boolean>;
  /** To the last byte. A reader that has gone is no error; any other stops the writing, and is told by `outputProblem`. */
  writeStdout(bytes: Uint8Array): void;
  outputProblem(): Error | undefined;
  writeStderr(bytes: Uint8Array): void;
  /** A line of ours, for people. */
  note(text: string): void;
}
