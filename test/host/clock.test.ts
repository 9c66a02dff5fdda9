/** The real clocks. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { parseUptime, systemClock } from "../../src/host/clock.ts";

test("the uptime is the first number of its line, in milliseconds", () => {
  expect(parseUptime("12345.67 54321.00\n")).toBe(12_345_670);
  expect(parseUptime("0.01 0.00\n")).toBe(10);
  expect(parseUptime("7 3\n")).toBe(7_000);
});

test("a text that is no uptime gives none", () => {
  for (const text of [undefined, "", "12345.67", "up 3 days", "-1.00 2.00\n", "1.2.3 4\n"]) expect(parseUptime(text)).toBeUndefined();
});

test("the boot clock is that of the machine, not of the process", () => {
  const machine = Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]) * 1_000;
  expect(Math.abs(systemClock.boot() - machine)).toBeLessThan(1_000);
});

test("no clock but the wall's ever runs backwards", () => {
  const readings = Array.from({ length: 1_000 }, () => [systemClock.monotonic(), systemClock.boot()] as const);
  for (const [index, [monotonic, boot]] of readings.entries()) {
    expect(monotonic).toBeGreaterThanOrEqual(readings[index - 1]?.[0] ?? 0);
    expect(boot).toBeGreaterThanOrEqual(readings[index - 1]?.[1] ?? 0);
  }
});

test("the wall clock is in milliseconds since the epoch", () => {
  expect(new Date(systemClock.now()).getFullYear()).toBeGreaterThan(2_024);
});
