/** Checking unfinished executions against the code that is there: what is found, and that nothing happens. */
import { Database } from "bun:sqlite";
import { afterEach, describe, expect, test } from "bun:test";
import type { CheckView } from "../../src/model/clients/sources.ts";
import type { WorkflowContext } from "../../src/model/context.ts";
import { defineWorkflow, type WorkflowDefinition } from "../../src/model/definition.ts";
import { type Bench, during, ledger, openBench } from "./harness.ts";

let bench: Bench;
afterEach(() => bench?.close());

const flow = (run: (ctx: WorkflowContext, input: unknown) => unknown, name = "flow"): WorkflowDefinition => defineWorkflow({ name, run });

const before = flow(async (ctx) => {
  await ctx.step("pack", () => 1);
  await ctx.sleep("night", "1h");
  return ctx.step("ship", () => 2);
});

/** Parked in the night, then the code is another. */
const parked = async (code: WorkflowDefinition | undefined): Promise<void> => {
  bench = await openBench([before]);
  await bench.engine.start("flow", undefined, { id: "f" });
  await during(bench, bench.engine.tick(), 5_000);
  if (code === undefined) bench.host.forget("flow");
  else bench.host.define(code);
};

const check = async (options: Parameters<typeof bench.engine.sources.check>[0] = {}): Promise<readonly CheckView[]> => {
  const views: CheckView[] = [];
  const report = await during(bench, bench.engine.sources.check({ ...options, onChecked: (view) => void views.push(view) }), 20_000, 100);
  expect(report.checked).toBe(views.length);
  expect(report.problems).toEqual(views.filter(({ verdict }) => verdict !== "ok"));
  return views;
};

const only = async (): Promise<CheckView> => {
  const views = await check();
  expect(views).toHaveLength(1);
  return views[0] as CheckView;
};

const night = { scope: "", kind: "sleep", name: "night", n: 1, begun: true } as const;

describe("the verdict", () => {
  test("ok: the code fits, and what it does next is told", async () => {
    await parked(before);
    expect(await only()).toEqual({
      ...{ id: "f", workflow: "flow", verdict: "ok", detail: null, recorded: 1, next: [night], ends: null, pinned: false, script: false },
    });
  });

  test("ok: a step that comes next, and the wait that is left behind", async () => {
    await parked(
      flow(async (ctx) => {
        await ctx.step("pack", () => 1);
        return ctx.step("ship", () => 2);
      }),
    );
    expect((await only()).next).toEqual([{ scope: "", kind: "step", name: "ship", n: 1, begun: false }]);
  });

  test("ok: calls side by side, in their order", async () => {
    await parked(flow((ctx) => Promise.all([ctx.step("pack", () => 1), ctx.sleep("night", "1h"), ctx.waitForEvent("moon")])));
    expect((await only()).next.map(({ kind, name, begun }) => [kind, name, begun])).toEqual([
      ["sleep", "night", true],
      ["event", "moon", false],
    ]);
  });

  test.each([
    ["returns", flow((ctx) => ctx.step("pack", () => 1)), null],
    [
      "throws",
      flow(async (ctx) => {
        await ctx.step("pack", () => 1);
        throw new Error("no moon");
      }),
      "It fails: no moon",
    ],
  ] as const)("ok: it %s", async (ends, code, detail) => {
    await parked(code);
    expect(await only()).toMatchObject({ verdict: "ok", ends, detail, next: [] });
  });

  test("diverged: with the comparison", async () => {
    await parked(flow((ctx) => ctx.step("wrap", () => 1)));
    expect(await only()).toMatchObject({
      verdict: "diverged",
      detail: 'number 1 was step "pack", and the code asks for step "wrap"\n  1 recorded: step "pack"  code asks: step "wrap"',
    });
  });

  test("diverged: another sleep instead of the one it is in", async () => {
    await parked(
      flow(async (ctx) => {
        await ctx.step("pack", () => 1);
        await ctx.sleep("day", "1h");
      }),
    );
    expect((await only()).detail).toStartWith('it is in sleep "night", and the code asks for sleep "day"');
  });

  test("definition-missing: with why", async () => {
    await parked(undefined);
    expect(await only()).toMatchObject({ verdict: "definition-missing", detail: expect.stringContaining('No workflow "flow"') });
  });

  test("damaged: nothing can be said of its code", async () => {
    await parked(before);
    const database = new Database(bench.file);
    database.run("UPDATE steps SET output = '7' WHERE name = 'pack'");
    database.close();
    expect(await only()).toMatchObject({ verdict: "damaged", detail: expect.stringContaining("does not match its checksum") });
  });

  test("ok for one on the code of its start, unless that is not kept any more", async () => {
    bench = await openBench([]);
    bench.host.defineAs("one", before);
    await bench.engine.start("flow", undefined, { id: "f" });
    await during(bench, bench.engine.tick(), 5_000);
    await during(bench, bench.engine.sources.pin("f"));
    bench.host.defineAs(
      "two",
      flow((ctx) => ctx.step("wrap", () => 1)),
    );
    expect(await only()).toMatchObject({ verdict: "ok", pinned: true, next: [] });
    const database = new Database(bench.file);
    database.run("DELETE FROM sources");
    database.close();
    expect(await only()).toMatchObject({ verdict: "definition-missing", pinned: true });
  });
});

