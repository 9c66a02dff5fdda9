/** What the databases kept here have run. Their code must stay as it is: the executions in them go on with it. */
import { defineWorkflow } from "../../src/model/definition.ts";
import { WorkflowError } from "../../src/model/errors.ts";

export const RICH = { at: new Date(0), seen: new Map([["a", new Set([1n])]]), bytes: new Uint8Array([1, 2, 3]), nothing: undefined };

const done = defineWorkflow({
  name: "done",
  async run(ctx, input) {
    const plain = await ctx.step("plain", () => ({ list: [1, "two", null], text: "grüße 🌍" }));
    const rich = await ctx.step("rich", () => RICH);
    await ctx.scope("inner", (inner) => inner.step("nothing", () => {}));
    return { plain, rich, input };
  },
});

const broken = defineWorkflow({
  name: "broken",
  async run(ctx) {
    await ctx.step("fine", () => 1);
    await ctx.step("wrong", () => {
      throw new WorkflowError("no such customer", { cause: new TypeError("inner") });
    });
  },
});

const asleep = defineWorkflow({
  name: "asleep",
  async run(ctx, input) {
    const before = await ctx.step("before", () => ({ input, when: new Date(1_000) }));
    await ctx.sleepUntil("long", new Date("2026-01-02T00:00:00.000Z"));
    return ctx.step("after", () => before);
  },
});

const waiting = defineWorkflow({
  name: "waiting",
  async run(ctx) {
    const event = await ctx.waitForEvent<{ sum: number }>("paid");
    return event?.payload.sum;
  },
});

/** Fails twice, so that it is parked between two attempts. */
const flaky = defineWorkflow({
  name: "flaky",
  retry: { attempts: 3, delay: "1h", backoff: "constant", jitter: false },
  async run(ctx) {
    return ctx.step("flaky", ({ attempt, log }) => {
      log.info("trying", { attempt });
      if (attempt < 3) throw new Error(`attempt ${attempt}`);
      return "at last";
    });
  },
});

/** From schema 3 on: waits for a child, on a way that only new code has. */
const family = defineWorkflow({
  name: "family",
  async run(ctx) {
    const isNew = ctx.patched("greets its child");
    const [child] = await ctx.map("children", ["child"], (name, item) => item.run(asleep, [name], { id: `family-${name}` }));
    return { isNew, child };
  },
});

const asking = defineWorkflow({ name: "asking", run: (ctx) => ctx.approve("go", { message: "shall we?" }) });

const saga = defineWorkflow({
  name: "saga",
  async run(ctx) {
    await ctx.step("book", () => ({ seat: 7 }), { compensate: ({ seat }, step) => step.log.info("given back", { seat }) });
    await ctx.waitForEvent("departure");
  },
});

/** Since schema 4. */
const shelled = defineWorkflow({
  name: "shelled",
  async run(ctx) {
    const { stdout, exitCode } = await ctx.sh`echo ${"kept"}`;
    const event = await ctx.waitForEvent<string>("more");
    return [stdout, exitCode, event?.payload];
  },
});

export const GOLDEN = [done, broken, asleep, waiting, flaky, family, asking, saga, shelled];
