/**
 * Whole commands on a real project, without a process for each: what a real one would write and its exit code, in a few milliseconds.
 *
 * Streams are texts, signals never come, and nobody sits at the keyboard. What is left out is what `bin/wf` and `main.ts` do before.
 */
import type { Machine } from "../../src/cli/machine.ts";
import { fileSink, type FileSinkOptions, type Sink } from "../../src/cli/out-sink.ts";
import type { WriteBytes } from "../../src/model/write-all.ts";
import { runProgram } from "../../src/cli/program.ts";
import { takeOverPrints } from "../../src/cli/stray-prints.ts";
import type { Finished } from "./wf.ts";

export interface Here {
  readonly folder: string;
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Columns of the terminal that both streams are; without it they are pipes. */
  readonly columns?: number;
  /** Takes the bytes in the place of a pipe that takes all: fewer of them, or none with an error. */
  readonly onStdout?: WriteBytes;
  readonly onStderr?: WriteBytes;
}

const STDOUT = Object.getOwnPropertyDescriptor(process, "stdout");

export const wfHere = async (here: Here, argv: readonly string[]): Promise<Finished> => {
  const { folder, stdin = "", env = {}, columns, onStdout = takeAll, onStderr = takeAll } = here;
  const stdout = textSink(onStdout);
  const stderr = textSink(onStderr);
  const machine: Machine = {
    argv,
    env: { LANG: "C.UTF-8", ...env },
    cwd: folder,
    openStdout: (onClosed) => stdout.open({ columns, onClosed }),
    stderr: stderr.open({ columns, neverThrows: true }),
    lookForReader: () => Promise.resolve(undefined),
    readInput: () => Promise.resolve(stdin),
    canAsk: false,
    ask: () => Promise.resolve(undefined),
    signalSource: { on: () => {}, off: () => {} },
    ignoredSignals: [],
    exit: () => {},
    takeOverPrints: (print, colour) => takeOverPrints(print, colour, STDOUT),
    tellBy: () => {},
    version: () => Promise.resolve("0.0.0"),
    opener: () => import("../../src/open.ts"),
  };
  const code = await runProgram(machine);
  return { code, stdout: stdout.text(), stderr: stderr.text() };
};

const takeAll: WriteBytes = (_fd, _bytes, _offset, length) => length;

const textSink = (take: WriteBytes) => {
  const chunks: Uint8Array[] = [];
  const write: WriteBytes = (fd, bytes, offset, length) => {
    const taken = take(fd, bytes, offset, length);
    chunks.push(bytes.slice(offset, offset + taken));
    return taken;
  };
  return {
    open: ({ columns, ...options }: Pick<FileSinkOptions, "columns" | "onClosed" | "neverThrows">): Sink =>
      fileSink({ fd: -1, isTerminal: columns !== undefined, columns, write, ...options }),
    text: () => Buffer.concat(chunks).toString("utf8"),
  };
};