describe("it ends", () => {
  test("a function that never settles: as it is, once all that is recorded is there", async () => {
    await parked(
      flow(async (ctx) => {
        await ctx.step("pack", () => 1);
        await new Promise(() => {});
      }),
    );
    expect(await only()).toMatchObject({ verdict: "ok", next: [], ends: null });
  });

  test("one that never asks for what is recorded: diverged", async () => {
    await parked(flow(() => new Promise(() => {})));
    expect((await only()).detail).toStartWith('number 1 was step "pack", and the code waits for something that is no step');
  });

  test("one that is slow: within the grace it is waited for, and a longer one can be asked for", async () => {
    const slowly = flow(async (ctx) => {
      await new Promise<void>((resolve) => void bench.host.timers.after(800, resolve));
      await ctx.step("pack", () => 1);
      await ctx.sleep("night", "1h");
    });
    await parked(slowly);
    expect((await check())[0]?.verdict).toBe("diverged");
    expect((await check({ graceMs: 2_000 }))[0]?.verdict).toBe("ok");
  });
});

describe("nothing happens", () => {
  test("no step runs, nothing is written, and nothing is claimed", async () => {
    const { note, all } = ledger();
    const code = flow(async (ctx, input) => {
      await ctx.step("pack", () => note("pack"));
      if (input === "asleep") await ctx.sleep("night", "1h");
      ctx.log.info("on the way");
      await ctx.step("ship", () => note("ship"));
    });
    bench = await openBench([code]);
    for (const input of ["asleep", "awake"])
      await bench.engine.start("flow", input, { id: input, ...(input === "awake" ? { delay: "1h" } : {}) });
    await during(bench, bench.engine.tick(), 5_000);
    const version = (await bench.another()) satisfies object;
    const seen = version.dataVersion();
    const ran = all.length;
    expect((await check()).map(({ id, next }) => [id, next[0]?.name])).toEqual([
      ["asleep", "night"],
      ["awake", "pack"],
    ]);
    expect(all).toHaveLength(ran);
    expect(version.dataVersion()).toBe(seen);
    expect(await bench.engine.logs("asleep")).toEqual([]);
    await version.close();
  });

  test("to one that runs in a live process: it is checked as far as it has come", async () => {
    const hang = flow(async (ctx) => {
      await ctx.step("pack", () => 1);
      await ctx.step("hang", () => new Promise(() => {}));
    });
    bench = await openBench([hang]);
    await bench.engine.start("flow", undefined, { id: "f" });
    const swept = bench.engine.tick();
    await bench.host.settle(60);
    expect(await bench.engine.getStatus("f")).toMatchObject({ status: "running" });
    expect(await only()).toMatchObject({ verdict: "ok", recorded: 1, next: [{ name: "hang" }] });
    expect(await bench.engine.getStatus("f")).toMatchObject({ status: "running" });
    await during(bench, bench.engine.cancel("f"), 10_000);
    await during(bench, swept, 20_000);
  });
});

describe("which are checked", () => {
  const some = async (): Promise<void> => {
    bench = await openBench([before, flow(() => 1, "other"), flow((ctx) => ctx.waitForEvent("never"), "third")]);
    for (const id of ["a", "b", "c"]) await bench.engine.start("flow", undefined, { id });
    await bench.engine.start("other", undefined, { id: "over" });
    await bench.engine.start("third", undefined, { id: "waits" });
    await during(bench, bench.engine.tick(), 5_000);
  };

  test("all that are not over", async () => {
    await some();
    expect((await check()).map(({ id }) => id).toSorted()).toEqual(["a", "b", "c", "waits"]);
  });

  test("those of a workflow, and those that are named, each once; what is over is passed by", async () => {
    await some();
    expect((await check({ workflow: "third" })).map(({ id }) => id)).toEqual(["waits"]);
    expect((await check({ ids: ["b", "over", "a", "b", "nobody"] })).map(({ id }) => id)).toEqual(["b", "a"]);
    expect((await check({ ids: ["a", "waits"], workflow: "third" })).map(({ id }) => id)).toEqual(["waits"]);
  });

  test("none any more once it is called off", async () => {
    await some();
    const stop = new AbortController();
    stop.abort();
    expect(await check({ signal: stop.signal })).toEqual([]);
  });

  test("many, with each workflow looked for once", async () => {
    bench = await openBench([before]);
    for (let count = 0; count < 230; count++) await bench.engine.start("flow", undefined, { delay: "1h" });
    bench.host.forget("flow");
    let finds = 0;
    const { find } = bench.host.files;
    Object.assign(bench.host.files, { find: (...args: Parameters<typeof find>) => (finds++, find(...args)) });
    const views = await check();
    expect([views.length, new Set(views.map(({ verdict }) => verdict)), finds]).toEqual([230, new Set(["definition-missing"]), 1]);
  });
});
