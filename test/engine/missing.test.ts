/** Executions whose workflow is missing or broken: blocked, and taken up again by themselves once the files have changed. */
import { afterEach, describe, expect, test } from "bun:test";
import { defineWorkflow } from "../../src/model/definition.ts";
import { type Bench, during, openBench } from "./harness.ts";

let bench: Bench;
afterEach(() => bench?.close());

const nap = defineWorkflow({
  name: "nap",
  run: async (ctx) => {
    await ctx.sleep("nap", "1h");
    return ctx.step("wake", () => "awake");
  },
});

const tick = () => during(bench, bench.engine.tick(), 10_000);

/** Asleep for an hour, which is over, while its file is gone. */
const blocked = async (): Promise<void> => {
  bench = await openBench([nap]);
  await bench.engine.start("nap", undefined, { id: "n" });
  await tick();
  bench.host.forget("nap");
  bench.host.jump(3_600_000);
  await tick();
  expect(await bench.engine.getStatus("n")).toMatchObject({ status: "blocked", reason: "definition-missing" });
};

describe("by ticks", () => {
  test("at the next one after the file is there again, with nothing counted", async () => {
    await blocked();
    bench.host.define(nap);
    expect(await tick()).toMatchObject({ completed: 1 });
    const { execution, panics, steps } = await bench.engine.history("n");
    expect(execution).toMatchObject({ status: "completed", output: "awake", restarts: 0 });
    expect([panics.length, steps.map(({ attempts }) => attempts.length)]).toEqual([0, [0, 1]]);
  });

  test("also when the files are then exactly what they were before", async () => {
    await blocked();
    bench.host.define(nap);
    expect(await tick()).toMatchObject({ completed: 1 });
    await bench.engine.start("nap", undefined, { id: "again" });
    await tick();
    bench.host.forget("nap");
    bench.host.jump(3_600_000);
    expect(await tick()).toMatchObject({ blocked: 1 });
    bench.host.define(nap);
    expect(await tick()).toMatchObject({ completed: 1 });
  });

  test("not while nothing has changed, however often they come", async () => {
    await blocked();
    for (let count = 0; count < 3; count++) expect(await tick()).toMatchObject({ claimed: 0 });
  });

  test("after a minute in any case: the cause may lie in a package", async () => {
    await blocked();
    bench.host.jump(60_000);
    expect(await tick()).toMatchObject({ claimed: 1, blocked: 1 });
  });

  test("also where a file that did not load has been mended", async () => {
    bench = await openBench([nap]);
    await bench.engine.start("nap", undefined, { id: "n" });
    bench.host.breakFile("nap");
    expect(await tick()).toMatchObject({ blocked: 1 });
    bench.host.define(nap);
    expect(await tick()).toMatchObject({ claimed: 1, parked: 1 });
  });
});

test("by a daemon within a second or two, not only after a minute", async () => {
  await blocked();
  const stop = new AbortController();
  const serving = bench.engine.serve({ signal: stop.signal });
  for (let second = 0; second < 3; second++) await bench.host.advance(1_000);
  bench.host.define(nap);
  for (let second = 0; second < 3; second++) await bench.host.advance(1_000);
  expect(await bench.engine.getStatus("n")).toMatchObject({ status: "completed", output: "awake" });
  stop.abort();
  await during(bench, serving, 20_000);
});
