/**
 * `bun test/bench/start.bench.ts`: how long `wf` takes to start, against `bun -e 0`, taken in turns so that the machine's mood hits all.
 *
 * `wf tick` has a database with one finished execution and nothing due, as cron finds it almost always. `wf run` creates an execution with
 * one step, runs it and ends it, each commit synced.
 */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "./bare.ts";

const ROUNDS = 60;
const root = join(import.meta.dir, "../..");
const wf = join(root, "bin/wf");
const folder = mkdtempSync(join(tmpdir(), "wf-start-"));
cpSync(join(root, "workflows"), join(folder, "workflows"), { recursive: true });
const ONE = `import { Workflow } from "wflite";
export default Workflow.define({ name: "one", run: (ctx) => ctx.step("only", () => 1) });
`;
writeFileSync(join(folder, "workflows/one.ts"), ONE);

const run = (...argv: readonly string[]): void => {
  const { exitCode, stderr } = Bun.spawnSync([...argv], { cwd: folder, stdout: "ignore", stderr: "pipe" });
  if (exitCode !== 0) throw new Error(`${argv.join(" ")}: ${exitCode} ${stderr.toString()}`);
};

const commands: Readonly<Record<string, readonly string[]>> = {
  "bun -e 0": [process.execPath, "-e", "0"],
  "wf tick, nothing due": [wf, "tick"],
  "wf --version": [wf, "--version"],
  "wf --help": [wf, "--help"],
  "wf status -o json": [wf, "status", "-o", "json", "--limit", "1"],
  "wf run, one step": [wf, "run", "one", "-q"],
};

const times = new Map<string, number[]>();
run(wf, "run", "one", "-q");
run(wf, "tick");
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, argv] of Object.entries(commands)) {
    const from = performance.now();
    run(...argv);
    times.set(name, [...(times.get(name) ?? []), performance.now() - from]);
  }
}

const base = median(times.get("bun -e 0") ?? []);
for (const [name, all] of times) console.log(`${name.padEnd(24)} ${median(all).toFixed(1)} ms  ${(median(all) / base).toFixed(2)}`);
rmSync(folder, { recursive: true, force: true });
