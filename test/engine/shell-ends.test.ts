/** Nothing goes on beside processes that are still being ended. Time is simulated, and so are processes. */
import { afterEach, describe, expect, test } from "bun:test";
import { type Bench, during, ledger } from "./harness.ts";
import { build, carryOn, Machine, openShellBench } from "./shell-machine.ts";

let bench: Bench;
afterEach(() => bench.close());

const open = async (...given: Parameters<typeof openShellBench>) => void (bench = await openShellBench(...given));
const carry = (holdMs?: number) => carryOn(bench, holdMs);
const end = (holdMs?: number) => during(bench, carry(holdMs), 100_000);

describe("processes that are being ended", () => {
  const LIMIT = { timeout: "10s" } as const;

  test("hold up the next attempt until they are gone", async () => {
    const machine = new Machine();
    await open(machine, (ctx) => build(ctx, LIMIT));
    const carried = carry();
    await bench.host.settle(50);
    await bench.host.advance(10_000);
    expect([machine.last.signal.aborted, machine.ran.length]).toEqual([true, 1]);
    await bench.host.advance(6_000); // longer than other steps are waited for
    expect([machine.ran.length, bench.progress.some(({ type }) => type === "step-failed")]).toEqual([1, false]);
    machine.last.end({ exitCode: 137, signal: "SIGKILL" });
    await bench.host.advance(1_000);
    expect(machine.ran).toHaveLength(2);
    machine.last.end();
    expect(await during(bench, carried)).toMatchObject({ status: "completed", restarts: 0 });
    expect((await bench.engine.logs("x")).filter(({ level }) => level === "warn")).toEqual([]);
  });

  test("hold up the workflow, too, when that was the last attempt; not for ever", async () => {
    const machine = new Machine();
    const notes = ledger();
    await open(machine, (ctx) => build(ctx, { ...LIMIT, retry: { attempts: 1 } }).catch((error: Error) => notes.note(error.name)));
    const carried = carry();
    await bench.host.settle(50);
    await bench.host.advance(19_000);
    expect(notes.all).toEqual([]);
    await bench.host.advance(1_000);
    expect(await during(bench, carried)).toMatchObject({ status: "completed" });
    expect(notes.all).toEqual(["TimeoutError"]);
  });

  test("hold up the cancellation, and what it undoes", async () => {
    const machine = new Machine();
    const notes = ledger();
    await open(machine, async (ctx) => {
      await ctx.step("reserve", () => 1, { compensate: () => void notes.note("undone") });
      await build(ctx);
    });
    const carried = carry();
    await bench.host.settle(50);
    void bench.engine.cancel("x");
    await bench.host.settle(50);
    await bench.host.advance(2_000);
    expect([machine.last.signal.aborted, notes.all]).toEqual([true, []]);
    machine.last.end({ exitCode: 137, signal: "SIGKILL" });
    expect(await during(bench, carried, 5_000)).toMatchObject({ status: "cancelled", restarts: 0 });
    expect([notes.all, machine.ran.length]).toEqual([["undone"], 1]);
  });

  test("hold up a cancellation that undoes nothing", async () => {
    const machine = new Machine();
    await open(machine, (ctx) => build(ctx));
    const carried = carry();
    await bench.host.settle(50);
    void bench.engine.cancel("x");
    await bench.host.settle(50);
    await bench.host.advance(2_000);
    expect([machine.last.signal.aborted, (await bench.engine.getStatus("x")).status]).toEqual([true, "running"]);
    machine.last.end({ exitCode: 143, signal: "SIGTERM" });
    expect(await during(bench, carried, 5_000)).toMatchObject({ status: "cancelled" });
  });

  test("hold up a process that stops: who goes on finds nobody at work", async () => {
    const machine = new Machine();
    await open(machine, (ctx) => build(ctx), { drainGraceMs: 3_000 });
    const stop = new AbortController();
    const carried = bench.engine.carry("x", { holdMs: Infinity, signal: stop.signal });
    await bench.host.settle(50);
    stop.abort();
    await bench.host.advance(2_000);
    expect(machine.last.signal.aborted).toBe(false); // it may come to its end
    await bench.host.advance(1_000);
    expect(machine.last.signal.aborted).toBe(true);
    const other = await bench.another();
    expect((await other.execution("x"))?.status).toBe("running");
    machine.last.end({ exitCode: 143, signal: "SIGTERM" });
    expect(await during(bench, carried)).toMatchObject({ status: "pending" });
    await other.close();
    machine.now((ran) => ran.end());
    bench = await bench.reopen();
    expect(await end()).toMatchObject({ status: "completed" });
    expect(machine.last.request.env["WF_ATTEMPT"]).toBe("1");
  });

  test("are told to end when another process has taken the execution over; what they give is not recorded", async () => {
    const machine = new Machine();
    await open(machine, (ctx) => build(ctx));
    const carried = carry();
    await bench.host.settle(50);
    const former = bench;
    bench = await bench.steal();
    machine.now((ran) => ran.end({ stdout: "second" }));
    const [first] = machine.ran;
    expect(await end()).toMatchObject({ status: "completed", output: { stdout: "second" } });
    first?.end({ stdout: "first" });
    await during(former, carried, 60_000).catch(() => {});
    expect(await bench.engine.getStatus("x")).toMatchObject({ output: { stdout: "second" } });
    await former.engine.close();
  });

  test("hold up the end of a workflow that has not waited for them", async () => {
    const machine = new Machine();
    await open(machine, async (ctx) => {
      void build(ctx);
      await ctx.step("other", () => 1);
    });
    const carried = carry();
    await bench.host.advance(2_000);
    expect([machine.last.signal.aborted, (await bench.engine.getStatus("x")).status]).toEqual([true, "running"]);
    machine.last.end({ exitCode: 143, signal: "SIGTERM" });
    expect(await during(bench, carried)).toMatchObject({ status: "completed" });
    expect((await bench.engine.logs("x")).map(({ message }) => message)).toEqual([
      expect.stringContaining('shell "build" was still running'),
    ]);
  });

  test("that come to a good end in spite of it have come to it", async () => {
    const machine = new Machine();
    const notes = ledger();
    await open(machine, (ctx) => build(ctx, { compensate: ({ stdout }) => void notes.note(stdout) }));
    const carried = carry();
    await bench.host.settle(50);
    void bench.engine.cancel("x");
    await bench.host.settle(50);
    await bench.host.advance(1_000);
    machine.last.end({ stdout: "made it" });
    expect(await during(bench, carried, 5_000)).toMatchObject({ status: "cancelled" });
    expect(notes.all).toEqual(["made it"]);
  });
});
