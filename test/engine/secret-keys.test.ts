/**
 * Goal: what cannot be read or written for want of a key waits for the key, and loses nothing; what is damaged is never taken for that.
 *
 * Method: the host's cipher is exchanged between passes: for one with another key, for one that cannot be used, for one that gives itself
 * out as the right one.
 */
import { Database } from "bun:sqlite";
import { afterEach, describe, expect, test } from "bun:test";

import { defineWorkflow } from "../../src/model/definition.ts";
import { type Secret, secret } from "../../src/model/secret.ts";
import { type Bench, during, ledger, openBench } from "./harness.ts";
import { holding, keyOf, unusable } from "./keyrings.ts";

let bench: Bench;
afterEach(() => bench.close());

const CANARY = "canary-77d0a1b2c3";

describe("without its key", () => {
  const notes = ledger();
  const workflow = defineWorkflow({
    name: "needy",
    async run(ctx, input: Secret<string>) {
      const token = await ctx.step("token", () => (notes.note("token"), input.reveal()), { sensitive: true });
      await ctx.sleep("night", "8h");
      return ctx.step("use", () => (notes.note(`use ${token}`), "used"));
    },
  });
  const started = async (): Promise<string> => {
    bench = await openBench([workflow]);
    bench.host.useCipher(holding(keyOf(1)));
    const { id } = await bench.engine.start(workflow, secret(CANARY));
    await during(bench, bench.engine.carry(id));
    await bench.host.advance(9 * 3_600_000);
    return id;
  };

  test("an execution is blocked and loses nothing; it comes back by itself when the key does", async () => {
    const id = await started();
    bench.host.useCipher(holding(keyOf(2)));
    await during(bench, bench.engine.tick());
    const status = await bench.engine.getStatus(id);
    expect(status).toMatchObject({ status: "blocked", reason: "definition-missing", input: "[sensitive]", restarts: 0 });
    expect(status.reasonDetail).toContain(keyOf(1).id);
    expect((await bench.engine.why(id)).text).toContain("cannot read or write what is sensitive");
    expect((await bench.engine.why(id)).text).not.toContain("file");
    expect((await bench.engine.history(id)).steps.map(({ output }) => output)).toEqual(["[sensitive]", null]);
    expect((await bench.engine.list()).map(({ input }) => input)).toEqual(["[sensitive]"]);
    bench.host.useCipher(holding(keyOf(1)));
    await bench.host.advance(61_000);
    await during(bench, bench.engine.tick());
    expect(await bench.engine.getStatus(id)).toMatchObject({ status: "completed", output: "used" });
    expect(notes.all).toEqual(["token", `use ${CANARY}`]);
  });

  test("a person who has put the key back need not wait", async () => {
    const id = await started();
    bench.host.useCipher(holding(keyOf(2)));
    await during(bench, bench.engine.tick());
    bench.host.useCipher(holding(keyOf(1)));
    await bench.engine.resume(id);
    expect(await during(bench, bench.engine.carry(id))).toMatchObject({ status: "completed" });
  });

  test("a recorded result that needs it blocks the pass, and nothing new runs", async () => {
    const steps = ledger();
    const mixed = defineWorkflow({
      name: "mixed",
      async run(ctx) {
        await ctx.step("token", () => CANARY, { sensitive: true });
        await ctx.sleep("night", "8h");
        await ctx.step("after", () => steps.note("after"));
      },
    });
    bench = await openBench([mixed]);
    bench.host.useCipher(holding(keyOf(1)));
    const { id } = await bench.engine.start(mixed, undefined);
    await during(bench, bench.engine.carry(id));
    bench.host.useCipher(holding(keyOf(2)));
    await bench.host.advance(9 * 3_600_000);
    await during(bench, bench.engine.tick());
    expect(await bench.engine.getStatus(id)).toMatchObject({ status: "blocked", reason: "definition-missing" });
    expect(steps.all).toEqual([]);
    bench.host.useCipher(holding(keyOf(1)));
    await bench.host.advance(61_000);
    await during(bench, bench.engine.tick());
    expect([(await bench.engine.getStatus(id)).status, steps.all]).toEqual(["completed", ["after"]]);
  });

  test("an event that needs it is neither taken nor passed over", async () => {
    const waits = defineWorkflow({
      name: "waits",
      run: async (ctx) => (await ctx.waitForEvent<Secret<string>>("key"))?.payload.reveal().length,
    });
    bench = await openBench([waits]);
    const { id } = await bench.engine.start(waits, undefined);
    await during(bench, bench.engine.carry(id));
    bench.host.useCipher(holding(keyOf(1)));
    await bench.engine.sendEvent(id, "key", secret(CANARY));
    bench.host.useCipher(holding(keyOf(2)));
    await during(bench, bench.engine.tick());
    expect(await bench.engine.getStatus(id)).toMatchObject({ status: "blocked", reason: "definition-missing", restarts: 0 });
    bench.host.useCipher(holding(keyOf(1)));
    await bench.host.advance(61_000);
    await during(bench, bench.engine.tick());
    expect(await bench.engine.getStatus(id)).toMatchObject({ status: "completed", output: CANARY.length });
  });

  test("a duplicate cannot be told from another: that is said, and nothing is made", async () => {
    const id = await started();
    bench.host.useCipher(holding(keyOf(2)));
    await expect(bench.engine.start(workflow, secret(CANARY), { id })).rejects.toMatchObject({ code: "KEY_MISSING" });
  });
});

