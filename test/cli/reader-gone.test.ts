import { expect, test } from "bun:test";
import { lookForReader, watchReader } from "../../src/cli/reader-gone.ts";
import { ManualTimers } from "./harness.ts";

test("a reader that goes is told once, and not before", async () => {
  const timers = new ManualTimers();
  let reads = true;
  let told = 0;
  watchReader(
    timers.after,
    () => Promise.resolve(() => reads),
    () => told++,
  );
  await timers.advance(250);
  await timers.advance(250);
  expect(told).toBe(0);
  reads = false;
  await timers.advance(250);
  await timers.advance(10_000);
  expect(told).toBe(1);
});

test("nothing is looked for before a while has passed, nor after the command has ended", async () => {
  const timers = new ManualTimers();
  let looked = 0;
  const find = (): Promise<() => boolean> => Promise.resolve(() => (looked++, true));
  const stop = watchReader(timers.after, find, () => {});
  await timers.advance(249);
  stop();
  await timers.advance(10_000);
  expect(looked).toBe(0);
  const other = watchReader(timers.after, find, () => {});
  await timers.advance(250);
  expect(looked).toBe(1);
  other();
  await timers.advance(10_000);
  expect(looked).toBe(1);
});

test("where nobody can tell, nothing is told", async () => {
  const timers = new ManualTimers();
  let told = 0;
  watchReader(
    timers.after,
    () => Promise.resolve(undefined),
    () => told++,
  );
  await timers.advance(250);
  await timers.advance(10_000);
  expect(told).toBe(0);
});

test("a descriptor that is no pipe, or none at all, has no reader to look for", async () => {
  expect(await lookForReader(987_654)).toBeUndefined();
});
