/**
 * Goal: what is sensitive is on disk in no readable form, and all else stays as it is without: finished steps are not run again,
 * duplicates are known.
 *
 * Method: workflows carry a canary through every place where a value can stand, across crashes; the raw files are searched for it in eight
 * encodings.
 */
import { afterEach, describe, expect, test } from "bun:test";
import { z } from "zod";

import { defineWorkflow } from "../../src/model/definition.ts";
import { type Secret, secret } from "../../src/model/secret.ts";
import { secretOf } from "../../src/model/secret-schema.ts";
import { encodingsIn } from "../model/canaries.ts";
import { type Bench, during, ledger, openBench } from "./harness.ts";
import { unusable } from "./keyrings.ts";
import { expectNoTrace } from "./traces.ts";

let bench: Bench;
afterEach(() => bench.close());

const CANARY = 'canary-3fb1/"+ü key';

/** Through input, output, steps, an event, a log line, an error, at any depth. */
const everywhere = (notes: ReturnType<typeof ledger>, seen: unknown[]) =>
  defineWorkflow({
    name: "everywhere",
    input: z.object({ token: secretOf(z.string()), region: z.string().default("eu") }),
    retry: { attempts: 2, delay: "1s", jitter: false },
    async run(ctx, input) {
      const token: string = input.token.reveal();
      const whole = await ctx.step("whole", () => (notes.note("whole"), { token, list: [token] }), { sensitive: true });
      const parts = await ctx.step("parts", () => (notes.note("parts"), { deep: new Map([["token", secret(token)]]), plain: "shown" }));
      await ctx.step("failing", ({ attempt, log }) => {
        log.warn(`at ${attempt} with ${token}`, { token, also: secret(token) });
        if (attempt === 1)
          throw Object.assign(new Error(`refused ${token}`, { cause: new Error(encodeURIComponent(token)) }), { sent: token });
      });
      const event = await ctx.waitForEvent<{ key: Secret<string> }>("key");
      seen.push(whole, parts.deep.get("token")?.reveal(), event?.payload.key.reveal());
      return { region: input.region, token: input.token };
    },
  });

describe("a secret that goes everywhere", () => {
  const seen: unknown[] = [];
  const notes = ledger();
  const workflow = everywhere(notes, seen);

  test("is on disk in no readable form, and comes back on every pass, after a crash too", async () => {
    bench = await openBench([workflow]);
    const { id } = await bench.engine.start(workflow, { token: CANARY });
    const carried = during(bench, bench.engine.carry(id, { holdMs: 10_000 }), 10_000);
    expect(await carried).toMatchObject({ status: "waiting", input: { token: "[sensitive]", region: "eu" } });
    expectNoTrace(bench.file, CANARY);
    bench = await bench.crash();
    await bench.engine.sendEvent(id, "key", { key: secret(CANARY) });
    expectNoTrace(bench.file, CANARY);
    await during(bench, bench.engine.tick());
    expect(await bench.engine.getStatus(id)).toMatchObject({ status: "completed", output: { token: "[sensitive]", region: "eu" } });
    expectNoTrace(bench.file, CANARY);
    expect(notes.all).toEqual(["whole", "parts"]);
    expect(seen).toEqual([{ token: CANARY, list: [CANARY] }, CANARY, CANARY]);
    const handle = await bench.engine.start(workflow, { token: CANARY }, { id });
    expect(handle.disposition).toBe("existing");
    expect(((await handle.result()) as { token: Secret<string> }).token.reveal()).toBe(CANARY);
    const shown = JSON.stringify([
      await bench.engine.history(id),
      await bench.engine.logs(id),
      await bench.engine.why(id),
      await bench.engine.list(),
    ]);
    expect(encodingsIn(shown, CANARY)).toEqual([]);
    const { steps } = await bench.engine.history(id);
    expect(steps.map(({ name, output }) => [name, output])).toMatchObject([
      ["whole", "[sensitive]"],
      ["parts", { deep: new Map([["token", "[sensitive]"]]), plain: "shown" }],
      ["failing", undefined],
      ["key", { payload: { key: "[sensitive]" } }],
    ]);
    expect(steps[2]?.attempts[0]?.error).toMatchObject({ message: "refused [sensitive]", cause: { message: "[sensitive]" } });
    const logs = await bench.engine.logs(id);
    expect(logs[0]).toMatchObject({ message: "at 1 with [sensitive]", data: { token: "[sensitive]", also: "[sensitive]" } });
  });

  test("would be found by this search if it were there", async () => {
    const open = defineWorkflow({ name: "open", run: () => CANARY });
    bench = await openBench([open]);
    await during(bench, bench.engine.execute(open, undefined));
    expect(() => expectNoTrace(bench.file, CANARY)).toThrow();
  });
});

