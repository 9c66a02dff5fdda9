/** `fork` and `rerun`: new executions made of others, which stay as they are. */
import { afterEach, describe, expect, test } from "bun:test";
import { z } from "zod";
import { defineWorkflow, type WorkflowDefinition } from "../../../src/model/definition.ts";
import { WorkflowError } from "../../../src/model/errors.ts";
import { type Bench, during, ledger, openBench } from "../harness.ts";

let bench: Bench;
afterEach(() => bench.close());

const ops = () => bench.engine.operations;
const carry = (id: string) => during(bench, bench.engine.carry(id, { holdMs: 1_000 }), 60_000);

const ordering = (state = { isDown: true }) => {
  const done = ledger();
  const definition = defineWorkflow({
    name: "ordering",
    input: z.object({ sku: z.string().transform((text) => text.toUpperCase()) }),
    async run(ctx, { sku }) {
      const price = await ctx.step("price", () => (done.note("price"), 10));
      const key = ctx.uuid();
      const charge = await ctx.step("charge", () => {
        done.note("charge");
        if (state.isDown) throw new WorkflowError("card refused");
        return `charged ${price}`;
      });
      return { sku, key, charge, ship: await ctx.step("ship", () => (done.note("ship"), "shipped")) };
    },
  });
  return { definition: definition as WorkflowDefinition<unknown>, done, state };
};

const failed = async (state?: { isDown: boolean }) => {
  const made = ordering(state);
  bench = await openBench([made.definition]);
  await bench.engine.start(made.definition, { sku: "a1" }, { id: "a", tags: { team: "red" } });
  await carry("a");
  return made;
};

