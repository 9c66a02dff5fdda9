/** What happens to executions whose process, code or state has failed. */
import { Database } from "bun:sqlite";
import { afterEach, expect, test } from "bun:test";
import { defineWorkflow } from "../../src/model/definition.ts";
import { recompute } from "../crash/corruption/checksums.ts";
import { type Bench, during, ledger, openBench } from "./harness.ts";

let bench: Bench;
afterEach(() => bench.close());

test("an execution whose process died in a step is taken up at the next tick, with finished steps kept", async () => {
  const { note, of } = ledger();
  let hang = true;
  const work = defineWorkflow({
    name: "work",
    async run(ctx) {
      await ctx.step("one", () => void note("one"));
      await ctx.step("two", ({ idempotencyKey }) => {
        note(idempotencyKey);
        return hang ? new Promise(() => {}) : undefined;
      });
    },
  });
  bench = await openBench([work]);
  const { id } = await bench.engine.start(work, undefined, { id: "w-1" });
  void bench.engine.carry(id);
  await bench.host.settle(60);
  bench = await bench.crash();
  hang = false;
  expect(await during(bench, bench.engine.tick())).toMatchObject({ completed: 1 });
  expect([of("one"), of("w-1/step/two/1")]).toEqual([1, 2]);
  expect(await bench.engine.getStatus(id)).toMatchObject({ status: "completed", restarts: 1 });
  const { panics } = await bench.engine.history(id);
  expect(panics).toEqual([{ at: "2026-01-01T00:00:00.000Z", cause: expect.stringMatching(/^process \d+ on simulated ended$/) }]);
});

test("a crash loop is bounded: restarts grow apart, then the execution is blocked, and others go on", async () => {
  const crash = defineWorkflow({
    name: "crash",
    panic: { maxRestarts: 3, delay: "5s", factor: 2 },
    run: (ctx) => ctx.step("boom", () => new Promise(() => {})),
  });
  const healthy = defineWorkflow({ name: "healthy", run: (ctx) => ctx.step("ok", () => 1) });
  bench = await openBench([crash, healthy]);
  const { id } = await bench.engine.start(crash, undefined);
  void bench.engine.carry(id);
  await bench.host.settle(60);
  let crashes = 0;
  for (let tick = 0; tick < 20 && (await bench.engine.getStatus(id)).status !== "blocked"; tick++) {
    bench = await bench.crash();
    const other = await bench.engine.start(healthy, undefined);
    void bench.engine.tick();
    await bench.host.settle(60);
    crashes += (await bench.engine.getStatus(id)).status === "running" ? 1 : 0;
    expect(await bench.engine.getStatus(other.id)).toMatchObject({ status: "completed" });
    await bench.host.advance(30_000);
  }
  expect(crashes).toBe(3);
  expect(await bench.engine.getStatus(id)).toMatchObject({ status: "blocked", reason: "crash-loop", restarts: 3, wakeAt: null });
  expect(await bench.engine.why(id)).toMatchObject({ next: `wf restart ${id}` });
  await bench.engine.restart(id);
  expect(await bench.engine.getStatus(id)).toMatchObject({ status: "pending", reason: "queued" });
});

test("a system failure inside a step restarts the execution later and burns no attempt", async () => {
  const { note, all } = ledger();
  const full = defineWorkflow({
    name: "full",
    retry: { attempts: 1 },
    panic: { delay: "5s" },
    async run(ctx) {
      await ctx.step("write", ({ attempt }) => {
        if (note(`attempt ${attempt}`) < 3) throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
      });
    },
  });
  bench = await openBench([full]);
  const { id } = await bench.engine.start(full, undefined);
  const carried = bench.engine.carry(id, { holdMs: 60_000 });
  await bench.host.settle(60);
  expect(await bench.engine.getStatus(id)).toMatchObject({ status: "pending", reason: "restart", restarts: 1 });
  expect(await during(bench, carried, 60_000)).toMatchObject({ status: "completed", restarts: 2 });
  expect(all).toEqual(["attempt 1", "attempt 1", "attempt 1"]);
});

