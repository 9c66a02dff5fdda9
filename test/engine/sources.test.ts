/** Which code an execution runs on: what is recorded of it, what is kept, and running on what was kept. */
import { afterEach, describe, expect, test } from "bun:test";
import { codeChange } from "../../src/engine/sources/code-change.ts";
import type { Store } from "../../src/engine/store.ts";
import { defineWorkflow, type WorkflowDefinition } from "../../src/model/definition.ts";
import type { ExecutionRecord } from "../../src/model/records.ts";
import { engineOver, wrapped } from "./broken-parts.ts";
import { type Bench, during, ledger, openBench } from "./harness.ts";

let bench: Bench;
afterEach(() => bench?.close());

const HOUR = 3_600_000;

/** Asks for these steps, with a sleep of an hour behind each. */
const walker = (...steps: readonly string[]): WorkflowDefinition =>
  defineWorkflow({
    name: "walker",
    run: async (ctx) => {
      const given: string[] = [];
      for (const name of steps) {
        given.push(await ctx.step(name, () => `${name} of ${steps.join("-")}`));
        await ctx.sleep(`after ${name}`, "1h");
      }
      return given;
    },
  });

/** A new process that has other code. */
const edited = async (hash: string, definition: WorkflowDefinition): Promise<void> => {
  bench = await bench.reopen();
  bench.host.defineAs(hash, definition);
};

const open = async (hash: string, definition: WorkflowDefinition): Promise<void> => {
  bench = await openBench([]);
  bench.host.defineAs(hash, definition);
};

const anHour = async (): Promise<void> => {
  bench.host.jump(HOUR);
  await during(bench, bench.engine.tick(), 10_000);
};

const codeOf = async (id: string): Promise<Pick<ExecutionRecord, "sourceHash" | "startSource">> => {
  const { sourceHash = null, startSource = null } = (await bench.store.execution(id)) ?? {};
  return { sourceHash, startSource };
};

describe("what changes with a pass", () => {
  test.each([
    ["the same code", { sourceHash: "a", startSource: null }, "a", true, undefined],
    ["code without a file", { sourceHash: "a", startSource: null }, "", true, undefined],
    ["other code, with nothing recorded", { sourceHash: "a", startSource: null }, "b", false, { sourceHash: "b" }],
    ["other code, after something", { sourceHash: "a", startSource: null }, "b", true, { sourceHash: "b", startSource: "a" }],
    ["a third code", { sourceHash: "b", startSource: "a" }, "c", true, { sourceHash: "c" }],
    ["the code of the start once more", { sourceHash: "b", startSource: "a" }, "a", true, { sourceHash: "a" }],
    ["the first that is known", { sourceHash: null, startSource: null }, "a", true, { sourceHash: "a" }],
  ] as const)("%s", (_, row, hash, hasRecords, change) => {
    expect(codeChange(row, hash, hasRecords)).toEqual(change);
  });
});

describe("the row of an execution", () => {
  test("names its source from its creation on; one that is defined in a program has none", async () => {
    await open("one", walker("a"));
    await bench.engine.start("walker", undefined, { id: "file", delay: "1h" });
    await bench.engine.start(defineWorkflow({ name: "program", run: () => 1 }), undefined, { id: "code", delay: "1h" });
    expect([await codeOf("file"), await codeOf("code")]).toEqual([
      { sourceHash: "one", startSource: null },
      { sourceHash: null, startSource: null },
    ]);
  });

  test("names the code of the first pass as that of the start, whatever it was created with", async () => {
    await open("one", walker("a", "b"));
    await bench.engine.start("walker", undefined, { id: "w" });
    await edited("two", walker("a", "b", "c"));
    await anHour();
    expect(await codeOf("w")).toEqual({ sourceHash: "two", startSource: null });
    await edited("three", walker("a", "b", "d"));
    await anHour();
    expect(await codeOf("w")).toEqual({ sourceHash: "three", startSource: "two" });
    await edited("four", walker("a", "b", "e"));
    await anHour();
    expect(await codeOf("w")).toEqual({ sourceHash: "four", startSource: "two" });
  });

  test("names both codes also when the process dies in the middle of the first pass on other code", async () => {
    await open("one", walker("a", "b"));
    await bench.engine.start("walker", undefined, { id: "w" });
    await anHour();
    await edited(
      "two",
      defineWorkflow({
        name: "walker",
        run: async (ctx) => {
          await ctx.step("a", () => 1);
          await ctx.sleep("after a", "1h");
          await ctx.step("new", () => 2);
          await ctx.step("hangs", () => new Promise(() => {}));
        },
      }),
    );
    bench.host.jump(HOUR);
    void bench.engine.tick();
    await bench.host.settle(60);
    expect((await bench.engine.history("w")).steps.map(({ name }) => name)).toContain("new");
    bench = await bench.crash();
    expect(await codeOf("w")).toEqual({ sourceHash: "two", startSource: "one" });
  });
});

