/** When a process pauses for others. */
import { expect, test } from "bun:test";
import { Courtesy } from "../../src/sqlite/courtesy.ts";

test("a process that is alone never pauses", () => {
  const courtesy = new Courtesy();
  for (let now = 0; now < 1_000; now++) {
    courtesy.observe(7, now);
    expect(courtesy.pauseMs(now)).toBe(0);
  }
});

test("a commit of another makes it pause 1 ms before each transaction, for 200 ms", () => {
  const courtesy = new Courtesy();
  courtesy.observe(7, 0);
  courtesy.observe(8, 1_000);
  expect([1_000, 1_001, 1_199, 1_200, 9_999].map((now) => courtesy.pauseMs(now))).toEqual([1, 1, 1, 0, 0]);
  courtesy.observe(8, 1_100);
  expect(courtesy.pauseMs(1_250)).toBe(0);
  courtesy.observe(9, 1_300);
  expect(courtesy.pauseMs(1_301)).toBe(1);
});

test("a clock that was set back does not make it pause for ever", () => {
  const courtesy = new Courtesy();
  courtesy.observe(7, 10_000);
  courtesy.observe(8, 10_000);
  expect(courtesy.pauseMs(5_000)).toBe(0);
});
