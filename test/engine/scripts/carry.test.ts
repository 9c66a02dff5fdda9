/**
 * Goal: an execution whose workflow is a script is carried like any other: it ends, its steps are told, and it parks.
 *
 * Method: the real engine and store; the script's process is held in the test's hands.
 */
import { Database } from "bun:sqlite";
import { describe, expect, spyOn, test } from "bun:test";
import { SqliteScripts } from "../../../src/sqlite/scripts.ts";
import { fail } from "../../../src/model/errors.ts";
import { nextScript, on, openedForEach, rowsOf, running, settled, status } from "./script-bench.ts";
import { beginStep, endStep } from "./scripted.ts";

openedForEach();

describe("a script", () => {
  test("is told who it is, and completes with what it says", async () => {
    const { started, carried, term } = await running({ holdMs: 5_000 });
    expect(started.variables).toMatchObject({
      ...{ WF_EXECUTION: "x", WF_INPUT: '{"table":"orders"}', WF_INPUT_TABLE: "orders", WF_HOLD: "5000ms" },
    });
    expect(started.variables).not.toHaveProperty("WF_RETRY");
    await on.bench.store.scripts.end({ executionId: "x", term }, { outputText: '{"rows":3}', failed: false, errorText: null });
    started.end(0);
    expect(await settled(carried)).toMatchObject({ status: "completed", output: { rows: 3 } });
  });

  test("fails with its code and the end of its standard error, and is started again by a retry", async () => {
    const { started, carried } = await running();
    started.end(3, { stderr: "no space\n" });
    expect(await settled(carried)).toMatchObject({
      ...{ status: "failed", error: { code: "SCRIPT_FAILED", message: 'Script "workflows/s.sh" ended with exit code 3: no space' } },
    });
    await on.bench.engine.operations.retry("x");
    const again = on.bench.engine.carry("x");
    (await nextScript(2)).end(0);
    expect(await settled(again)).toMatchObject({ status: "completed", output: null });
  });

  test("that cannot be started fails; one for which the system has no room is taken up again", async () => {
    on.scripts.refuse(fail("SCRIPT_UNSTARTED", { file: "workflows/s.sh", problem: "gone" }));
    const { id } = await on.bench.engine.start("s", {}, { id: "y", claim: true });
    expect(await settled(on.bench.engine.carry(id))).toMatchObject({ status: "failed", error: { code: "SCRIPT_UNSTARTED" } });
    on.scripts.refuse(Object.assign(new Error("no more processes"), { code: "EAGAIN" }));
    await on.bench.engine.start("s", {}, { id: "z", claim: true });
    expect(await settled(on.bench.engine.carry("z", { holdMs: 0 }))).toMatchObject({ status: "pending", reason: "restart" });
  });

  test("prints lines that are kept and shown", async () => {
    const { started, carried } = await running();
    started.print("stdout", "one\ntw");
    started.print("stdout", "o\n\u001b[31mred");
    started.end(0);
    await settled(carried);
    expect((await on.bench.engine.logs("x")).map(({ message }) => message)).toEqual(["one", "two", "\u001b[31mred"]);
    expect(on.progress.flatMap((one) => (one.type === "printed" ? [one.line] : []))).toEqual(["one", "two", "\u001b[31mred"]);
  });

  test("an error of the process that carries it is not laid to it", async () => {
    const { started, carried } = await running();
    on.bench.host.throwStray(new Error("elsewhere"));
    started.end(0);
    expect(await settled(carried)).toMatchObject({ status: "completed" });
    expect((await on.bench.engine.logs("x")).map(({ message }) => message).join()).toContain("elsewhere");
  });
});

describe("its steps", () => {
  test("are told as they come", async () => {
    const { started, carried, term } = await running();
    const row = await beginStep(on.bench, "x", term, "dump");
    on.bench.engine.sendEvent("x", "nothing").catch(() => {}); // whatever is written, its carrier looks
    await on.bench.host.settle(60);
    await endStep(on.bench, "x", row);
    started.end(0);
    await settled(carried);
    expect(
      on.progress.flatMap((one) => (one.type === "step-started" || one.type === "step-completed" ? [`${one.type} ${one.step.name}`] : [])),
    ).toEqual(["step-started dump", "step-completed dump"]);
  });

  test("that are left running when it parks are awaited", async () => {
    const { started, carried, term } = await running();
    const row = await beginStep(on.bench, "x", term, "slow");
    const sleep = { scope: "", kind: "sleep", name: "night", isKeyed: false } as const;
    await on.bench.store.scripts.callWait({ pass: { executionId: "x", term }, step: sleep, durationMs: 60_000 });
    await on.bench.store.scripts.park({ executionId: "x", term });
    started.end(5);
    await on.bench.host.advance(1_000);
    expect(await status()).toMatchObject({ status: "running" });
    await endStep(on.bench, "x", row);
    expect(await settled(carried, 1_000)).toMatchObject({ status: "sleeping", reason: "sleep" });
    expect(await rowsOf()).toEqual([
      ["slow", "completed"],
      ["night", "sleeping"],
    ]);
  });

  test("that are left running at its end are ended, and that is told", async () => {
    const { started, carried, term } = await running();
    await beginStep(on.bench, "x", term, "left");
    started.end(0);
    expect(await settled(carried, 1_000)).toMatchObject({ status: "completed" });
    expect(started.isTold).toBe(true);
    expect(await rowsOf()).toEqual([["left", "cancelled"]]);
    expect((await on.bench.engine.logs("x")).map(({ message }) => message).join()).toContain(
      '"left" was still running when the script ended',
    );
  });
});

