/** Steps of a script as those who watch are told of them: each state once, nothing of before, and what was written last is not missed. */
import { expect, test } from "bun:test";
import { StepWatch } from "../../../src/engine/scripts/watch.ts";
import { encodeError } from "../../../src/model/codec/error.ts";
import type { Progress } from "../../../src/model/progress.ts";
import type { StepRecord } from "../../../src/model/records.ts";
import type { StoredHistory } from "../../../src/engine/store.ts";
import { stepOf } from "../why-facts.ts";

const shell = (given: Partial<StepRecord>): StepRecord => stepOf({ kind: "shell", startedAt: 10, ...given });

const watching = (isWatched = true) => {
  let [steps, reads, now] = [[] as readonly StepRecord[], 0, 0];
  const timers: (() => void)[] = [];
  const told: string[] = [];
  const onProgress = (one: Progress): void => {
    if (!("step" in one) || typeof one.step !== "object" || one.step === null) return;
    told.push([one.type, one.step.name, ...("retryAt" in one ? [String(one.retryAt)] : [])].join(" "));
  };
  const watch = new StepWatch({
    id: "x",
    store: {
      history: () => {
        reads++;
        now += 5; // what a look takes
        return Promise.resolve({ steps } as unknown as StoredHistory);
      },
    },
    clock: { monotonic: () => now },
    timers: { after: (ms, fn) => (expect(ms).toBe(20), timers.push(fn), () => {}) },
    onProgress: isWatched ? onProgress : undefined,
  });
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return {
    watch,
    told,
    reads: () => reads,
    write: async (...rows: readonly StepRecord[]) => {
      steps = rows;
      watch.look();
      await settle();
    },
    rested: async () => {
      for (const timer of timers.splice(0)) timer();
      await settle();
    },
  };
};

test("each state of a step is told once", async () => {
  const { write, rested, told } = watching();
  const errorText = encodeError(new Error("no"));
  const states: Partial<StepRecord>[] = [
    { status: "running" },
    { status: "running" },
    { status: "retrying", attempt: 2, wakeAt: 50, errorText },
    { status: "running", attempt: 2 },
    { status: "failed", attempt: 2, errorText },
    { status: "completed", attempt: 3, finishedAt: 90 },
  ];
  for (const state of states) {
    await write(shell({ name: "a", ...state }));
    await rested();
  }
  const types = ["step-started a", "step-failed a 50", "step-started a", "step-failed a null", "step-completed a"];
  expect(told).toEqual(types);
});

test("waits are held, and what ended with its execution is not told", async () => {
  const { write, told } = watching();
  const [sleep, event] = [shell({ kind: "sleep", status: "sleeping", wakeAt: 5 }), shell({ kind: "event", name: "go", status: "waiting" })];
  await write(sleep, event, shell({ name: "c", status: "cancelled" }), shell({ name: "d", status: "in-doubt" }));
  expect(told).toEqual(["holding charge", "holding go"]);
});

test("what earlier passes have recorded is not told again", async () => {
  const { watch, write, told } = watching();
  const old = shell({ status: "completed", finishedAt: 20 });
  watch.knows([old]);
  await write(old);
  expect(told).toEqual([]);
});

test("after a look it rests for four times as long; what was written meanwhile is told then", async () => {
  const { write, rested, told, reads } = watching();
  await write(shell({ status: "running" }));
  await write(shell({ status: "completed", finishedAt: 20 }));
  expect([reads(), told]).toEqual([1, ["step-started charge"]]);
  await rested();
  expect([reads(), told]).toEqual([2, ["step-started charge", "step-completed charge"]]);
  await rested();
  expect(reads()).toBe(2);
});

test("at the end it looks once more, and never again", async () => {
  const { watch, write, rested, told, reads } = watching();
  await write(shell({ status: "running" }));
  const done = write(shell({ status: "completed", finishedAt: 20 }));
  await watch.end();
  await done;
  expect(told).toEqual(["step-started charge", "step-completed charge"]);
  await rested();
  await write(shell({ name: "later", status: "running" }));
  expect(reads()).toBe(2);
});

test("where nobody watches nothing is read", async () => {
  const { write, reads } = watching(false);
  await write(shell({ status: "running" }));
  expect(reads()).toBe(0);
});
