/** What steps print, as lines of their log. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { defineWorkflow } from "../../src/model/definition.ts";
import type { LogView } from "../../src/model/views.ts";
import { type Bench, during, openBench } from "./harness.ts";

let bench: Bench;
const printed: string[] = [];
const methods = { log: console.log, warn: console.warn, error: console.error, table: console.table };
beforeEach(() => {
  printed.length = 0;
  // Before the engine listens: what is printed is still printed, here to a list.
  for (const name of ["log", "warn", "error", "table"] as const)
    Reflect.set(console, name, (text: unknown) => void printed.push(String(text)));
});
afterEach(async () => {
  await bench.close();
  Object.assign(console, methods);
});

const told = ({ level, step, message }: LogView): string => `${level} [${step}] ${message}`;
const linesOf = async (id: string): Promise<readonly string[]> => (await bench.engine.logs(id)).map(told);

/** Starts, and carries to the end. */
const runAll = async (definition: ReturnType<typeof defineWorkflow>, ids: readonly string[] = ["e-1"]): Promise<void> => {
  bench = await openBench([definition as never]);
  for (const id of ids) await bench.engine.start(definition as never, undefined as never, { id });
  await during(bench, Promise.all(ids.map((id) => bench.engine.carry(id))), 60_000);
};

const turns = async (count = 3): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
};

test("a print inside a step is a line of it, and is printed as it was; one outside is only printed", async () => {
  await runAll(
    defineWorkflow({
      name: "printer",
      async run(ctx) {
        console.log("outside");
        await ctx.step("work", async () => {
          console.log("first %d", 1);
          await turns();
          console.warn("second");
          console.error(`two\nlines`);
        });
        console.log("after");
      },
    }),
  );
  expect(await linesOf("e-1")).toEqual(["info [work] first 1", "warn [work] second", "error [work] two", "error [work] lines"]);
  expect(printed).toEqual(["outside", "first %d", "second", "two\nlines", "after"]);
});

test("steps that run side by side, in several executions, keep their own prints", async () => {
  const workflow = defineWorkflow({
    name: "side-by-side",
    run: (ctx) =>
      Promise.all(
        ["a", "b", "c"].map((name) =>
          ctx.step(name, async () => {
            for (let count = 0; count < 5; count++) {
              await turns(1 + (count % 2));
              console.log(`${ctx.executionId} ${name} ${count}`);
            }
          }),
        ),
      ),
  });
  const ids = ["one", "two", "three"];
  await runAll(workflow, ids);
  for (const id of ids) {
    const lines = await linesOf(id);
    const expected = ["a", "b", "c"].flatMap((name) => [0, 1, 2, 3, 4].map((count) => `info [${name}] ${id} ${name} ${count}`));
    expect([...lines].sort()).toEqual(expected.sort());
  }
});

test("code of one workflow that a step of another has set off is outside of that step", async () => {
  const second = defineWorkflow({ name: "second", run: () => void console.log("code of the second") });
  const first = defineWorkflow({
    name: "first",
    run: (ctx) =>
      ctx.step("start it", async () => {
        const { id } = await bench.engine.start(second, undefined, { id: "s-1", claim: true });
        await bench.engine.carry(id);
        console.log("started");
      }),
  });
  await runAll(first);
  expect(await linesOf("e-1")).toEqual(["info [start it] started"]);
  expect(await linesOf("s-1")).toEqual([]);
  expect(printed).toContain("code of the second");
});

test("a finished step does not print again on a later pass, nor do its lines come twice", async () => {
  const workflow = defineWorkflow({
    name: "twice",
    async run(ctx) {
      await ctx.step("one", () => console.log("one"));
      await ctx.sleep("nap", "1h");
      await ctx.step("two", () => console.log("two"));
    },
  });
  bench = await openBench([workflow]);
  await bench.engine.start(workflow, undefined, { id: "e-1" });
  await during(bench, bench.engine.carry("e-1"));
  bench = await bench.reopen();
  await bench.host.advance(3_600_000);
  await during(bench, bench.engine.tick());
  expect(await linesOf("e-1")).toEqual(["info [one] one", "info [two] two"]);
});