describe("a fork", () => {
  test("keeps what came before the step, and runs it and what comes after; the other stays as it is", async () => {
    const { done, state } = await failed();
    const before = await bench.engine.history("a");
    state.isDown = false;
    const made = await ops().fork("a", { from: "charge", id: "b", reason: "new card" });
    expect(made).toMatchObject({ id: "b", status: "pending", tags: { team: "red" }, parentId: null, error: null });
    expect(await carry("b")).toMatchObject({ status: "completed", output: { sku: "A1", charge: "charged 10", ship: "shipped" } });
    expect(done.all).toEqual(["price", "charge", "charge", "ship"]);
    const after = await bench.engine.history("a");
    expect({ ...after, decisions: [] as typeof after.decisions }).toEqual(before);
    const told = { by: "operator@simulated", action: "fork", reason: "new card" };
    expect(after.decisions).toMatchObject([{ ...told, detail: "from charge, as b" }]);
    expect(await ops().decisions("b")).toMatchObject([{ ...told, detail: "of a, from charge" }]);
    expect((await bench.store.execution("b"))?.origin).toStartWith("fork a ");
  });

  test("draws the same random values, since what it has kept was made with them; so does a fork of a fork", async () => {
    const keys: unknown[] = [];
    await failed({ isDown: false });
    await ops().fork("a", { from: "ship", id: "b" });
    await ops().fork("b", { from: "price", id: "c" });
    for (const id of ["a", "b", "c"]) keys.push(((await carry(id)).output as { key: string }).key);
    expect(new Set(keys).size).toBe(1);
    await ops().rerun("a", { id: "d" });
    expect(((await carry("d")).output as { key: string }).key).not.toBe(keys[0]);
  });

  test("begins at the step that failed, where none is named; of one that has not failed it must be", async () => {
    const { done, state } = await failed();
    state.isDown = false;
    const { id } = await ops().fork("a");
    expect(id).toMatch(/^ordering-[a-z0-9]{10}$/);
    expect(await carry(id)).toMatchObject({ status: "completed" });
    expect(done.of("price")).toBe(1);
    await expect(ops().fork(id)).rejects.toMatchObject({ code: "ACTION_REFUSED", hint: expect.stringContaining("--from") });
  });

  test("takes results that are set: instead of recorded ones, and instead of running a step", async () => {
    const { done } = await failed();
    await ops().fork("a", { from: "charge", id: "b", set: { price: 99, charge: "by cheque" } });
    expect(await carry("b")).toMatchObject({ status: "completed", output: { charge: "by cheque", ship: "shipped" } });
    expect(done.all).toEqual(["price", "charge", "ship"]);
    const steps = (await bench.engine.history("b")).steps.map(({ name, output, order }) => [name, output, order]);
    expect(steps).toEqual([
      ["price", 99, 1],
      ["charge", "by cheque", 2],
      ["ship", "shipped", 3],
    ]);
  });

  test("takes another input, which its workflow checks; its own is not read by the schema a second time", async () => {
    const { state } = await failed();
    state.isDown = false;
    await ops().fork("a", { from: "charge", id: "b", input: { sku: "b2" } });
    expect(await carry("b")).toMatchObject({ output: { sku: "B2" } });
    await expect(ops().fork("a", { from: "charge", input: { sku: 7 } })).rejects.toMatchObject({ code: "INPUT_INVALID" });
  });

  test("of one that runs and waits keeps what has completed, and begins its waits anew", async () => {
    const slow = defineWorkflow({
      name: "slow",
      async run(ctx) {
        await ctx.step("one", () => 1);
        await ctx.sleep("nap", "1h");
        return "done";
      },
    }) as WorkflowDefinition<undefined>;
    bench = await openBench([slow]);
    await bench.engine.start(slow, undefined, { id: "a" });
    await carry("a");
    await bench.host.advance(1_800_000);
    await ops().fork("a", { from: "nap", id: "b" });
    expect(await carry("b")).toMatchObject({ status: "sleeping", wakeAt: "2026-01-01T01:30:00.000Z" });
    await expect(ops().fork("a", { from: "one", set: { nap: 1 } })).rejects.toMatchObject({ code: "ACTION_REFUSED" });
  });

  test("is refused, and leaves nothing, for an id that is taken, a step that is not there, and in a dry run", async () => {
    await failed();
    const before = await bench.engine.overview();
    await expect(ops().fork("a", { from: "charge", id: "a" })).rejects.toMatchObject({ code: "ID_TAKEN" });
    await expect(ops().fork("a", { from: "chrage" })).rejects.toMatchObject({ code: "STEP_NOT_FOUND" });
    await expect(ops().fork("a", { from: "charge", set: { nope: 1 } })).rejects.toMatchObject({ code: "STEP_NOT_FOUND" });
    await expect(ops().fork("a", { from: "charge", id: "!" })).rejects.toMatchObject({ code: "ID_INVALID" });
    expect(await ops().fork("a", { from: "charge", isDry: true })).toMatchObject({ id: "a" });
    expect(await bench.engine.overview()).toEqual(before);
    expect(await ops().decisions("a")).toEqual([]);
  });
});

describe("a rerun", () => {
  test("shares nothing: every step runs, with the same input and tags", async () => {
    const { done, state } = await failed();
    state.isDown = false;
    await ops().rerun("a", { id: "b" });
    expect(await carry("b")).toMatchObject({ status: "completed", output: { sku: "A1" }, tags: { team: "red" } });
    expect(done.all).toEqual(["price", "charge", "price", "charge", "ship"]);
    expect(await ops().decisions("b")).toMatchObject([{ action: "rerun", detail: "of a" }]);
    expect((await bench.store.execution("b"))?.origin).toBe("rerun a");
  });

  test("waits for its file, where that does not load, as any execution does", async () => {
    const { definition } = await failed();
    bench = await bench.reopen();
    bench.host.forget("ordering");
    await ops().rerun("a", { id: "b" });
    expect(await carry("b")).toMatchObject({ status: "blocked", reason: "definition-missing" });
    bench.host.define(definition);
    await ops().resume("b");
    expect(await carry("b")).toMatchObject({ status: "failed", error: { message: "card refused" } });
    await expect(ops().rerun("nope")).rejects.toMatchObject({ code: "EXECUTION_NOT_FOUND" });
  });
});
