/** Approvals: who is asked, who answers, and that no answer counts for a question nobody has seen. */
import { afterEach, describe, expect, test } from "bun:test";
import { defineWorkflow, type WorkflowDefinition } from "../../../src/model/definition.ts";
import { type Bench, during, openBench } from "../harness.ts";

let bench: Bench;
afterEach(() => bench.close());

const ops = () => bench.engine.operations;
const carry = (id: string, holdMs = 0) => during(bench, bench.engine.carry(id, { holdMs }));
const start = async (definition: WorkflowDefinition<undefined>, id: string) => {
  await bench.engine.start(definition, undefined, { id });
  return carry(id);
};

const release = defineWorkflow({
  name: "release",
  async run(ctx) {
    const first = await ctx.approve("staging", { message: "42 tests passed", timeout: "1d" });
    if (!first.approved) return first;
    return ctx.approve("production");
  },
}) as WorkflowDefinition<undefined>;

const both = defineWorkflow({
  name: "both",
  run: (ctx) => Promise.all([ctx.approve("legal"), ctx.approve("money")]),
}) as WorkflowDefinition<undefined>;

/** One question for each of three, all of one name. */
const each = defineWorkflow({
  name: "each",
  run: (ctx) => ctx.map("one", ["a", "b", "c"], (who, item) => item.approve("sign", { message: who })),
}) as WorkflowDefinition<undefined>;

describe("the inbox", () => {
  test("shows what waits, the oldest first, until it is answered or its execution is over", async () => {
    bench = await openBench([release, both]);
    await start(release, "a");
    await bench.host.advance(1_000);
    await start(both, "b");
    expect(await ops().inbox()).toEqual([
      {
        ...{ id: "a", workflow: "release", scope: "", name: "staging", n: 1, message: "42 tests passed" },
        ...{ since: "2026-01-01T00:00:00.000Z", until: "2026-01-02T00:00:00.000Z" },
      },
      {
        ...{ id: "b", workflow: "both", scope: "", name: "legal", n: 1, message: null },
        ...{ since: "2026-01-01T00:00:01.000Z", until: null },
      },
      {
        ...{ id: "b", workflow: "both", scope: "", name: "money", n: 1, message: null },
        ...{ since: "2026-01-01T00:00:01.000Z", until: null },
      },
    ]);
    expect((await ops().inbox({ workflow: "both", limit: 1 })).map(({ name }) => name)).toEqual(["legal"]);
    await ops().decide("b", { name: "legal", approved: true });
    await bench.engine.cancel("a");
    expect((await ops().inbox()).map(({ name }) => name)).toEqual(["money"]);
  });
});

describe("several questions of one name", () => {
  test("are answered one by one, each by its place; what is answered leaves the inbox", async () => {
    bench = await openBench([each]);
    await start(each, "e");
    await ops().decide("e", { name: "one=1/sign", approved: true, note: "the second" });
    expect((await ops().inbox()).map(({ scope }) => scope)).toEqual(["one=0", "one=2"]);
    await ops().decide("e", { name: "one=2/sign", approved: false });
    await ops().decide("e", { name: "one=0/sign", approved: true });
    expect(await ops().inbox()).toEqual([]);
    expect(await carry("e")).toMatchObject({
      status: "completed",
      output: [{ approved: true }, { note: "the second" }, { approved: false }],
    });
    expect((await ops().decisions("e")).map(({ detail }) => detail)).toEqual(["one=1/sign", "one=2/sign", "one=0/sign"]);
  });

  test("are refused where it is not said which; the refusal names them all", async () => {
    bench = await openBench([each]);
    await start(each, "e");
    for (const given of [{}, { name: "sign" }, { name: "sign#1" }]) {
      await expect(ops().decide("e", { ...given, approved: false })).rejects.toMatchObject({
        code: "ACTION_REFUSED",
        message: expect.stringContaining("it waits for several approvals: 'one=0/sign', 'one=1/sign', 'one=2/sign'"),
      });
    }
    expect([await ops().inbox(), await ops().decisions("e")]).toMatchObject([{ length: 3 }, { length: 0 }]);
  });

  test("are not answered twice, before the answer has been taken or after", async () => {
    bench = await openBench([each]);
    await start(each, "e");
    const again = () => ops().decide("e", { name: "one=1/sign", approved: false });
    await ops().decide("e", { name: "one=1/sign", approved: true });
    await expect(again()).rejects.toMatchObject({ code: "ACTION_REFUSED" });
    await carry("e");
    await expect(again()).rejects.toMatchObject({ code: "ACTION_REFUSED" });
  });
});

