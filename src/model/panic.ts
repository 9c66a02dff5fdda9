/**
 * Tells a failure of the system from an error of the workflow.
 *
 * A panic says nothing about the step: disk, memory or file handles ran out, a disk failed, a child process was killed from outside. The
 * execution is restarted later, and no try of the step is used up. What counts:
 *
 *     ENOMEM ENOSPC EDQUOT EMFILE ENFILE EIO                 `code`, as the operating system's errors carry it
 *     SQLITE_FULL SQLITE_NOMEM SQLITE_IOERR*                 `code` in bun:sqlite, `errcode` in node:sqlite
 *     SIGKILL SIGSEGV SIGBUS SIGABRT, 137 139 135 134        the end of a child process, as Bun, Bun's shell and node:child_process tell it
 *     "… heap out of memory", ERR_WORKER_OUT_OF_MEMORY       V8 in a child or a worker thread
 *     PanicError                                             by name
 *
 * What does not count, with its reason:
 *   - `RangeError: Out of memory`, JavaScriptCore's answer to one request that is too large ("x".repeat(2 ** 32), new ArrayBuffer(2 **
 *     40)). It is mostly a bug of the step, which would come again after every restart. The same error comes when memory is too short for a
 *     large buffer; nothing in it tells the two apart, and the step's own retries serve both. When small objects exhaust the heap,
 *     JavaScriptCore throws nothing: the process dies (134 and 139 measured on Bun 1.4.5, 137 by the kernel), which its orphaned lease or
 *     the error of its parent tells.
 *   - `RangeError: Maximum call stack size exceeded`, for the same reason.
 *   - A child that was ended on purpose: by its own timeout, a cancellation or an abort.
 *
 * What callers may rely on:
 *   1. The error and the next five of its `cause`s are asked, the outermost first; cycles end there.
 *   2. Nothing is thrown, whatever was thrown at us: proxies, getters that throw, values that are no errors.
 *   3. Errors that came from storage or another process, plain objects of the same shape, are judged alike.
 *
 * Whether an error is to be retried at all is not asked here: a `WorkflowError` caused by ENOSPC is both.
 */
export const isPanicError = (error: unknown): boolean => panicCode(error) !== undefined;

const CAUSES_ASKED = 5;

/** What ran out or struck: "ENOSPC", "SQLITE_IOERR_WRITE", "SIGKILL". `undefined` when it is no panic. */
export function panicCode(error: unknown): string | undefined {
  let named: string | undefined;
  let onPurpose = false;
  let link = error;
  for (let depth = 0; depth <= CAUSES_ASKED && typeof link === "object" && link !== null; depth++) {
    onPurpose ||= isEndOnPurpose(link);
    const code = systemCode(link) ?? sqliteCode(link) ?? heapCode(link) ?? (onPurpose ? undefined : childEnd(link));
    if (code !== undefined) return code;
    // Its cause, found further down, says more than the name.
    if (text(link, "name") === "PanicError") named ??= text(link, "code") ?? "PANIC";
    link = read(link, "cause");
  }
  return named;
}

const SYSTEM = /^(?:ENOMEM|ENOSPC|EDQUOT|EMFILE|ENFILE|EIO|SQLITE_FULL|SQLITE_NOMEM|SQLITE_IOERR(?:_\w+)?)$/;

function systemCode(error: object): string | undefined {
  const code = text(error, "code");
  return code !== undefined && SYSTEM.test(code) ? code : undefined;
}

/** SQLite's numbers; the low byte of an extended code is its primary code. */
const SQLITE_CODES: ReadonlyMap<number, string> = new Map([
  [7, "SQLITE_NOMEM"],
  [10, "SQLITE_IOERR"],
  [13, "SQLITE_FULL"],
]);

/** node:sqlite gives every error one `code` and SQLite's number apart; bun:sqlite gives no `code` for numbers that it does not know. */
function sqliteCode(error: object): string | undefined {
  const code = text(error, "code");
  if (code === "ERR_SQLITE_ERROR") return SQLITE_CODES.get(lowByte(read(error, "errcode")));
  if (code === undefined && text(error, "name") === "SQLiteError") return SQLITE_CODES.get(lowByte(read(error, "errno")));
  return undefined;
}

const lowByte = (value: unknown): number => (typeof value === "number" && value > 0 ? value & 0xff : 0);

/** Anchored to the end, where V8 puts it: a text that only mentions it is another error. */
const isHeapText = (message: string): boolean => /\bheap out of memory\s*$/.test(message.slice(-100));

function heapCode(error: object): string | undefined {
  const isHeap = text(error, "code") === "ERR_WORKER_OUT_OF_MEMORY" || isHeapText(text(error, "message") ?? "");
  return isHeap ? "ERR_WORKER_OUT_OF_MEMORY" : undefined;
}

/** A shell reports a child that a signal ended as 128 and the signal's number. */
const EXIT_SIGNALS: ReadonlyMap<unknown, string> = new Map([
  [137, "SIGKILL"],
  [139, "SIGSEGV"],
  [134, "SIGABRT"],
  [135, "SIGBUS"],
]);
const KILLING = new Set(EXIT_SIGNALS.values());

function childEnd(error: object): string | undefined {
  const signal = text(error, "signalCode") ?? text(error, "signal");
  if (signal !== undefined && KILLING.has(signal)) return signal;
  return EXIT_SIGNALS.get(read(error, "exitCode") ?? nodeExitCode(error));
}

/** node:child_process puts the exit code into `status` (the Sync calls) or `code` (exec); elsewhere these names mean other things. */
function nodeExitCode(error: object): unknown {
  if (typeof read(error, "pid") === "number") return read(error, "status");
  return text(error, "cmd") === undefined ? undefined : read(error, "code");
}

const ENDED_BY_US = new Set(["TimeoutError", "AbortError", "CancelledError", "ETIMEDOUT", "ABORT_ERR"]);

/** `killed` speaks only beside `cmd`, in the errors of exec: Bun's own process objects have it true whoever ended them. */
function isEndOnPurpose(error: object): boolean {
  if (ENDED_BY_US.has(text(error, "name") ?? "") || ENDED_BY_US.has(text(error, "code") ?? "")) return true;
  if (read(error, "timedOut") === true || read(error, "isCanceled") === true) return true;
  return read(error, "killed") === true && text(error, "cmd") !== undefined;
}

function text(error: object, key: string): string | undefined {
  const value = read(error, key);
  return typeof value === "string" ? value : undefined;
}

/** A thrown value can be anything, and its getters can throw in turn. */
function read(error: object, key: string): unknown {
  try {
    return (error as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}