test("changed code blocks the execution with a comparison; putting it back and resuming completes it", async () => {
  const { note, all } = ledger();
  const make = (name: string) =>
    defineWorkflow({
      name: "changing",
      async run(ctx) {
        await ctx.step(name, () => void note(name));
        await ctx.sleep("nap", "1h");
        await ctx.step("after", () => void note("after"));
      },
    });
  bench = await openBench([make("create customer")]);
  const { id } = await bench.engine.start("changing", undefined);
  await during(bench, bench.engine.carry(id));
  bench.host.define(make("add customer"));
  await bench.host.advance(3_600_000);
  expect(await during(bench, bench.engine.tick(), 10_000)).toMatchObject({ blocked: 1 });
  const blocked = await bench.engine.getStatus(id);
  expect(blocked).toMatchObject({ status: "blocked", reason: "diverged", wakeAt: null });
  expect(blocked.reasonDetail).toContain('step "create customer"');
  expect(blocked.reasonDetail).toContain('step "add customer"');
  expect(all).toEqual(["create customer"]);
  bench.host.define(make("create customer"));
  await bench.engine.resume(id);
  expect(await during(bench, bench.engine.tick(), 10_000)).toMatchObject({ completed: 1 });
  expect(all).toEqual(["create customer", "after"]);
});

test("a workflow that is gone blocks its executions for a while, and they come back with it", async () => {
  const nap = defineWorkflow({ name: "nap", run: (ctx) => ctx.sleep("nap", "1h") });
  bench = await openBench([nap]);
  const { id } = await bench.engine.start("nap", undefined);
  await during(bench, bench.engine.carry(id));
  bench.host.forget("nap");
  await bench.host.advance(3_600_000);
  expect(await during(bench, bench.engine.tick())).toMatchObject({ blocked: 1 });
  expect(await bench.engine.getStatus(id)).toMatchObject({ status: "blocked", reason: "definition-missing" });
  bench.host.define(nap);
  await bench.host.advance(60_000);
  expect(await during(bench, bench.engine.tick())).toMatchObject({ completed: 1 });
});

test("a function that waits on nothing is an error that says so, not silence", async () => {
  const stuck = defineWorkflow({ name: "stuck", run: () => new Promise(() => {}) });
  bench = await openBench([stuck]);
  const { id } = await bench.engine.start(stuck, undefined);
  const carried = bench.engine.carry(id);
  await bench.host.settle(60);
  bench.host.becomeIdle();
  const { status, error } = await during(bench, carried);
  expect({ status, code: error?.code }).toEqual({ status: "failed", code: "WAITS_ON_NOTHING" });
});

test("in a process that has other work, the same is found out after a while", async () => {
  const stuck = defineWorkflow({ name: "stuck", run: () => new Promise(() => {}) });
  bench = await openBench([stuck], { stallMs: 60_000 });
  const { id } = await bench.engine.start(stuck, undefined);
  const carried = bench.engine.carry(id);
  await bench.host.advance(59_000);
  expect(await bench.engine.getStatus(id)).toMatchObject({ status: "running" });
  expect(await during(bench, carried, 5_000)).toMatchObject({ status: "failed", error: { code: "WAITS_ON_NOTHING" } });
});

test("an error outside of every promise fails the attempt that runs, which is retried", async () => {
  const { note, of } = ledger();
  const stray = defineWorkflow({
    name: "stray",
    retry: { attempts: 2, delay: 0 },
    run: (ctx) => ctx.step("work", () => (note("work") === 1 ? new Promise(() => {}) : "done")),
  });
  bench = await openBench([stray]);
  const { id } = await bench.engine.start(stray, undefined);
  const carried = bench.engine.carry(id, { holdMs: 60_000 });
  await bench.host.settle(60);
  bench.host.throwStray(new Error("from a timer"));
  expect(await during(bench, carried, 20_000)).toMatchObject({ status: "completed", output: "done" });
  expect(of("work")).toBe(2);
  expect((await bench.engine.history(id)).steps[0]?.attempts[0]?.error).toMatchObject({
    code: "STRAY_ERROR",
    cause: { message: "from a timer" },
  });
});

test("a process that lost its lease writes nothing more and runs nothing more", async () => {
  const { note, all } = ledger();
  const gate = Promise.withResolvers<string>();
  const work = defineWorkflow({
    name: "work",
    async run(ctx) {
      await ctx.step("one", () => (note("one"), all.length === 1 ? gate.promise : "from the new owner"));
      await ctx.step("two", () => void note("two"));
    },
  });
  bench = await openBench([work]);
  const { id } = await bench.engine.start(work, undefined);
  const first = bench;
  void first.engine.carry(id);
  await first.host.settle(60);
  bench = await first.steal();
  expect(await during(bench, bench.engine.tick())).toMatchObject({ completed: 1 });
  gate.resolve("from the old owner");
  await first.host.settle(60);
  expect(all).toEqual(["one", "one", "two"]);
  expect((await bench.engine.history(id)).steps[0]).toMatchObject({ output: "from the new owner", order: 1 });
});

