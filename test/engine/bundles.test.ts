/** Bundles: out of one database and into another, whole. */
import { afterEach, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { defineWorkflow, type WorkflowDefinition } from "../../src/model/definition.ts";
import { codeOf } from "../suites/store/samples.ts";
import { asleep, bench, bundleOf, closeAll, done, historyOf, importInto, opened, signup } from "./bundling.ts";
import { type Bench, during, openBench } from "./harness.ts";

afterEach(closeAll);

describe("an execution that is over", () => {
  test("is the same after a journey, to the last value", async () => {
    const here = await asleep();
    await here.host.advance(4 * 86_400_000);
    await here.engine.sendEvent("s-1", "survey", { stars: 4 });
    await during(here, here.engine.tick(), 60_000);
    const before = await historyOf(here, "s-1");
    expect(before.execution.status).toBe("completed");
    const there = await bench(signup);
    const view = await importInto(there, await bundleOf(here, ["s-1"]));
    expect(view).toEqual({
      executions: [{ id: "s-1", workflow: "signup", status: "completed", disposition: "created", withheld: null }],
      sources: 0,
      dryRun: false,
    });
    expect(await historyOf(there, "s-1")).toEqual(before);
    expect((await there.store.verify("", 10)).damaged).toEqual([]);
  });
});

describe("an execution that is not over", () => {
  test("arrives paused, says why, and goes on after resume without doing a step twice", async () => {
    const here = await asleep();
    const lines = await bundleOf(here, ["s-1"]);
    const there = await bench(signup);
    await importInto(there, lines);
    const { status, reason, reasonDetail, wakeAt } = await there.engine.getStatus("s-1");
    expect({ status, reason, reasonDetail, wakeAt }).toEqual({
      ...{ status: "paused", reason: "paused", reasonDetail: "imported; it was sleeping (sleep)", wakeAt: null },
    });
    await there.host.advance(10 * 86_400_000);
    expect((await there.engine.tick()).claimed).toBe(0);
    expect((await historyOf(there, "s-1")).steps).toEqual((await historyOf(here, "s-1")).steps);
    const [decision] = await there.engine.operations.decisions("s-1");
    expect(decision).toMatchObject({ action: "import", detail: expect.stringMatching(/^it was sleeping \(sleep\); bundle [0-9a-f]{64}$/) });
    const before = done.of("create 2");
    await there.engine.operations.resume("s-1");
    await there.engine.sendEvent("s-1", "survey", { stars: 5 });
    await during(there, there.engine.tick(), 60_000);
    expect((await there.engine.getStatus("s-1")).output).toEqual({ made: { email: "ann@example.org", at: new Date(5) }, stars: 5 });
    expect(done.of("create 2")).toBe(before);
  });

  test("still sleeps to the deadline that it had", async () => {
    const here = await asleep();
    const there = await bench(signup);
    await importInto(there, await bundleOf(here, ["s-1"]));
    await there.engine.operations.resume("s-1");
    await during(there, there.engine.tick(), 10_000);
    const [own, other] = await Promise.all([there, here].map(async ({ engine }) => (await engine.history("s-1")).steps[1]?.wakeAt));
    expect((await there.engine.getStatus("s-1")).status).toBe("sleeping");
    expect(own).toBe(String(other));
  });

  test("can have another id, where the bundle holds one", async () => {
    const here = await asleep();
    const lines = await bundleOf(here, ["s-1"]);
    expect((await importInto(here, lines, { id: "copy" })).executions[0]).toMatchObject({
      id: "copy",
      disposition: "created",
      status: "paused",
    });
    expect((await historyOf(here, "copy")).steps).toEqual((await historyOf(here, "s-1")).steps);
    expect((await here.store.verify("", 10)).damaged).toEqual([]);
    const two = await bundleOf(here, ["s-1", "copy"]);
    expect(await codeOf(importInto(await bench(), two, { id: "x" }))).toBe("USAGE");
    expect(await codeOf(importInto(await bench(), lines, { id: "../x" }))).toBe("ID_INVALID");
  });
});

describe("what is here already", () => {
  test("is said to exist when it is the same, also after it went on", async () => {
    const here = await asleep();
    const lines = await bundleOf(here, ["s-1"]);
    const existing = [expect.objectContaining({ id: "s-1", disposition: "existing" })];
    expect((await importInto(here, lines)).executions).toEqual(existing);
    expect((await here.engine.getStatus("s-1")).status).toBe("sleeping");
    const there = await bench(signup);
    await importInto(there, lines);
    await there.engine.operations.resume("s-1");
    expect((await importInto(there, lines)).executions).toEqual(existing);
    expect((await there.engine.getStatus("s-1")).status).toBe("pending");
  });

  test("does not keep the rest of a bundle out: an import that was interrupted goes on", async () => {
    const here = await asleep();
    await here.engine.start(signup, { email: "bob@example.org" }, { id: "a-1" });
    const there = await bench(signup);
    await importInto(there, await bundleOf(here, ["s-1"]));
    const { executions } = await importInto(there, await bundleOf(here, ["s-1", "a-1"]));
    expect(executions.map(({ id, disposition }) => `${id} ${disposition}`)).toEqual(["s-1 existing", "a-1 created"]);
  });

  test("is refused when it is another, and nothing of the bundle is kept", async () => {
    const here = await asleep();
    await here.engine.start(signup, { email: "bob@example.org" }, { id: "a-1" });
    const lines = await bundleOf(here, ["a-1", "s-1"]);
    const there = await bench(signup);
    await there.engine.start(signup, { email: "eve@example.org" }, { id: "s-1" });
    expect(await codeOf(importInto(there, lines))).toBe("ID_TAKEN");
    expect((await there.engine.list()).map(({ id }) => id)).toEqual(["s-1"]);
  });

  test("a dry run says what would be, and keeps nothing", async () => {
    const lines = await bundleOf(await asleep(), ["s-1"]);
    const there = await bench(signup);
    expect(await importInto(there, lines, { dryRun: true })).toMatchObject({ dryRun: true, executions: [{ id: "s-1", status: "paused" }] });
    expect(await there.engine.list()).toEqual([]);
  });
});

test("one of a limit that is not known here goes on, and shares the limit once it is", async () => {
  const limited = defineWorkflow({
    name: "limited",
    concurrency: { limit: 1 },
    run: async (ctx) => {
      await ctx.sleep("rest", "1h");
      return ctx.step("s", () => 1);
    },
  }) as WorkflowDefinition;
  const here = await bench(limited);
  for (const id of ["l-1", "l-2"]) await here.engine.start(limited, undefined, { id });
  await during(here, here.engine.tick(), 10_000);
  const there = await bench(limited);
  await importInto(there, await bundleOf(here, ["l-1", "l-2"]));
  for (const id of ["l-1", "l-2"]) await there.engine.operations.resume(id);
  await there.host.advance(2 * 3_600_000);
  await there.engine.start(limited, undefined, { id: "l-3" });
  for (let round = 0; round < 6; round++) {
    await during(there, there.engine.tick(), 60_000);
    await there.host.advance(2 * 3_600_000);
  }
  expect((await there.engine.list()).map(({ id, status }) => `${id} ${status}`).sort()).toEqual([
    ...["l-1 completed", "l-2 completed", "l-3 completed"],
  ]);
});

describe("children", () => {
  test("go along, each once", async () => {
    const child = defineWorkflow({ name: "child", run: (_, input) => Promise.resolve(input) }) as WorkflowDefinition;
    const parent = defineWorkflow({
      name: "parent",
      run: async (ctx) => [await ctx.run(child, 1, { id: "c-1" }), await ctx.run(child, 2, { id: "c-2" })],
    }) as WorkflowDefinition;
    const here = await bench(parent, child);
    await here.engine.start(parent, undefined, { id: "p-1" });
    for (let round = 0; round < 5; round++) await during(here, here.engine.tick(), 60_000);
    expect((await here.engine.getStatus("p-1")).output).toEqual([1, 2]);
    const there = await bench(parent, child);
    const { executions } = await importInto(there, await bundleOf(here, ["p-1", "c-2"]));
    expect(executions.map(({ id }) => id)).toEqual(["p-1", "c-1", "c-2"]);
    expect((await there.engine.getStatus("c-2")).parentId).toBe("p-1");
  });
});

test("whatever a workflow has done until it is exported, it goes on elsewhere where it was, and does no step twice", async () => {
  const plan = fc.array(fc.constantFrom("step", "fail once", "sleep", "event", "map"), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(plan, fc.nat(4), async (kinds, rounds) => {
      const begun: string[] = [];
      const work = defineWorkflow({
        name: "work",
        retry: { attempts: 3, delay: "1h", jitter: false },
        async run(ctx) {
          const results: unknown[] = [];
          for (const [at, kind] of kinds.entries()) {
            const body = (name: string) => () => (begun.push(name), { name, big: 2n });
            if (kind === "step") results.push(await ctx.step("s", body(`${at}`)));
            else if (kind === "sleep") await ctx.sleep("rest", "1h");
            else if (kind === "event") results.push((await ctx.waitForEvent("go", { timeout: "2h" }))?.payload ?? "none");
            else if (kind === "map") results.push(await Promise.all([1, 2].map((n) => ctx.step("m", body(`${at}.${n}`)))));
            else
              results.push(
                await ctx.step("f", ({ attempt }) => {
                  if (attempt === 1) throw new Error("once");
                  return body(`${at}`)();
                }),
              );
          }
          return results;
        },
      }) as WorkflowDefinition;
      const here = await bench(work);
      await here.engine.start(work, undefined, { id: "w" });
      await here.engine.sendEvent("w", "go", "early");
      const advance = async (one: Bench): Promise<void> => {
        await during(one, one.engine.tick(), 30_000);
        await one.host.advance(3_700_000);
      };
      for (let round = 0; round < rounds; round++) await advance(here);
      const lines = await bundleOf(here, ["w"]);
      const before = await historyOf(here, "w");
      const there = await openBench([work], {});
      opened.push(there);
      await there.host.advance(rounds * 3_700_000 + 60_000);
      await importInto(there, lines);
      const arrived = await historyOf(there, "w");
      expect({ ...arrived, execution: null }).toEqual({ ...before, execution: null });
      expect(await bundleOf(there, ["w"]).then((again) => stepsIn(again))).toEqual(stepsIn(lines));
      if (arrived.execution.status === "paused") await there.engine.operations.resume("w");
      for (let round = 0; round < 20 && (await there.engine.getStatus("w")).status !== "completed"; round++) await advance(there);
      expect((await there.engine.getStatus("w")).status).toBe("completed");
      expect(begun.length).toBe(new Set(begun).size);
      await closeAll();
    }),
    { numRuns: 40 },
  );
});

const stepsIn = (lines: readonly string[]): unknown => (JSON.parse(lines[1] ?? "") as { body: { steps: unknown } }).body.steps;
