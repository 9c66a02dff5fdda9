/**
 * `bun test/bench/script-steps.bench.ts`: what a `wf step` costs, against `bun -e 0`, taken in turns so that the machine's mood hits all.
 *
 * As in a script that wf carries: another process has the database open. Processor time stands beside the time by the clock, which says
 * little on a machine with other load.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteStore } from "../../src/sqlite/sqlite-store.ts";
import { callHost } from "../../src/host/step-machine.ts";
import { median } from "./bare.ts";

const ROUNDS = 60;
const wf = join(import.meta.dir, "../../bin/wf");
const folder = mkdtempSync(join(tmpdir(), "wf-steps-"));
const file = join(folder, ".wf.db");
const env = { ...process.env, WF_EXECUTION: "bench", WF_DB: file };

const run = (...argv: readonly string[]): number => {
  const { exitCode, stderr, resourceUsage } = Bun.spawnSync([...argv], { cwd: folder, env, stdout: "ignore", stderr: "pipe" });
  if (exitCode !== 0) throw new Error(`${argv.join(" ")}: ${exitCode} ${stderr.toString()}`);
  return Number(resourceUsage.cpuTime.total) / 1_000;
};

const commands: Readonly<Record<string, readonly string[]>> = {
  "bun -e 0": [process.execPath, "-e", "0"],
  "wf --version": [wf, "--version"],
  "wf step, finished": [wf, "step", "done", "--key", "k", "--", "true"],
  "wf step, new": [wf, "step", "new", "--", "true"],
  "wf sleep, over": [wf, "sleep", "0s"],
};

const clock = new Map<string, number[]>();
const cpu = new Map<string, number[]>();
run(wf, "begin", "bench", "--id", "bench");
const store = await openSqliteStore({ file, create: false, host: callHost });
await store.latestId();
run(...(commands["wf step, finished"] ?? []));
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, argv] of Object.entries(commands)) {
    const from = performance.now();
    cpu.set(name, [...(cpu.get(name) ?? []), run(...argv)]);
    clock.set(name, [...(clock.get(name) ?? []), performance.now() - from]);
  }
}

const show = (times: ReadonlyMap<string, readonly number[]>, name: string): string => {
  const ms = median([...(times.get(name) ?? [])]);
  return `${ms.toFixed(1).padStart(7)} ms ${(ms / median([...(times.get("bun -e 0") ?? [])])).toFixed(2).padStart(6)}`;
};
for (const name of clock.keys()) console.log(`${name.padEnd(20)} clock ${show(clock, name)}   processor ${show(cpu, name)}`);
await store.close();
rmSync(folder, { recursive: true, force: true });
