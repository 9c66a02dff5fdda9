/** Bundles: out of one database and into another, whole; and what may not run there. */
import { afterEach, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { defineWorkflow, type WorkflowDefinition } from "../../src/model/definition.ts";
import { bundleChecksum } from "../../src/model/bundle/canonical.ts";
import type { ExportOptions, ImportOptions } from "../../src/model/clients/bundles.ts";
import { codeOf } from "../suites/store/samples.ts";
import { type Bench, during, ledger, openBench } from "./harness.ts";

const opened: Bench[] = [];
afterEach(async () => {
  for (const bench of opened.splice(0)) await bench.close();
});

const bench = async (...definitions: readonly WorkflowDefinition[]): Promise<Bench> => {
  const one = await openBench(definitions);
  opened.push(one);
  return one;
};

const bundleOf = async ({ engine }: Bench, ids: readonly string[], options: Partial<ExportOptions> = {}): Promise<readonly string[]> => {
  const lines: string[] = [];
  await engine.bundles.export(ids, { write: (line) => void lines.push(line), ...options });
  return lines;
};

const from = (lines: readonly string[]) =>
  async function* () {
    yield* lines;
  };

const importInto = ({ engine }: Bench, lines: readonly string[], options: ImportOptions = {}) =>
  engine.bundles.import(from(lines), options);

const done = ledger();

/** Steps around a sleep and an event, with a failure in between that is retried, a log, and a value that is no plain JSON. */
const signup = defineWorkflow({
  name: "signup",
  retry: { attempts: 3, delay: "1s", jitter: false },
  async run(ctx, input) {
    const { email } = input as { email: string };
    ctx.log.info("begins", { email });
    const made = await ctx.step("create", ({ attempt }) => {
      done.note(`create ${attempt}`);
      if (attempt === 1) throw new Error(`no answer for ${email}`);
      return { email, at: new Date(5) };
    });
    await ctx.sleep("trial", "3d");
    await ctx.step("greet", () => done.note("greet"));
    const survey = await ctx.waitForEvent<{ stars: number }>("survey");
    return { made, stars: survey?.payload.stars ?? 0 };
  },
}) as WorkflowDefinition;

/** Asleep, with a failed attempt behind it. */
const asleep = async (id = "s-1"): Promise<Bench> => {
  const one = await bench(signup);
  await one.engine.start(signup, { email: "ann@example.org" }, { id, tags: { team: "blue" } });
  await during(one, one.engine.carry(id, { holdMs: 5_000 }), 10_000);
  expect((await one.engine.getStatus(id)).status).toBe("sleeping");
  return one;
};

const historyOf = async ({ engine }: Bench, id: string) => {
  const { execution, steps, panics } = await engine.history(id);
  const logs = (await engine.logs(id)).map(({ cursor: _, ...entry }) => entry);
  return { execution, steps, panics, logs };
};

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

describe("a redacted bundle", () => {
  test("holds nothing of what was said, and the shape of all of it", async () => {
    const here = await asleep();
    await here.engine.sendEvent("s-1", "survey", { note: "ann@example.org", stars: 4 }, { id: "ann@example.org" });
    const text = (await bundleOf(here, ["s-1"], { redact: true })).join("\n");
    for (const secret of ["ann@example.org", "no answer", "blue", "begins"])
      expect([secret, text.includes(secret)]).toEqual([secret, false]);
    const there = await bench(signup);
    await importInto(there, text.split("\n"));
    const { execution, steps } = await there.engine.history("s-1");
    expect(execution).toMatchObject({ input: { email: "[string of 15]" }, tags: { team: "[string of 4]" } });
    expect(steps[0]).toMatchObject({ name: "create", status: "completed", output: { email: "[string of 15]", at: "[Date]" } });
    expect(steps[0]?.attempts[0]?.error).toMatchObject({ name: "Error", message: "[string of 29]" });
    expect(steps[0]?.attempts[0]?.error?.stack).toMatch(/bundles\.test\.ts:\d+/);
    expect(steps[0]?.attempts[0]?.error?.stack).not.toContain("/");
  });

  test("can only be looked at: nothing makes it run", async () => {
    const here = await asleep();
    const there = await bench(signup);
    await importInto(there, await bundleOf(here, ["s-1"], { redact: true }));
    const { operations } = there.engine;
    for (const act of [
      () => operations.resume("s-1"),
      () => operations.restart("s-1"),
      () => operations.resolve("s-1", "trial", { how: "skip" }),
      () => operations.fork("s-1", { from: "create" }),
      () => operations.rerun("s-1"),
    ]) {
      const code = await codeOf(Promise.resolve().then(act));
      expect([act.toString(), code]).toEqual([act.toString(), "FOR_LOOKING"]);
    }
    await there.host.advance(10 * 86_400_000);
    await during(there, there.engine.tick(), 10_000);
    await there.engine.carry("s-1");
    expect((await there.engine.getStatus("s-1")).status).toBe("paused");
    expect((await there.engine.cancel("s-1")).status).toBe("cancelled");
  });

  test("of a failed execution cannot be retried", async () => {
    const bad = defineWorkflow({ name: "bad", run: (ctx) => ctx.step("s", () => Promise.reject(new Error("no"))), retry: { attempts: 1 } });
    const here = await bench(bad as WorkflowDefinition);
    await here.engine.start(bad as WorkflowDefinition, undefined, { id: "b-1" });
    await during(here, here.engine.tick(), 10_000);
    const there = await bench(bad as WorkflowDefinition);
    await importInto(there, await bundleOf(here, ["b-1"], { redact: true }));
    expect(await codeOf(there.engine.operations.retry("b-1"))).toBe("FOR_LOOKING");
    expect((await there.engine.getStatus("b-1")).status).toBe("failed");
  });

  test("stays one when it is exported again", async () => {
    const there = await bench(signup);
    await importInto(there, await bundleOf(await asleep(), ["s-1"], { redact: true }));
    const { executions } = await importInto(await bench(signup), await bundleOf(there, ["s-1"]));
    expect(executions).toMatchObject([{ withheld: "redacted" }]);
  });
});

describe("a bundle is refused", () => {
  const lines = async (): Promise<string[]> => [...(await bundleOf(await asleep(), ["s-1"]))];
  const refusal = async (changed: readonly string[]): Promise<string> => {
    const there = await bench(signup);
    const message = await importInto(there, changed).then(
      () => "it was taken",
      (error: unknown) => String((error as Error).message),
    );
    expect(await there.engine.list()).toEqual([]);
    return message;
  };

  test("when it is cut off, at any line or in the middle of one", async () => {
    const [head = "", execution = "", end = ""] = await lines();
    expect(await refusal([])).toContain("it is empty");
    expect(await refusal([head])).toContain("cut off");
    expect(await refusal([head, execution])).toContain("cut off");
    expect(await refusal([head, end])).toContain("lines of it are missing");
    expect(await refusal([head, execution.slice(0, 500)])).toContain("line 2 is no JSON");
    expect(await refusal([execution, end])).toContain("does not begin as one");
    expect(await refusal([head, execution, execution, end])).toContain("twice");
    expect(await refusal([head, execution, end, execution])).toContain("after its end");
    expect(await refusal(["hello"])).toContain("does not begin as one");
  });

  test("when a value in it was changed, or a field is missing or unknown", async () => {
    const [head = "", execution = "", end = ""] = await lines();
    expect(await refusal([head, execution.replace("ann@", "bob@"), end])).toContain("line 2 does not match its checksum");
    const { body, ...line } = JSON.parse(execution) as { body: Record<string, unknown> };
    const signed = (content: unknown): string => JSON.stringify({ ...line, body: content, checksum: bundleChecksum(content) });
    expect(await refusal([head, signed({ ...body, steps: undefined }), end])).toMatch(/line 2: .*steps/);
    expect(await refusal([head, signed({ ...body, more: 1 }), end])).toMatch(/line 2: .*more/);
    expect(await refusal([head, signed({ ...body, execution: { ...(body["execution"] as object), id: "../x" } }), end])).toContain(
      "is no id",
    );
  });

  test("when a newer wf has written it", async () => {
    const [head = "", ...rest] = await lines();
    expect(await refusal([head.replace('"format":1', '"format":2'), ...rest])).toContain("newer wf");
    expect(await refusal([head.replace('"stateVersion":1', '"stateVersion":2'), ...rest])).toContain("format 2");
  });

  test("and is taken when another program has laid it out anew", async () => {
    const there = await bench(signup);
    const sorted = (value: unknown): unknown =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? Object.fromEntries(
            Object.entries(value)
              .toReversed()
              .map(([key, inner]) => [key, sorted(inner)]),
          )
        : Array.isArray(value)
          ? value.map(sorted)
          : value;
    const changed = (await lines()).map((line) => ` ${JSON.stringify(sorted(JSON.parse(line)))} `);
    expect((await importInto(there, [...changed, ""])).executions).toHaveLength(1);
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
      for (const one of opened.splice(0)) await one.close();
    }),
    { numRuns: 40 },
  );
}, 60_000);

const stepsIn = (lines: readonly string[]): unknown => (JSON.parse(lines[1] ?? "") as { body: { steps: unknown } }).body.steps;
