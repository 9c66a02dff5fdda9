/**
 * `bun test/bench/engine.bench.ts`: the engine against bare `bun:sqlite`, interleaved in one process, so that the machine's mood hits both.
 *
 * W1: one workflow of 10 trivial steps, one after another. W2: 1,000 of them at once. W3: replay of recorded steps. W4: 10,000 sleepers.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEngine } from "../../src/open.ts";
import { WorkflowEngine } from "../../src/engine/engine.ts";
import { defineWorkflow } from "../../src/model/definition.ts";
import { bareDatabase, bareWriter, median, rowsOf } from "./bare.ts";

const folder = process.env["WF_BENCH_DIR"] ?? mkdtempSync(join(tmpdir(), "wf-bench-"));
const file = join(folder, ".wf.db");
const engine = (await openEngine({ cwd: folder, dir: folder, db: file })) as WorkflowEngine;

const ten = defineWorkflow({
  name: "ten",
  async run(ctx) {
    let sum = 0;
    for (let n = 0; n < 10; n++) sum += await ctx.step("s", () => 1);
    return sum;
  },
});

const time = async (fn: () => unknown): Promise<number> => {
  const from = performance.now();
  await fn();
  return performance.now() - from;
};

await engine.execute(ten, undefined, { id: "sample" });
const bareFile = join(folder, "bare.db");
const bare = bareWriter(bareDatabase(bareFile, file), rowsOf(file, "sample"));

const report = (what: string, facts: Readonly<Record<string, number | string>>): void =>
  console.log(
    what.padEnd(34),
    Object.entries(facts)
      .map(([name, value]) => `${name} ${typeof value === "number" ? value.toFixed(3) : value}`)
      .join("  "),
  );

// W1
const ours: number[] = [];
const theirs: number[] = [];
for (let run = 0; run < 300; run++) {
  ours.push(await time(() => engine.execute(ten, undefined, { id: `w1-${run}` })));
  theirs.push(await time(() => bare.byStep(`w1-${run}`)));
}
report("W1 ten steps, p50 ms", { wf: median(ours), bare: median(theirs), ratio: median(ours) / median(theirs) });

// W2
const rates: number[] = [];
const bareRates: number[] = [];
for (let round = 0; round < 7; round++) {
  const ids = Array.from({ length: 1_000 }, (_, n) => `w2-${round}-${n}`);
  rates.push(10_000 / (await time(() => Promise.all(ids.map((id) => engine.execute(ten, undefined, { id }))))));
  bareRates.push(10_000 / (await time(() => bare.grouped(ids))));
}
report("W2 1,000 at once, steps/ms", { wf: median(rates), bare: median(bareRates), share: median(rates) / median(bareRates) });

// W3
for (const steps of [1_000, 10_000, 40_000]) {
  let passed = 0;
  const long = defineWorkflow({
    name: `long-${steps}`,
    async run(ctx) {
      const from = performance.now();
      for (let n = 0; n < steps; n += 100) await Promise.all(Array.from({ length: 100 }, (_, m) => ctx.step("s", () => n + m)));
      passed = performance.now() - from;
      await ctx.sleepUntil("pause", Date.now() + 86_400_000);
    },
  });
  const { id } = await engine.start(long, undefined, { id: `w3-${steps}` });
  await engine.carry(id);
  const replays: number[] = [];
  for (let round = 0; round < 5; round++) {
    await engine.resume(id);
    await engine.carry(id);
    replays.push(passed);
  }
  report(`W3 replay of ${steps} steps`, { ms: median(replays), "us/step": (median(replays) / steps) * 1_000 });
}
{
  let passed = 0;
  const chain = defineWorkflow({
    name: "chain",
    async run(ctx) {
      const from = performance.now();
      for (let n = 0; n < 10_000; n++) await ctx.step("s", () => n);
      passed = performance.now() - from;
      await ctx.sleepUntil("pause", Date.now() + 86_400_000);
    },
  });
  const { id } = await engine.start(chain, undefined, { id: "w3-chain" });
  await engine.carry(id);
  const replays: number[] = [];
  for (let round = 0; round < 5; round++) {
    await engine.resume(id);
    await engine.carry(id);
    replays.push(passed);
  }
  report("W3 replay of 10000, one by one", { ms: median(replays) });
}

// W4
const sleeper = defineWorkflow({
  name: "sleeper",
  async run(ctx) {
    await ctx.step("s", () => 1);
    await ctx.sleep("long", "2h");
  },
});
const memory = (): number => {
  Bun.gc(true);
  Bun.gc(true);
  return process.memoryUsage().rss;
};
for (let n = 0; n < 500; n++) await engine.carry((await engine.start(sleeper, undefined, { claim: true })).id);
const before = memory();
const parkedIn = await time(async () => {
  for (let batch = 0; batch < 10; batch++) {
    const handles = await Promise.all(Array.from({ length: 1_000 }, () => engine.start(sleeper, undefined, { claim: true })));
    await Promise.all(handles.map(({ id }) => engine.carry(id)));
  }
});
await Bun.sleep(200);
report("W4 10,000 parked", { seconds: parkedIn / 1_000, "bytes each": (memory() - before) / 10_000 });

await engine.close();
if (process.env["WF_BENCH_DIR"] === undefined) rmSync(folder, { recursive: true, force: true });
