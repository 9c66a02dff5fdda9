/**
 * `bun test/bench/scale.bench.ts [finished] [sleeping]`: what is asked every minute, on a large database against a small one, in turns so
 * that the machine's mood hits both. Budget: twice.
 *
 * Then 100,000 executions are removed from the large one, while another process commits all the while. Budget: it never waits for the lock
 * longer than 50 ms. With `WF_BENCH_DIR` the databases are kept there, and taken again.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEngine } from "../../src/open.ts";
import type { Client } from "../../src/model/client.ts";
import { median } from "./bare.ts";
import { makeCrowd } from "./crowd.ts";

const [FINISHED = 1_000_000, SLEEPING = 100_000] = process.argv.slice(2).map(Number);
const ROUNDS = 15;
const ROUNDS_INSIDE = 60;
const wf = join(import.meta.dir, "../../bin/wf");
const kept = process.env["WF_BENCH_DIR"];
const root = kept ?? mkdtempSync(join(tmpdir(), "wf-scale-"));

const folders = { small: join(root, "small"), large: join(root, "large") };
const sizes = { small: { finished: 900, sleeping: 100, workflows: 10 }, large: { finished: FINISHED, sleeping: SLEEPING, workflows: 10 } };
type Size = keyof typeof folders;
const SIZES: readonly Size[] = ["small", "large"];

const run = (size: Size, argv: readonly string[]): string => {
  const { exitCode, stdout, stderr } = Bun.spawnSync([wf, ...argv], { cwd: folders[size], stdout: "pipe", stderr: "pipe" });
  if (exitCode !== 0) throw new Error(`${argv.join(" ")}: ${exitCode} ${stderr.toString()}`);
  return stdout.toString();
};

const report = (what: string, times: Readonly<Record<Size, number[]>>): void => {
  const [small, large] = [median(times.small), median(times.large)];
  console.log(`${what.padEnd(28)} small ${small.toFixed(2)} ms  large ${large.toFixed(2)} ms  ratio ${(large / small).toFixed(2)}`);
};

for (const size of SIZES) {
  mkdirSync(join(folders[size], "workflows"), { recursive: true });
  const file = join(folders[size], ".wf.db");
  if (existsSync(file)) continue;
  const from = performance.now();
  await makeCrowd(file, sizes[size]);
  console.log(`${size}: made in ${((performance.now() - from) / 1_000).toFixed(1)} s, ${(statSync(file).size / 1_048_576).toFixed(0)} MiB`);
}

// As processes.
const newest = (size: Size, status: string): string => run(size, ["status", "--status", status, "--limit", "1", "-o", "ids"]).trim();
const ids = {
  small: { completed: newest("small", "completed"), sleeping: newest("small", "sleeping") },
  large: { completed: newest("large", "completed"), sleeping: newest("large", "sleeping") },
};
const commands: Readonly<Record<string, (size: Size) => readonly string[]>> = {
  "wf tick": () => ["tick"],
  "wf status": () => ["status"],
  "wf status --workflow": () => ["status", "--workflow", "workflow-3"],
  "wf status --status": () => ["status", "--status", "completed,sleeping"],
  "wf status, both": () => ["status", "--workflow", "workflow-3", "--status", "failed"],
  "wf history": (size) => ["history", ids[size].completed],
  "wf why": (size) => ["why", ids[size].sleeping],
  "wf why, by prefix": (size) => ["why", ids[size].sleeping.slice(0, -2)],
  "wf why @last": () => ["why", "@last"],
};
for (const [name, argv] of Object.entries(commands)) {
  const times: Record<Size, number[]> = { small: [], large: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const size of SIZES) {
      const from = performance.now();
      run(size, argv(size));
      times[size].push(performance.now() - from);
    }
  }
  report(name, times);
}

// Inside of one process, where starting it hides nothing.
const clients = {
  small: await openEngine({ cwd: folders.small, dir: folders.small }),
  large: await openEngine({ cwd: folders.large, dir: folders.large }),
};
const calls: Readonly<Record<string, (client: Client, size: Size) => Promise<unknown>>> = {
  "tick()": (client) => client.tick(),
  "overview()": (client) => client.overview(),
  "overview({ workflow })": (client) => client.overview({ workflow: "workflow-3" }),
  "overview({ statuses })": (client) => client.overview({ statuses: ["completed", "sleeping"] }),
  "overview(), both": (client) => client.overview({ workflow: "workflow-3", statuses: ["failed", "sleeping"] }),
  "history()": (client, size) => client.history(ids[size].completed),
  "why()": (client, size) => client.why(ids[size].sleeping),
  "resolveId(prefix)": (client, size) => client.resolveId(ids[size].sleeping.slice(0, -2)),
  'resolveId("@last")': (client) => client.resolveId("@last"),
};
for (const [name, call] of Object.entries(calls)) {
  const times: Record<Size, number[]> = { small: [], large: [] };
  for (let round = 0; round < ROUNDS_INSIDE; round++) {
    for (const size of SIZES) {
      const from = performance.now();
      await call(clients[size], size);
      times[size].push(performance.now() - from);
    }
  }
  report(name, times);
}
for (const size of SIZES) await clients[size].close();

// Removing a tenth of what is finished, while another process writes.
const writerOf = () =>
  Bun.spawn([process.execPath, join(import.meta.dir, "busy-writer.ts"), join(folders.large, ".wf.db")], { stdin: "pipe", stdout: "pipe" });
const waitsOf = async (writer: ReturnType<typeof writerOf>): Promise<string> => {
  writer.stdin.end();
  await writer.exited;
  const { commits, p50, p99, max } = JSON.parse(await new Response(writer.stdout).text()) as Record<
    "commits" | "p50" | "p99" | "max",
    number
  >;
  return `${commits} commits beside it waited ${p50.toFixed(2)} ms (p50), ${p99.toFixed(1)} ms (p99), ${max.toFixed(1)} ms (max)`;
};
{
  const alone = writerOf();
  await Bun.sleep(1_500);
  console.log(`nobody else                  ${await waitsOf(alone)}`);
}
{
  const writer = writerOf();
  await Bun.sleep(200);
  const from = performance.now();
  const { removed } = JSON.parse(run("large", ["prune", "--older-than", "90d", "--json"])) as { removed: number };
  const seconds = (performance.now() - from) / 1_000;
  console.log(`wf prune of ${removed}          ${seconds.toFixed(1)} s, ${await waitsOf(writer)}`);
}

if (kept === undefined) rmSync(root, { recursive: true, force: true });
