/**
 * Goal: whatever ends a script from outside, nothing of it is left when its execution leaves, and nothing is lost: a cancellation, its
 * deadline, a process that stops or dies, another owner.
 *
 * Method: the real engine and store; the script's process is held in the test's hands.
 */
import { describe, expect, test } from "bun:test";
import { during } from "../harness.ts";
import type { CheckView } from "../../../src/model/clients/sources.ts";
import { nextScript, on, openedForEach, openWith, rowsOf, running, settled, status } from "./script-bench.ts";
import { beginStep, endStep } from "./scripted.ts";

openedForEach();

describe("an end that is not its own", () => {
  test("a cancellation ends the script first, and then the execution", async () => {
    const { started, carried, term } = await running();
    await beginStep(on.bench, "x", term, "dump");
    on.scripts.stubborn = true;
    const cancelled = on.bench.engine.cancel("x", "wrong table");
    await on.bench.host.advance(1_000);
    expect([started.isTold, (await status()).status]).toEqual([true, "running"]);
    started.end(143);
    await settled(cancelled);
    expect(await settled(carried)).toMatchObject({ status: "cancelled" });
    expect(await rowsOf()).toEqual([["dump", "cancelled"]]);
  });

  test("a script that ends well while it is being cancelled is cancelled all the same, once", async () => {
    const { started, carried } = await running();
    on.scripts.stubborn = true;
    const cancelled = on.bench.engine.cancel("x");
    await on.bench.host.advance(300);
    started.end(0);
    await settled(cancelled);
    expect(await settled(carried)).toMatchObject({ status: "cancelled" });
  });

  test("its deadline ends it, and it has failed", async () => {
    await on.bench.close();
    await openWith({ timeout: "10s" });
    const { started, carried } = await running();
    expect(await settled(carried, 15_000)).toMatchObject({ status: "failed", error: { code: "DEADLINE_PASSED" } });
    expect(started.isTold).toBe(true);
  });

  test("killed from outside, it is taken up again; progress sets the count back", async () => {
    const { started, carried, term } = await running();
    await endStep(on.bench, "x", await beginStep(on.bench, "x", term, "dump"));
    started.end(137, { signal: "SIGKILL" });
    expect(await settled(carried)).toMatchObject({ status: "pending", reason: "restart" });
    expect((await on.bench.store.execution("x"))?.panics).toBe(1);
    await on.bench.host.advance(60_000);
    const tick = on.bench.engine.tick();
    const again = await nextScript(2);
    await endStep(on.bench, "x", await beginStep(on.bench, "x", Number(again.variables["WF_TERM"]), "upload"));
    again.end(137);
    await settled(tick);
    expect((await on.bench.store.execution("x"))?.panics).toBe(1);
  });
});

describe("a process that stops", () => {
  test("lets what runs finish, begins nothing more, and leaves the rest to the next", async () => {
    const stop = new AbortController();
    const { started, carried, term } = await running({ signal: stop.signal });
    const row = await beginStep(on.bench, "x", term, "dump");
    stop.abort();
    await on.bench.host.settle(60);
    expect(beginStep(on.bench, "x", term, "upload")).rejects.toThrow("the step is parked");
    expect(started.isTold).toBe(false);
    await endStep(on.bench, "x", row);
    started.end(5);
    expect(await settled(carried)).toMatchObject({ status: "pending", reason: "queued" });
    expect(await rowsOf()).toEqual([["dump", "completed"]]);
  });

  test("ends the script after its grace", async () => {
    const stop = new AbortController();
    const { started, carried } = await running({ signal: stop.signal });
    stop.abort();
    await on.bench.host.advance(900);
    expect(started.isTold).toBe(false);
    expect(await settled(carried, 1_000)).toMatchObject({ status: "pending", reason: "queued" });
    expect(started.isTold).toBe(true);
  });

  test("and is told to end at the same moment as its script, as by a service manager, lays nothing to the script", async () => {
    const stop = new AbortController();
    const { started, carried } = await running({ signal: stop.signal });
    started.end(143, { signal: "SIGTERM" });
    await on.bench.host.settle(60);
    stop.abort();
    expect(await settled(carried, 2_000)).toMatchObject({ status: "pending", reason: "queued" });
  });

  test("a script that was ended so by somebody alone has failed", async () => {
    const { started, carried } = await running();
    started.end(143, { signal: "SIGTERM" });
    expect(await settled(carried, 2_000)).toMatchObject({ status: "failed" });
  });

  test("a pause has it park when the script comes to its next step", async () => {
    const { started, carried, term } = await running();
    await settled(on.bench.engine.operations.pause("x", {}));
    await on.bench.host.advance(1_000);
    expect(beginStep(on.bench, "x", term, "upload")).rejects.toThrow("the step is parked");
    started.end(5);
    expect(await settled(carried)).toMatchObject({ status: "paused" });
  });

  test("that dies leaves it to the next owner, under another term", async () => {
    const { term } = await running();
    on.bench = await on.bench.crash();
    const tick = on.bench.engine.tick();
    const again = await nextScript(2);
    expect(Number(again.variables["WF_TERM"])).toBeGreaterThan(term);
    expect(beginStep(on.bench, "x", term, "dump")).rejects.toThrow("lease");
    again.end(0);
    expect(await settled(tick)).toMatchObject({ claimed: 1, completed: 1 });
  });
});

test("one that lost its lease ends its script and writes nothing", async () => {
  const { started, carried } = await running();
  const thief = await on.bench.steal();
  const tick = thief.engine.tick();
  const again = await nextScript(2);
  again.end(0);
  expect(await during(thief, tick)).toMatchObject({ completed: 1 });
  started.print("stdout", "still here\n");
  await on.bench.host.advance(1_000);
  expect(started.isTold).toBe(true);
  expect(await settled(carried)).toMatchObject({ status: "completed" });
  await thief.close();
});

test("a step that is in doubt blocks it, whatever the script makes of that", async () => {
  const { term } = await running();
  const step = { scope: "", kind: "shell", name: "pay", isKeyed: false } as const;
  const pay = (pass: number) =>
    on.bench.store.scripts.callStep({ pass: { executionId: "x", term: pass }, step, once: true, process: on.bench.host.processes.self });
  expect((await pay(term)).kind).toBe("begun");
  on.bench = await on.bench.crash();
  const tick = on.bench.engine.tick();
  const again = await nextScript(2);
  expect((await pay(Number(again.variables["WF_TERM"]))).kind).toBe("in-doubt");
  again.end(0);
  expect(await settled(tick)).toMatchObject({ blocked: 1 });
  expect(await on.bench.engine.why("x")).toMatchObject({
    status: "blocked",
    reason: "in-doubt",
    next: "wf resolve x pay --result '<json>'",
  });
});

test("a check says of it that scripts are not checked", async () => {
  const { started, carried } = await running();
  const views: CheckView[] = [];
  const report = await settled(on.bench.engine.sources.check({ onChecked: (one) => views.push(one) }));
  expect([report, views]).toMatchObject([{ checked: 0, problems: [] }, [{ id: "x", verdict: "ok", script: true }]]);
  started.end(0);
  await settled(carried);
});
