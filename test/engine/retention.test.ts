/** What ticks and daemons remove by themselves, and what `prune` does for a caller. */
import { afterEach, describe, expect, test } from "bun:test";
import type { EngineOptions } from "../../src/engine/engine-options.ts";
import { defineWorkflow, type WorkflowDefinition } from "../../src/model/definition.ts";
import type { RetentionSettings } from "../../src/model/settings.ts";
import type { RetentionStore } from "../../src/engine/store/retention.ts";
import { Tidier } from "../../src/engine/retention/tidy.ts";
import { dueNow } from "../../src/sqlite/fast.ts";
import { codeOf } from "../suites/store/samples.ts";
import { type Bench, during, openBench } from "./harness.ts";

const opened: Bench[] = [];
afterEach(async () => {
  for (const bench of opened.splice(0)) await bench.close();
});

const quick = defineWorkflow({ name: "quick", run: (ctx) => ctx.step("s", () => 1) }) as WorkflowDefinition;
const failing = defineWorkflow({
  name: "failing",
  retry: { attempts: 1 },
  run: (ctx) => ctx.step("s", () => Promise.reject(new Error("no"))),
}) as WorkflowDefinition;
const waiting = defineWorkflow({ name: "waiting", run: (ctx) => ctx.waitForEvent("go") }) as WorkflowDefinition;

const open = async (retention?: Partial<RetentionSettings>): Promise<Bench> => {
  const rules = { completedMs: null, failedMs: null, cancelledMs: null, keep: 0, ...retention };
  const options: Partial<EngineOptions> = retention === undefined ? {} : { retention: rules };
  const bench = await openBench([quick, failing, waiting], options);
  opened.push(bench);
  return bench;
};

/** A connection of its own is opened for removals, which takes real time; only then come the pauses, which are simulated. */
const patiently = <T>(bench: Bench, promise: Promise<T>): Promise<T> => during(bench, promise, 200_000, 10);

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const runAll = async (bench: Bench, workflow: WorkflowDefinition, ids: readonly string[]): Promise<void> => {
  for (const id of ids) await bench.engine.start(workflow, undefined, { id });
  await patiently(bench, bench.engine.tick());
};

const left = async ({ engine }: Bench): Promise<readonly string[]> => (await engine.list()).map(({ id }) => id).sort();

describe("a tick", () => {
  test("removes what has been over for longer than the rules say, and nothing else", async () => {
    const bench = await open({ completedMs: 30 * DAY_MS });
    await runAll(bench, quick, ["old"]);
    await runAll(bench, failing, ["failed"]);
    await runAll(bench, waiting, ["waits"]);
    await bench.host.advance(20 * DAY_MS);
    await runAll(bench, quick, ["young"]);
    expect(await left(bench)).toEqual(["failed", "old", "waits", "young"]);
    await bench.host.advance(11 * DAY_MS);
    await patiently(bench, bench.engine.tick());
    expect(await left(bench)).toEqual(["failed", "waits", "young"]);
  });

  test("leaves the newest that are to be kept", async () => {
    const bench = await open({ completedMs: 1_000, failedMs: 1_000, keep: 1 });
    await runAll(bench, quick, ["q-1"]);
    await bench.host.advance(1_000);
    await runAll(bench, quick, ["q-2"]);
    await runAll(bench, failing, ["f-1"]);
    await bench.host.advance(HOUR_MS);
    await patiently(bench, bench.engine.tick());
    expect(await left(bench)).toEqual(["f-1", "q-2"]);
  });

  test("without rules removes nothing ever", async () => {
    const bench = await open();
    await runAll(bench, quick, ["a"]);
    await bench.host.advance(3_650 * DAY_MS);
    await patiently(bench, bench.engine.tick());
    expect(await left(bench)).toEqual(["a"]);
  });

  test("looks every ten minutes, and until then the short way has nothing to do", async () => {
    const bench = await open({ completedMs: 1_000 });
    await runAll(bench, quick, ["a"]);
    const look = () => dueNow(bench.file, { now: () => bench.host.clock.now(), liveness: () => "alive" });
    await bench.host.advance(540_000);
    expect(look()).toBe("nothing");
    await patiently(bench, bench.engine.tick());
    expect(await left(bench)).toEqual(["a"]);
    await bench.host.advance(60_000);
    expect(look()).toBe("unsure");
    await patiently(bench, bench.engine.tick());
    expect(await left(bench)).toEqual([]);
    expect(look()).toBe("nothing");
  });

  test("without rules has the long way gone once an hour, since there may be rules by then", async () => {
    const bench = await open();
    await patiently(bench, bench.engine.tick());
    const look = () => dueNow(bench.file, { now: () => bench.host.clock.now(), liveness: () => "alive" });
    await bench.host.advance(HOUR_MS - 1);
    expect(look()).toBe("nothing");
    await bench.host.advance(1);
    expect(look()).toBe("unsure");
  });
});

