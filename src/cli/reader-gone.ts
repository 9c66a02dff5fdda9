/**
 * Noticing that nobody reads standard output any more, also while there is nothing to write: `wf logs -f | grep -m1 ready` is to end when
 * grep has, not with the next line, which may never come.
 *
 * Only the system's `poll` tells: a pipe can be written to or not, and nothing else in Bun says that its other end is closed. It comes
 * through `bun:ffi`, loaded once a command has gone on for a while; where there is no such library the next line tells, as ever.
 */
import { fstatSync } from "node:fs";
import type { CommandContext } from "./command.ts";

/** Says whether somebody reads. Undefined where nobody can tell. */
export type LookForReader = () => Promise<(() => boolean) | undefined>;

/** Short beside what a person notices, long beside what a look costs. */
const LOOK_EVERY_MS = 250;

/** Calls once when the reader has gone. Gives what ends it. */
export const watchReader = (after: CommandContext["after"], find: LookForReader, onGone: () => void): (() => void) => {
  let isOver = false;
  let cancel = after(LOOK_EVERY_MS, () => void begin());
  const begin = async (): Promise<void> => {
    const hasReader = await find();
    if (hasReader !== undefined && !isOver) look(hasReader);
  };
  const look = (hasReader: () => boolean): void => {
    if (!hasReader()) onGone();
    else cancel = after(LOOK_EVERY_MS, () => look(hasReader));
  };
  return () => {
    isOver = true;
    cancel();
  };
};

/** Of the C library, by system. */
const LIBRARIES: Readonly<Record<string, readonly string[]>> = {
  linux: ["libc.so.6", `libc.musl-${process.arch === "arm64" ? "aarch64" : "x86_64"}.so.1`],
  darwin: ["libSystem.B.dylib"],
};

/** `POLLERR | POLLHUP | POLLNVAL`: a pipe without a reader gives the first, on macOS the second. */
const GONE = 0x08 | 0x10 | 0x20;

export const lookForReader = async (fd: number): Promise<(() => boolean) | undefined> => {
  if (!isPipe(fd)) return undefined;
  const { dlopen } = await import("bun:ffi");
  const open = (name: string) => dlopen(name, { poll: { args: ["ptr", "u64", "i32"], returns: "i32" } }).symbols;
  const library = firstThatOpens(LIBRARIES[process.platform] ?? [], open);
  if (library === undefined) return undefined;
  // struct pollfd { int fd; short events; short revents; }, on machines that are all little-endian.
  const entry = new Int16Array(4);
  new Int32Array(entry.buffer)[0] = fd;
  return () => {
    entry.fill(0, 2);
    return library.poll(entry, 1, 0) <= 0 || ((entry[3] ?? 0) & GONE) === 0;
  };
};

const isPipe = (fd: number): boolean => {
  try {
    const file = fstatSync(fd);
    return file.isFIFO() || file.isSocket();
  } catch {
    return false;
  }
};

const firstThatOpens = <Opened>(names: readonly string[], open: (name: string) => Opened): Opened | undefined => {
  for (const name of names) {
    try {
      return open(name);
    } catch {
      // Another C library; the next name may fit.
    }
  }
  return undefined;
};
