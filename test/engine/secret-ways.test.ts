/** Goal: sensitive values stay encrypted on every way that leads from one execution, step or process to another. */
import { afterEach, describe, expect, test } from "bun:test";

import { defineWorkflow } from "../../src/model/definition.ts";
import { type Secret, secret } from "../../src/model/secret.ts";
import { type Bench, during, ledger, openBench } from "./harness.ts";
import { expectNoTrace } from "./traces.ts";
import { encodingsIn } from "../model/canaries.ts";

let bench: Bench;
afterEach(() => bench.close());

const CANARY = "canary-90b2c4d6e8";
const settled = async (id: string) => during(bench, bench.engine.carry(id, { holdMs: 60_000 }), 60_000);

test("a child takes a secret as input, and its sensitive output reaches its parent encrypted", async () => {
  const child = defineWorkflow({ name: "child", sensitive: true, run: (_, input: { token: string }) => `${input.token}!` });
  const taker = defineWorkflow({ name: "taker", run: (_, input: Secret<string>) => input });
  const parent = defineWorkflow({
    name: "parent",
    async run(ctx) {
      const output = await ctx.run(child, { token: CANARY });
      const kept = await ctx.run(taker, secret(CANARY));
      return output === `${CANARY}!` && kept.reveal() === CANARY;
    },
  });
  bench = await openBench([parent, child, taker]);
  const { id } = await bench.engine.start(parent, undefined);
  await settled(id);
  for (let round = 0; round < 6; round++) await during(bench, bench.engine.tick(), 5_000);
  expect(await bench.engine.getStatus(id)).toMatchObject({ status: "completed", output: true });
  expect((await bench.engine.history(id)).steps.map(({ output }) => output)).toEqual(["[sensitive]", "[sensitive]"]);
  expectNoTrace(bench.file, CANARY);
});

test("a new generation of a sensitive workflow has its input encrypted", async () => {
  const again = defineWorkflow({
    name: "again",
    sensitive: true,
    run: (ctx, input: { left: number; token: string }) =>
      input.left > 0 ? ctx.continueAsNew({ left: input.left - 1, token: input.token }) : input.token.length,
  });
  bench = await openBench([again]);
  const { id } = await bench.engine.start(again, { left: 2, token: CANARY });
  await settled(id);
  expect(await bench.engine.getStatus(id)).toMatchObject({ status: "completed", input: "[sensitive]" });
  expectNoTrace(bench.file, CANARY);
});

test("what undoes a sensitive step gets its result plain", async () => {
  const notes = ledger();
  const undone = defineWorkflow({
    name: "undone",
    retry: { attempts: 1 },
    async run(ctx) {
      await ctx.step("token", () => CANARY, { sensitive: true, compensate: (token) => void notes.note(token) });
      throw new Error("no");
    },
  });
  bench = await openBench([undone]);
  const { id } = await bench.engine.start(undone, undefined);
  await settled(id);
  expect([(await bench.engine.getStatus(id)).status, notes.all]).toEqual(["failed", [CANARY]]);
  expectNoTrace(bench.file, CANARY);
});

test("an exported execution has no sensitive value in it, encrypted or not", async () => {
  const mixed = defineWorkflow({
    name: "mixed",
    async run(ctx, input: { token: Secret<string> }) {
      await ctx.step("whole", () => CANARY, { sensitive: true });
      return { plain: "shown", token: input.token };
    },
  });
  bench = await openBench([mixed]);
  const { id } = await bench.engine.start(mixed, { token: secret(CANARY) });
  await settled(id);
  const lines: string[] = [];
  await bench.engine.bundles.export([id], { write: (line) => void lines.push(line) });
  expect(encodingsIn(lines.join(), CANARY)).toEqual([]);
  expect(lines.join()).not.toMatch(/sealed:|1:[0-9a-f]{8}:/);
  expect(lines.join()).toContain("shown");
});

describe("by hand", () => {
  const given = defineWorkflow({
    name: "given",
    retry: { attempts: 1 },
    async run(ctx) {
      const token = await ctx.step("token", () => Promise.reject<string>(new Error("ask a person")), {
        sensitive: true,
        onExhausted: "pause",
      });
      return token.length;
    },
  });

  test("the result that a person gives to a sensitive step is encrypted", async () => {
    bench = await openBench([given]);
    const { id } = await bench.engine.start(given, undefined);
    expect(await settled(id)).toMatchObject({ status: "paused" });
    await bench.engine.operations.resolve(id, "token", { how: "result", value: CANARY });
    await settled(id);
    expect(await bench.engine.getStatus(id)).toMatchObject({ status: "completed", output: CANARY.length });
    expect((await bench.engine.history(id)).steps.map(({ output }) => output)).toEqual(["[sensitive]"]);
    expectNoTrace(bench.file, CANARY);
  });

  test("a fork shares what is encrypted, and what is set in its place is encrypted too", async () => {
    const notes = ledger();
    const source = defineWorkflow({
      name: "source",
      async run(ctx) {
        const token = await ctx.step("token", () => (notes.note("token"), CANARY), { sensitive: true });
        return ctx.step("use", () => token.length);
      },
    });
    bench = await openBench([source]);
    const { id } = await bench.engine.start(source, undefined);
    await settled(id);
    const shared = await bench.engine.operations.fork(id, { from: "use" });
    expect(await settled(shared.id)).toMatchObject({ status: "completed", output: CANARY.length });
    const changed = await bench.engine.operations.fork(id, { from: "use", set: { token: `${CANARY}-changed` } });
    expect(await settled(changed.id)).toMatchObject({ status: "completed", output: `${CANARY}-changed`.length });
    expect(notes.all).toEqual(["token"]);
    expectNoTrace(bench.file, CANARY);
  });
});