describe("what a tick spends on it", () => {
  const rules: RetentionSettings = { completedMs: 1_000, failedMs: null, cancelledMs: null, keep: 0 };
  const NOTHING = { completed: 0, failed: 0, cancelled: 0 };

  /** A store whose transactions take 90 ms each, and remove one execution. */
  const slow = (parts: Partial<RetentionStore> = {}) => {
    const spent = { ms: 0, removed: 0, turns: [] as number[] };
    const clock = { now: () => 5_000_000 + spent.ms, monotonic: () => spent.ms, boot: () => spent.ms };
    const range = { workflow: "w", status: "completed", before: { at: 1, seq: 0 } } as const;
    const retention: RetentionStore = {
      ranges: () => Promise.resolve([range]),
      page: () => Promise.resolve({ ids: Array.from({ length: 10 }, (_, at) => `a-${at}`), next: undefined }),
      tally: () => Promise.resolve(NOTHING),
      remove: (_, ids) => {
        spent.ms += 90;
        spent.removed += Math.min(1, ids.length);
        return Promise.resolve({ handled: Math.min(1, ids.length), gone: { ...NOTHING, completed: 1 }, deleted: [], isUnfinished: false });
      },
      whileUnused: () => Promise.resolve(),
      sweepUp: () => Promise.resolve(),
      purge: () => Promise.resolve(true),
      takeTurn: () => Promise.resolve(true),
      setTurn: (at) => Promise.resolve(void spent.turns.push(at)),
      ...parts,
    };
    const timers = { after: (_: number, fn: () => void) => (queueMicrotask(fn), () => {}), at: () => () => {}, turn: () => {} };
    const tidier = new Tidier({ store: { retention }, host: { clock, timers }, retention: rules, closing: new AbortController().signal });
    return { tidier, spent };
  };

  test("is some 200 ms; then it is time again at once", async () => {
    const { tidier, spent } = slow();
    expect(await tidier.once()).toBe(true);
    expect(spent).toEqual({ ms: 270, removed: 3, turns: [5_000_000] });
  });

  test("is nothing where it is not its turn, and no error of it is the tick's", async () => {
    const idle = slow({ takeTurn: () => Promise.resolve(false) });
    expect(await idle.tidier.once()).toBe(false);
    const broken = slow({ remove: () => Promise.reject(new Error("disk full")) });
    expect(await broken.tidier.once()).toBe(false);
    expect([idle.spent.removed, broken.spent.removed]).toEqual([0, 0]);
  });

  test("is one series at a time, however often a daemon comes by", async () => {
    const { tidier, spent } = slow();
    for (let times = 0; times < 5; times++) tidier.look();
    await tidier.settled();
    expect(spent.removed).toBe(3);
    tidier.look();
    await tidier.settled();
    expect(spent.removed).toBe(3);
    spent.ms += 1_000;
    tidier.look();
    await tidier.settled();
    expect(spent.removed).toBe(6);
  });
});

test("a daemon removes as well, beside its work", async () => {
  const bench = await open({ completedMs: 1_000 });
  await runAll(bench, quick, ["a", "b"]);
  const stop = new AbortController();
  const serving = bench.engine.serve({ signal: stop.signal });
  await bench.host.advance(HOUR_MS);
  await bench.engine.start(quick, undefined, { id: "c" });
  for (let second = 0; second < 60 && (await left(bench)).join() !== "c"; second++) await bench.host.advance(1_000);
  expect(await left(bench)).toEqual(["c"]);
  stop.abort();
  await during(bench, serving, 10_000);
});

describe("prune", () => {
  test("says what it has removed, and a dry run what it would", async () => {
    const bench = await open();
    await runAll(bench, quick, ["a", "b"]);
    await runAll(bench, failing, ["c"]);
    await bench.host.advance(DAY_MS);
    const view = { removed: 2, statuses: { completed: 2, failed: 0, cancelled: 0 }, purged: false, complete: true };
    const options = { olderThan: "1h", statuses: ["completed"] } as const;
    expect(await bench.engine.retention.prune({ ...options, dryRun: true })).toEqual({ ...view, dryRun: true });
    expect(await left(bench)).toEqual(["a", "b", "c"]);
    expect(await patiently(bench, bench.engine.retention.prune(options))).toEqual({ ...view, dryRun: false });
    expect(await left(bench)).toEqual(["c"]);
    expect((await patiently(bench, bench.engine.retention.prune({ olderThan: 0, purge: true }))).purged).toBe(true);
  });

  test("with a number to keep alone removes all others that are over", async () => {
    const bench = await open();
    for (const id of ["a", "b", "c"]) {
      await runAll(bench, quick, [id]);
      await bench.host.advance(1_000);
    }
    await runAll(bench, waiting, ["waits"]);
    expect(await patiently(bench, bench.engine.retention.prune({ keep: 1 }))).toMatchObject({ removed: 2 });
    expect(await left(bench)).toEqual(["c", "waits"]);
  });

  test("wants to know what", async () => {
    const bench = await open();
    expect(await codeOf(bench.engine.retention.prune({}))).toBe("USAGE");
    expect(await codeOf(bench.engine.retention.prune({ keep: 1.5 }))).toBe("USAGE");
    expect(await codeOf(bench.engine.retention.prune({ olderThan: "a while" }))).toBe("DURATION_INVALID");
  });

  test("can be ended, and says that it is not complete", async () => {
    const bench = await open();
    await runAll(bench, quick, ["a"]);
    const view = await bench.engine.retention.prune({ olderThan: 0, signal: AbortSignal.abort() });
    expect(view).toMatchObject({ removed: 0, complete: false });
    expect(await left(bench)).toEqual(["a"]);
  });
});