test("lines of a step are written with its record, and none before", async () => {
  const gate = Promise.withResolvers<void>();
  const workflow = defineWorkflow({
    name: "gated",
    run: (ctx) =>
      ctx.step("work", async () => {
        console.log("begun");
        await gate.promise;
        console.log("done");
      }),
  });
  bench = await openBench([workflow]);
  await bench.engine.start(workflow, undefined, { id: "e-1" });
  const carried = bench.engine.carry("e-1");
  await bench.host.settle(30);
  expect(await linesOf("e-1")).toEqual([]);
  await bench.host.advance(250);
  expect(await linesOf("e-1")).toEqual(["info [work] begun"]);
  gate.resolve();
  await during(bench, carried);
  expect(await linesOf("e-1")).toEqual(["info [work] begun", "info [work] done"]);
});

test("what a step has printed when its execution is cancelled is kept with the last write", async () => {
  const workflow = defineWorkflow({
    name: "endless",
    run: (ctx) =>
      ctx.step("work", () => {
        console.log("begun");
        return new Promise(() => {});
      }),
  });
  bench = await openBench([workflow]);
  await bench.engine.start(workflow, undefined, { id: "e-1" });
  const carried = bench.engine.carry("e-1");
  await bench.host.settle(30);
  await bench.engine.cancel("e-1");
  await during(bench, carried);
  expect(await linesOf("e-1")).toEqual(["info [work] begun"]);
});

describe("a step that prints without end", () => {
  test("keeps 10,000 lines, and one line says how much more there was", async () => {
    await runAll(
      defineWorkflow({
        name: "chatty",
        run: (ctx) =>
          ctx.step("talk", () => {
            for (let count = 0; count < 10_002; count++) console.log(`line ${count}`);
          }),
      }),
    );
    const lines = await linesOf("e-1");
    expect(lines.length).toBe(10_000);
    const rest = (await bench.engine.logs("e-1", { after: (await bench.engine.logs("e-1")).at(-1)?.cursor ?? 0 })).map(told);
    expect(lines.at(-1)).toBe("info [talk] line 9999");
    expect(rest).toEqual(["warn [talk] 2 more prints were not kept, at least in part: a step keeps 1 MiB of text or 10000 lines"]);
    expect(printed).toHaveLength(10_002);
  });

  test("keeps 1 MiB of text, and of a line 64 KiB", async () => {
    await runAll(
      defineWorkflow({
        name: "wordy",
        run: (ctx) =>
          ctx.step("talk", () => {
            for (let count = 0; count < 20; count++) console.log("x".repeat(70_000));
          }),
      }),
    );
    const logs = await bench.engine.logs("e-1");
    const kept = logs.slice(0, -1);
    expect(kept).toHaveLength(16);
    expect(kept.every(({ message }) => message.endsWith("x… (4464 more characters)"))).toBe(true);
    expect(logs.at(-1)?.message).toStartWith("4 more prints were not kept");
  });
});

describe("a print after the end of its step", () => {
  test("is kept with the step while the execution is here", async () => {
    const gate = Promise.withResolvers<void>();
    await runAll(
      defineWorkflow({
        name: "late",
        async run(ctx) {
          await ctx.step("first", () => void gate.promise.then(() => console.log("late")));
          await ctx.step("second", async () => {
            gate.resolve();
            await turns();
          });
        },
      }),
    );
    expect(await linesOf("e-1")).toEqual(["info [first] late"]);
  });

  test("is only printed once the execution has left", async () => {
    const gate = Promise.withResolvers<void>();
    await runAll(
      defineWorkflow({ name: "later", run: (ctx) => ctx.step("first", () => void gate.promise.then(() => console.log("later"))) }),
    );
    gate.resolve();
    await turns();
    await bench.host.advance(1_000);
    expect(await linesOf("e-1")).toEqual([]);
    expect(printed).toEqual(["later"]);
  });
});