describe("a script that waits", () => {
  const wait = async (term: number, kind: "sleep" | "event", durationMs: number | null): Promise<void> => {
    await on.bench.store.scripts.callWait({
      pass: { executionId: "x", term },
      step: { scope: "", kind, name: "w", isKeyed: false },
      durationMs,
    });
    await on.bench.store.scripts.park({ executionId: "x", term });
  };

  test("parks until the end of its sleep, and is started again by the next tick", async () => {
    const { started, carried, term } = await running();
    await wait(term, "sleep", 3_600_000);
    started.end(5);
    expect(await settled(carried)).toMatchObject({ status: "sleeping", reason: "sleep", reasonDetail: 'sleep "w"' });
    await on.bench.host.advance(3_600_000);
    const tick = on.bench.engine.tick();
    (await nextScript(2)).end(0);
    expect(await settled(tick)).toMatchObject({ claimed: 1, completed: 1 });
  });

  test("for an event: one that has come before it parked is not missed", async () => {
    const { started, carried, term } = await running();
    await wait(term, "event", null);
    await on.bench.engine.sendEvent("x", "w", 1);
    started.end(5);
    await on.bench.host.advance(1_000);
    (await nextScript(2)).end(0);
    expect(await settled(carried)).toMatchObject({ status: "completed" });
  });

  test("for an event that comes later is due then", async () => {
    const { started, carried, term } = await running();
    await wait(term, "event", null);
    started.end(5);
    expect(await settled(carried)).toMatchObject({ status: "waiting", reason: "event", wakeAt: null });
    await on.bench.engine.sendEvent("x", "w", 1);
    const tick = on.bench.engine.tick();
    (await nextScript(2)).end(0);
    expect(await settled(tick)).toMatchObject({ claimed: 1, completed: 1 });
  });

  test("in place is still asked to wake when that could not be written", async () => {
    const { started, carried, term } = await running({ holdMs: 3_600_000 });
    const callWait = (step: { isKeyed: false } | { n: 1 }) =>
      on.bench.store.scripts.callWait({
        ...{ pass: { executionId: "x", term }, durationMs: 3_000_000 },
        step: { scope: "", kind: "sleep", name: "w", ...step },
      });
    await callWait({ isKeyed: false });
    const asked = (): unknown => {
      using file = new Database(on.bench.file, { readonly: true });
      return file.query("SELECT action FROM requests").all();
    };
    const endWait = spyOn(SqliteScripts.prototype, "endWait").mockImplementationOnce(() => Promise.reject(new Error("the disk is full")));
    await settled(on.bench.engine.operations.wake("x", {}));
    await on.bench.host.advance(1_000);
    expect([endWait.mock.calls.length, asked()]).toEqual([1, [{ action: "wake" }]]);
    endWait.mockRestore();
    await settled(on.bench.engine.operations.wake("x", {}));
    await on.bench.host.advance(1_000);
    expect([asked(), (await callWait({ n: 1 })).kind]).toEqual([[], "over"]);
    started.end(0);
    expect(await settled(carried)).toMatchObject({ status: "completed" });
  });

  test("in place is woken by hand", async () => {
    const { started, carried, term } = await running({ holdMs: 3_600_000 });
    const pass = { executionId: "x", term };
    await on.bench.store.scripts.callWait({ pass, step: { scope: "", kind: "sleep", name: "w", isKeyed: false }, durationMs: 3_000_000 });
    await settled(on.bench.engine.operations.wake("x", {}));
    await on.bench.host.advance(1_000);
    const again = await on.bench.store.scripts.callWait({
      pass,
      step: { scope: "", kind: "sleep", name: "w", n: 1 },
      durationMs: 3_000_000,
    });
    expect(again.kind).toBe("over");
    started.end(0);
    expect(await settled(carried)).toMatchObject({ status: "completed" });
  });
});
