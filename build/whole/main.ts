/**
 * The entry of the executable dist/wf.
 *
 *     dist/wf wflite:<entry> <bun> --started-in=… <words>
 *
 * Bun is in the executable itself. For the code of users it is the program that it was found in all the same: what they start with
 * `process.execPath`, or as `bun` in Bun's shell, is a file of theirs and not a command of wf.
 */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { ENTRY, setExecutable } from "../../src/model/executable.ts";

const ENTRIES: Readonly<Record<string, () => Promise<unknown>>> = {
  [`${ENTRY}tick-main`]: () => import("../../src/cli/tick-main.ts"),
  [`${ENTRY}script-main`]: () => import("../../src/cli/script-main.ts"),
  [`${ENTRY}complete-main`]: () => import("../../src/cli/complete-main.ts"),
  [`${ENTRY}main`]: () => import("../../src/cli/main.ts"),
};

/** Until then functions stay interpreted for longer, as most are called a few times and the process is over. */
const IS_LONG_MS = 100;

function start([entry = "", bun = ""]: readonly string[]): void {
  const dist = dirname(process.execPath);
  setExecutable(process.execPath);
  if (bun !== "") process.execPath = bun;
  // As where Bun runs the files.
  process.argv.splice(0, 2, process.execPath, join(dist, `${entry.slice(ENTRY.length)}.js`));
  setTimeout(() => Bun.unsafe.setJITPolicy(1), IS_LONG_MS).unref();
  void ENTRIES[entry]?.();
}

/** `bun` in Bun's own shell is the program that runs the shell. This process becomes the one beside wf; without that, Bun in here. */
function beBun(words: readonly string[]): void {
  const bun = join(dirname(process.execPath), "../node_modules/bun/bin/bun.exe");
  if (existsSync(bun)) process.execve?.(bun, [bun, ...words], { ...process.env });
  else process.execve?.(process.execPath, [process.execPath, ...words], { ...process.env, BUN_BE_BUN: "1" });
}

const [entry = ""] = process.argv.slice(2);
// There is one kind of threads.
if (!Bun.isMainThread) void import("../../src/sqlite/query-worker.ts");
else if (Object.hasOwn(ENTRIES, entry)) start(process.argv.splice(2, 2));
else beBun(process.argv.slice(2));