describe("a source is kept", () => {
  /** Counts what is saved, and fails as often as it is told to. */
  const watched = (store: Store, failures = 0): { readonly store: Store; readonly saved: string[] } => {
    const saved: string[] = [];
    let left = failures;
    const save: Store["sources"]["save"] = async (source) => {
      if (left-- > 0) throw new Error("not now");
      saved.push(source.hash);
      await store.sources.save(source);
    };
    const sources = new Proxy(store.sources, { get: (target, key: "save") => (key === "save" ? save : target[key]) });
    return { saved, store: wrapped(store, { sources }) };
  };

  test("before the first step of the first execution runs, once in a process, and not again where it is known to be", async () => {
    await open("one", walker("a"));
    const { store, saved } = watched(bench.store);
    const kept: unknown[] = [];
    const engine = engineOver(store, bench.host);
    bench.host.defineAs(
      "seen",
      defineWorkflow({ name: "seen", run: (ctx) => ctx.step("look", async () => void kept.push(await bench.store.sources.find("seen"))) }),
    );
    for (const name of ["seen", "walker", "walker", "seen"]) await engine.start(name, undefined);
    await during(bench, engine.tick(), 5_000);
    expect(saved.toSorted()).toEqual(["one", "seen"]);
    expect(kept).toMatchObject([{ hash: "seen" }, { hash: "seen" }]);
    const again = watched(bench.store);
    const next = engineOver(again.store, bench.host);
    await next.start("walker", undefined);
    await during(bench, next.tick(), 5_000);
    expect(again.saved).toEqual([]);
  });

  test("at the next pass where it cannot be kept now; the execution goes on", async () => {
    await open("one", walker("a"));
    const { store, saved } = watched(bench.store, 1);
    const engine = engineOver(store, bench.host);
    await engine.start("walker", undefined, { id: "first" });
    await during(bench, engine.tick(), 5_000);
    expect([saved, (await engine.getStatus("first")).status]).toEqual([[], "sleeping"]);
    await engine.start("walker", undefined, { id: "second" });
    await during(bench, engine.tick(), 5_000);
    expect(saved).toEqual(["one"]);
  });
});

