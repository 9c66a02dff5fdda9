/**
 * Whether a descriptor is a terminal, and of which size.
 *
 * Told by the kind of file where that is enough: `node:tty` brings the network along, and takes longer to load than Bun takes to start. So
 * a pipe, a file and /dev/null, which cron and scripts give, never load it.
 */
import { fstatSync, statSync } from "node:fs";
import type { TerminalSize } from "./out-sink.ts";

export const isTerminalAt = (fd: number): boolean => {
  try {
    const file = fstatSync(fd);
    if (!file.isCharacterDevice() || file.rdev === statSync("/dev/null").rdev) return false;
  } catch {
    return false;
  }
  return process.getBuiltinModule("node:tty").isatty(fd);
};

/** The stream of the descriptor is kept: while workflow code runs, `process.stdout` is standard error. */
export const sizeOfTerminal = (fd: 1 | 2): (() => TerminalSize) => {
  const stream = fd === 1 ? process.stdout : process.stderr;
  return () => [stream.columns, stream.rows];
};