describe("an answer", () => {
  test("wakes the execution and reaches its code with who and why; the history tells", async () => {
    bench = await openBench([release]);
    await start(release, "a");
    expect(await ops().decide("a", { approved: true, note: "looks good" })).toEqual({
      ...{ executionId: "a", name: "staging", approved: true, note: "looks good", by: "operator@simulated", isAwaited: true },
    });
    expect(await during(bench, bench.engine.tick())).toMatchObject({ claimed: 1 });
    await ops().decide("a", { approved: false });
    expect(await carry("a")).toMatchObject({
      status: "completed",
      output: { approved: false, note: null, by: "operator@simulated", timedOut: false },
    });
    expect((await ops().decisions("a")).map(({ action, detail, reason }) => [action, detail, reason])).toEqual([
      ["approve", "staging", "looks good"],
      ["reject", "production", null],
    ]);
  });

  test("reaches an execution that is held in memory", async () => {
    bench = await openBench([release]);
    await bench.engine.start(release, undefined, { id: "a" });
    const carried = bench.engine.carry("a", { holdMs: Infinity });
    await bench.host.advance(1_000);
    await ops().decide("a", { approved: false, note: "no" });
    expect(await during(bench, carried)).toMatchObject({ status: "completed", output: { approved: false, note: "no" } });
  });

  test("is no event of that name, and an event of that name is no answer", async () => {
    bench = await openBench([release]);
    await start(release, "a");
    await bench.engine.sendEvent("a", "staging", { approved: true });
    expect(await carry("a")).toMatchObject({ status: "waiting" });
    expect(await ops().inbox()).toHaveLength(1);
  });

  test("that comes before the question is kept until it is asked", async () => {
    bench = await openBench([release]);
    await start(release, "a");
    expect(await ops().decide("a", { name: "production", approved: true })).toMatchObject({ isAwaited: false });
    await ops().decide("a", { name: "staging", approved: true });
    expect(await carry("a")).toMatchObject({ status: "completed", output: { approved: true } });
  });
});

describe("is refused", () => {
  const refusal = (problem: string) => ({ code: "ACTION_REFUSED", message: expect.stringContaining(problem) });

  test("where it is not clear which is meant, or none is waited for", async () => {
    bench = await openBench([release, both]);
    await start(both, "b");
    await expect(ops().decide("b", { approved: true })).rejects.toMatchObject(refusal("legal, money"));
    await bench.engine.start(release, undefined, { id: "a" });
    await expect(ops().decide("a", { approved: true })).rejects.toMatchObject(refusal("waits for no approval"));
    await bench.engine.cancel("a");
    await expect(ops().decide("a", { name: "staging", approved: true })).rejects.toMatchObject({ code: "EXECUTION_OVER" });
  });

  test("a second time: it would decide something that nobody has seen", async () => {
    bench = await openBench([release]);
    await start(release, "a");
    await ops().decide("a", { name: "staging", approved: true });
    await expect(ops().decide("a", { name: "staging", approved: false })).rejects.toMatchObject(refusal("decided already"));
    expect(await carry("a")).toMatchObject({ status: "waiting", reasonDetail: expect.stringContaining("production") });
    await expect(ops().decide("a", { name: "staging", approved: false })).rejects.toMatchObject(refusal("decided already"));
    await ops().decide("a", { name: "production", approved: true, note: "go" }, { isDry: true });
    expect(await ops().inbox()).toHaveLength(1);
  });
});