test("a sleep that was renamed while it slept blocks the execution instead of beginning anew; put back, it goes on", async () => {
  const make = (name: string) => defineWorkflow({ name: "renaming", run: (ctx) => ctx.sleep(name, "1h") });
  bench = await openBench([make("nap")]);
  const { id } = await bench.engine.start("renaming", undefined);
  await during(bench, bench.engine.carry(id));
  bench.host.define(make("rest"));
  await bench.host.advance(3_600_000);
  await during(bench, bench.engine.tick(), 5_000);
  expect(await bench.engine.getStatus(id)).toMatchObject({ status: "blocked", reason: "diverged" });
  expect((await bench.engine.history(id)).steps.map(({ name, status }) => [name, status])).toContainEqual(["nap", "sleeping"]);
  bench.host.define(make("nap"));
  await bench.engine.resume(id);
  await during(bench, bench.engine.tick());
  expect(await bench.engine.getStatus(id)).toMatchObject({ status: "completed" });
});

test("a sleep that the code does not have any more is said in the log, and its row ends with the execution", async () => {
  const nap = defineWorkflow({ name: "renaming", run: (ctx) => ctx.sleep("nap", "1h") });
  bench = await openBench([nap]);
  const { id } = await bench.engine.start("renaming", undefined);
  await during(bench, bench.engine.carry(id));
  bench.host.define(defineWorkflow({ name: "renaming", run: () => Promise.resolve() }));
  await bench.host.advance(3_600_000);
  await during(bench, bench.engine.tick());
  expect(await bench.engine.getStatus(id)).toMatchObject({ status: "completed" });
  expect((await bench.engine.logs(id)).map(({ message }) => message)).toEqual([expect.stringContaining('sleep "nap" is recorded')]);
  expect((await bench.engine.history(id)).steps.map(({ name, status }) => [name, status])).toContainEqual(["nap", "cancelled"]);
});

test("an execution that kills its process does not get its neighbours blocked: suspects are let in one at a time", async () => {
  const deadly = defineWorkflow({ name: "deadly", panic: { delay: "1s" }, run: (ctx) => ctx.step("boom", () => new Promise(() => {})) });
  const slow = defineWorkflow({
    name: "slow",
    panic: { delay: "1s" },
    run: (ctx) => ctx.step("work", () => new Promise((resolve) => void bench.host.timers.after(3_000, () => resolve("done")))),
  });
  bench = await openBench([deadly, slow]);
  const guilty = await Promise.all([1, 2, 3].map(() => bench.engine.start(deadly, undefined)));
  const innocent = await bench.engine.start(slow, undefined);
  for (let tick = 0; tick < 200; tick++) {
    if (tick % 10 === 0) bench.engine.tick().catch(() => {});
    await bench.host.advance(500);
    const statuses = await Promise.all(guilty.map(async ({ id }) => (await bench.engine.getStatus(id)).status));
    // Whatever is deadly and has started kills its process after half a second.
    if (statuses.includes("running")) bench = await bench.crash();
  }
  for (const { id } of guilty) expect(await bench.engine.getStatus(id)).toMatchObject({ status: "blocked", reason: "crash-loop" });
  expect(await bench.engine.getStatus(innocent.id)).toMatchObject({ status: "completed", output: "done" });
});

test("the overview says which executions are left behind by a process that has died, until they are taken up", async () => {
  const hang = defineWorkflow({ name: "hang", run: (ctx) => ctx.step("hang", () => new Promise(() => {})) });
  bench = await openBench([hang]);
  const { id } = await bench.engine.start(hang, undefined);
  void bench.engine.carry(id);
  await bench.host.settle(60);
  expect((await bench.engine.overview()).warnings).toEqual([]);
  bench = await bench.crash();
  expect((await bench.engine.overview()).warnings).toEqual([expect.stringContaining(`the process of ${id} has died`)]);
  const swept = bench.engine.tick();
  await bench.host.settle(60);
  expect((await bench.engine.overview()).warnings).toEqual([]);
  await bench.engine.cancel(id);
  await during(bench, swept);
});

test("a crash loop would not be bounded if its count were lost between the claims", async () => {
  const crash = defineWorkflow({
    name: "crash",
    panic: { maxRestarts: 3, delay: "5s", factor: 2 },
    run: (ctx) => ctx.step("boom", () => new Promise(() => {})),
  });
  bench = await openBench([crash]);
  const { id } = await bench.engine.start(crash, undefined);
  for (let crashes = 0; crashes < 10; crashes++) {
    void bench.engine.tick();
    await bench.host.settle(60);
    bench = await bench.crash();
    await bench.host.advance(3_600_000);
    const database = new Database(bench.file);
    database.run("UPDATE executions SET panics = 0");
    recompute(database, "executions");
    database.close();
    bench = await bench.reopen();
  }
  expect((await bench.engine.getStatus(id)).status).not.toBe("blocked");
});
