/**
 * The entry of the executable dist/wf.
 *
 *     dist/wf <entry> <bun> --started-in=… <words>
 *
 * Bun is in the executable itself. For the code of users it is the program that it was found in all the same: what they start with
 * `process.execPath` is a file of theirs and not a command of wf.
 */
import { setExecutable } from "../../src/model/executable.ts";

const ENTRIES: Readonly<Record<string, () => Promise<unknown>>> = {
  "tick-main": () => import("../../src/cli/tick-main.ts"),
  "script-main": () => import("../../src/cli/script-main.ts"),
  "complete-main": () => import("../../src/cli/complete-main.ts"),
  main: () => import("../../src/cli/main.ts"),
};

/** Until then functions stay interpreted for longer, as most are called a few times and the process is over. */
const IS_LONG_MS = 100;

const start = (entry = "", bun = ""): void => {
  setExecutable(process.execPath);
  if (bun !== "") process.execPath = bun;
  setTimeout(() => Bun.unsafe.setJITPolicy(1), IS_LONG_MS).unref();
  void ENTRIES[entry]?.();
};

// There is one kind of threads.
if (Bun.isMainThread) start(...process.argv.splice(2, 2));
else void import("../../src/sqlite/query-worker.ts");