describe("with a key that cannot be used", () => {
  test("a sensitive step does not even run; a person resumes it", async () => {
    const notes = ledger();
    const workflow = defineWorkflow({ name: "careful", run: (ctx) => ctx.step("token", () => notes.note(CANARY), { sensitive: true }) });
    bench = await openBench([workflow]);
    bench.host.useCipher(unusable);
    const { id } = await bench.engine.start(workflow, undefined);
    expect(await during(bench, bench.engine.carry(id))).toMatchObject({ status: "blocked", reason: "definition-missing", wakeAt: null });
    await bench.host.advance(3_600_000);
    expect(await during(bench, bench.engine.tick())).toMatchObject({ claimed: 0 });
    expect(notes.all).toEqual([]);
    bench.host.useCipher(holding(keyOf(1)));
    await bench.engine.resume(id);
    expect(await during(bench, bench.engine.carry(id))).toMatchObject({ status: "completed" });
    expect(notes.all).toEqual([CANARY]);
  });

  test("a secret that a step gives blocks the execution; the step does not run again by itself", async () => {
    const notes = ledger();
    const workflow = defineWorkflow({ name: "surprise", run: (ctx) => ctx.step("token", () => (notes.note("ran"), secret(CANARY))) });
    bench = await openBench([workflow]);
    bench.host.useCipher(unusable);
    const { id } = await bench.engine.start(workflow, undefined);
    expect(await during(bench, bench.engine.carry(id))).toMatchObject({ status: "blocked", wakeAt: null, restarts: 0 });
    await bench.host.advance(3_600_000);
    await during(bench, bench.engine.tick());
    expect(notes.all).toEqual(["ran"]);
  });

  test("a secret that the workflow returns blocks it, and no step runs again", async () => {
    const notes = ledger();
    const workflow = defineWorkflow({
      name: "returns",
      async run(ctx) {
        await ctx.step("once", () => notes.note("ran"));
        return secret(CANARY);
      },
    });
    bench = await openBench([workflow]);
    bench.host.useCipher(unusable);
    const { id } = await bench.engine.start(workflow, undefined);
    expect(await during(bench, bench.engine.carry(id))).toMatchObject({ status: "blocked", reason: "definition-missing" });
    bench.host.useCipher(holding(keyOf(1)));
    await bench.engine.resume(id);
    expect(await during(bench, bench.engine.carry(id))).toMatchObject({ status: "completed", output: "[sensitive]" });
    expect(notes.all).toEqual(["ran"]);
  });
});

describe("what is encrypted and damaged", () => {
  const workflow = defineWorkflow({
    name: "damaged",
    async run(ctx, input: unknown) {
      await ctx.step("token", () => CANARY, { sensitive: true });
      await ctx.sleep("night", "8h");
      return input === undefined;
    },
  });
  /** A key of the same name that is another: what it opens does not authenticate. */
  const impostor = holding({ ...keyOf(2), id: keyOf(1).id });

  test.each([
    ["result", undefined],
    ["input", secret(CANARY)],
  ])("%s: blocks the execution as corrupt, for good", async (_, input) => {
    bench = await openBench([workflow]);
    bench.host.useCipher(holding(keyOf(1)));
    const { id } = await bench.engine.start(workflow, input);
    await during(bench, bench.engine.carry(id));
    bench.host.useCipher(impostor);
    await bench.host.advance(9 * 3_600_000);
    await during(bench, bench.engine.tick());
    expect(await bench.engine.getStatus(id)).toMatchObject({ status: "blocked", reason: "corrupt", wakeAt: null });
    expect((await bench.engine.getStatus(id)).reasonDetail).toContain("has been changed since it was written");
  });

  test("in one byte is noticed by the row's checksum already", async () => {
    bench = await openBench([workflow]);
    const { id } = await bench.engine.start(workflow, undefined);
    await during(bench, bench.engine.carry(id));
    const db = new Database(bench.file);
    // Another letter, whatever stands there: what is encrypted differs from run to run.
    const other = "iif(substr(output, 40, 1) = 'A', 'B', 'A')";
    db.run(`UPDATE steps SET output = substr(output, 1, 39) || ${other} || substr(output, 41) WHERE name = 'token'`);
    db.close();
    await bench.host.advance(9 * 3_600_000);
    await bench.engine.tick();
    expect(await bench.engine.getStatus(id)).toMatchObject({ status: "blocked", reason: "corrupt" });
  });
});
