/**
 * The entry of the executable dist/wf.
 *
 *     dist/wf <entry> <bun> --started-in=… <words>
 *
 * Bun is in the executable itself. For the code of users it is the program that it was found in all the same: what they start with
 * `process.execPath`, or as `bun` in Bun's shell, is a file of theirs and not a command of wf.
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

function start([entry = "", bun = ""]: readonly string[]): void {
  setExecutable(process.execPath);
  if (bun !== "") process.execPath = bun;
  setTimeout(() => Bun.unsafe.setJITPolicy(1), IS_LONG_MS).unref();
  void ENTRIES[entry]?.();
}

/** `bun` in Bun's own shell is the program that runs the shell. */
function beBun(words: readonly string[]): never {
  const env = { ...process.env, BUN_BE_BUN: "1" };
  const { exitCode, signalCode } = Bun.spawnSync([process.execPath, ...words], { env, stdio: ["inherit", "inherit", "inherit"] });
  if (signalCode !== undefined) process.kill(process.pid, signalCode);
  process.exit(exitCode);
}

const [entry = ""] = process.argv.slice(2);
// There is one kind of threads.
if (!Bun.isMainThread) void import("../../src/sqlite/query-worker.ts");
else if (Object.hasOwn(ENTRIES, entry)) start(process.argv.splice(2, 2));
else beBun(process.argv.slice(2));