describe("a sensitive workflow", () => {
  const notes = ledger();
  const workflow = defineWorkflow({
    name: "payroll",
    sensitive: true,
    input: z.object({ salary: z.string() }),
    async run(ctx, { salary }) {
      await ctx.sleep("night", "8h");
      notes.note(salary);
      return { paid: salary };
    },
  });

  test("keeps its input and output to itself, and gets them plain", async () => {
    bench = await openBench([workflow]);
    const { id } = await bench.engine.start(workflow, { salary: CANARY });
    await during(bench, bench.engine.carry(id));
    bench = await bench.reopen();
    await bench.host.advance(9 * 3_600_000);
    await during(bench, bench.engine.tick());
    expect(await bench.engine.getStatus(id)).toMatchObject({ status: "completed", input: "[sensitive]", output: "[sensitive]" });
    expect(notes.of(CANARY)).toBe(1);
    expectNoTrace(bench.file, CANARY);
    const same = await bench.engine.start(workflow, { salary: CANARY }, { id });
    expect([same.disposition, await same.result()]).toEqual(["existing", { paid: CANARY }]);
    await expect(bench.engine.start(workflow, { salary: "other" }, { id })).rejects.toMatchObject({ code: "INPUT_MISMATCH" });
  });

  test("that refuses its input does not repeat it", async () => {
    const choosy = defineWorkflow({
      name: "choosy",
      sensitive: true,
      input: z.string().refine(() => false, { error: ({ input }) => `not this: ${String(input)}` }),
      run: () => null,
    });
    bench = await openBench([choosy]);
    const error = await bench.engine.start(choosy, "never-seen-before-1").catch((thrown: Error) => thrown);
    expect((error as Error).message).toContain("not this: [sensitive]");
  });

  test("that failed is not started again from what is encrypted", async () => {
    const failing = defineWorkflow({ name: "failing", sensitive: true, run: () => Promise.reject(new Error("no")) });
    bench = await openBench([failing]);
    const { id } = await during(bench, bench.engine.execute(failing, { a: 1 }));
    expect((await bench.engine.why(id)).next).not.toContain("sealed");
  });

  test("is validated without a key being made", async () => {
    bench = await openBench([workflow]);
    bench.host.useCipher(unusable);
    await bench.engine.validate(workflow, { salary: CANARY });
    await expect(bench.engine.start(workflow, { salary: CANARY })).rejects.toMatchObject({ code: "KEY_UNUSABLE" });
    expect(await bench.engine.list()).toEqual([]);
  });
});

describe("an event", () => {
  const asks = defineWorkflow({
    name: "asks",
    async run(ctx) {
      const event = await ctx.waitForEvent("key", { schema: z.object({ key: secretOf(z.string()) }) });
      const again = await ctx.waitForEvent<{ key: string }>("key");
      return [event?.payload.key.reveal().length, again?.payload.key.length];
    },
  });

  test("that is sent as sensitive is encrypted as sent and as taken, and the wait gets it plain", async () => {
    bench = await openBench([asks]);
    const { id } = await bench.engine.start(asks, undefined);
    for (const _ of [1, 2]) await bench.engine.sendEvent(id, "key", { key: CANARY }, { sensitive: true });
    expect(await during(bench, bench.engine.carry(id))).toMatchObject({ status: "completed", output: [CANARY.length, CANARY.length] });
    expect((await bench.engine.history(id)).steps.map(({ output }) => output)).toEqual(["[sensitive]", "[sensitive]"]);
    expectNoTrace(bench.file, CANARY);
  });

  test("whose payload becomes a secret waits for a key that can be used, and is not lost", async () => {
    bench = await openBench([asks]);
    const { id } = await bench.engine.start(asks, undefined);
    for (const _ of [1, 2]) await bench.engine.sendEvent(id, "key", { key: "not-so-secret" });
    bench.host.useCipher(unusable);
    expect(await during(bench, bench.engine.carry(id))).toMatchObject({ status: "blocked", reason: "definition-missing" });
    bench = await bench.reopen();
    await bench.engine.resume(id);
    expect(await during(bench, bench.engine.carry(id))).toMatchObject({ status: "completed", output: [13, 13] });
  });
});

test("a step whose output schema repeats what it refuses tells nothing", async () => {
  const strict = defineWorkflow({
    name: "strict",
    retry: { attempts: 1 },
    run: (ctx) =>
      ctx.step("strict", () => "never-seen-before-2", {
        sensitive: true,
        output: z.string().refine(() => false, { error: ({ input }) => `not ${String(input)}` }),
      }),
  });
  bench = await openBench([strict]);
  expect(await during(bench, bench.engine.execute(strict, undefined))).toMatchObject({
    status: "failed",
    error: { message: expect.stringContaining("not [sensitive]") },
  });
  expectNoTrace(bench.file, "never-seen-before-2");
});

test("the key of an attempt is the same for a sensitive step as for any other", async () => {
  const keys: string[] = [];
  const keyed = (sensitive: boolean) =>
    defineWorkflow({ name: "keyed", run: (ctx) => ctx.step("pay", ({ idempotencyKey }) => void keys.push(idempotencyKey), { sensitive }) });
  for (const sensitive of [false, true]) {
    bench = await openBench([keyed(sensitive)]);
    await during(bench, bench.engine.execute(keyed(sensitive), undefined, { id: "one" }));
    await bench.close();
  }
  bench = await openBench([]);
  expect(keys[0]).toBe(keys[1] ?? "");
});