describe("on the code of its start", () => {
  /** Parked behind "a" of "a, b", with code that asks for "x" instead. */
  const diverging = async (): Promise<void> => {
    await open("one", walker("a", "b"));
    await bench.engine.start("walker", undefined, { id: "w" });
    await anHour();
    await edited("two", walker("x", "b"));
    await anHour();
    expect(await bench.engine.getStatus("w")).toMatchObject({ status: "blocked", reason: "diverged", pinned: false });
  };

  test("a diverged one is finished, in this process and the next ones, whatever the file holds", async () => {
    await diverging();
    expect(await during(bench, bench.engine.sources.pin("w"))).toMatchObject({ pinned: true });
    await bench.engine.resume("w");
    await during(bench, bench.engine.tick(), 10_000);
    expect(await bench.engine.getStatus("w")).toMatchObject({ status: "sleeping", pinned: true });
    await edited("three", walker("y"));
    await anHour();
    expect(await bench.engine.getStatus("w")).toMatchObject({ status: "completed", output: ["a of a-b", "b of a-b"], pinned: true });
    expect((await bench.engine.why("w")).text).toContain("It completed");
  });

  test("it can be taken back to the present code", async () => {
    await diverging();
    await during(bench, bench.engine.sources.pin("w"));
    await bench.engine.resume("w");
    await during(bench, bench.engine.tick(), 10_000);
    await during(bench, bench.engine.sources.unpin("w"));
    await edited("three", walker("a", "b", "c"));
    await anHour();
    expect(await bench.engine.getStatus("w")).toMatchObject({ status: "sleeping", pinned: false });
    expect(await codeOf("w")).toEqual({ sourceHash: "three", startSource: "one" });
  });

  test("it says so while it waits", async () => {
    await diverging();
    await during(bench, bench.engine.sources.pin("w"));
    await bench.engine.resume("w");
    await during(bench, bench.engine.tick(), 10_000);
    expect((await bench.engine.why("w")).text).toContain(
      "It runs on the code of its start; `wf resume w --code current` has it go on with the present code.",
    );
  });

  test("what other code has recorded since makes it diverge too, and nothing new runs", async () => {
    const { note, all } = ledger();
    await open("one", walker("a", "b"));
    await bench.engine.start("walker", undefined, { id: "w" });
    await anHour();
    await edited("two", walker("a", "new", "b"));
    await anHour();
    await during(bench, bench.engine.sources.pin("w"));
    note(String((await bench.engine.history("w")).steps.length));
    await anHour();
    note(String((await bench.engine.history("w")).steps.length));
    const { text, detail } = await bench.engine.why("w");
    expect(text).toContain("Even the code it began with does not fit what other code has recorded since");
    expect(detail).toContain('recorded: step "new"');
    expect(all[0]).toBe(all[1] ?? "");
  });

  test("its children run the code that is there now, and what it has imported of them is not taken for that", async () => {
    const child = (word: string) => defineWorkflow({ name: "child", run: () => word });
    const parent = (first: string, called: WorkflowDefinition): WorkflowDefinition =>
      defineWorkflow({
        name: "walker",
        run: async (ctx) => {
          await ctx.step(first, () => 1);
          await ctx.sleep("night", "1h");
          return ctx.run(called, undefined);
        },
      });
    const old = child("old");
    await open("one", parent("a", old));
    await bench.engine.start("walker", undefined, { id: "w" });
    await anHour();
    const fresh = child("new");
    await edited("two", parent("b", fresh));
    bench.host.defineAs("child two", fresh);
    await during(bench, bench.engine.sources.pin("w"));
    await anHour();
    for (let count = 0; count < 3; count++) await during(bench, bench.engine.tick(), 10_000);
    expect(await bench.engine.getStatus("w")).toMatchObject({ status: "completed", output: "new", pinned: true });
    expect(await during(bench, bench.engine.execute("child" as never, undefined), 10_000)).toMatchObject({ output: "new" });
  });

  test("where nothing was kept, it is refused and stays as it is", async () => {
    bench = await openBench([walker("a", "b")]);
    await bench.engine.start("walker", undefined, { id: "w" });
    await anHour();
    await expect(during(bench, bench.engine.sources.pin("w"))).rejects.toMatchObject({ code: "SOURCE_NOT_KEPT" });
    await expect(during(bench, bench.engine.sources.pin("nobody"))).rejects.toMatchObject({ code: "EXECUTION_NOT_FOUND" });
    expect(await bench.engine.getStatus("w")).toMatchObject({ status: "sleeping", pinned: false });
  });

  test("where what was kept is gone by then, it is blocked, and tells what is missing", async () => {
    await diverging();
    await during(bench, bench.engine.sources.pin("w"));
    const find: Store["sources"]["find"] = async () => undefined;
    const sources = new Proxy(bench.store.sources, { get: (target, key: "find") => (key === "find" ? find : target[key]) });
    const engine = engineOver(wrapped(bench.store, { sources }), bench.host);
    await engine.resume("w");
    await during(bench, engine.tick(), 10_000);
    expect(await engine.getStatus("w")).toMatchObject({
      ...{ status: "blocked", reason: "definition-missing", wakeAt: null },
      reasonDetail: "The code that it began with (one) is not kept any more",
    });
  });
});
