/** Instants and spans in words. */
import { expect, test } from "bun:test";
import { age, briefly, instant, span, stamp } from "../../../src/cli/render/age.ts";
import { iso, NOW } from "../harness.ts";
import { lookOf, terminal } from "./looks.ts";

test("an instant is told with its distance", () => {
  expect(instant(iso(90_000), lookOf())).toBe("2026-03-01T09:01:30.000Z (in 1m 30s)");
  expect(instant(iso(-90_000), lookOf())).toBe("2026-03-01T08:58:30.000Z (1m 30s ago)");
});

test("a person reads the time of the place, without the day that is today's", () => {
  expect(instant(iso(90_000), terminal(80))).toBe("09:01:30 (in 1m 30s)");
  expect(instant(iso(-86_400_000), terminal(80))).toBe("2026-02-28 09:00 (1d ago)");
  expect(stamp(iso(-1_005), terminal(80))).toBe("08:59:58.995");
  expect(stamp(iso(-86_400_000), terminal(80))).toBe("2026-02-28 09:00");
});

test("with --utc every time is whole and in UTC, also for a person", () => {
  const utc = { ...terminal(80), isUtc: true };
  expect(instant(iso(90_000), utc)).toBe("2026-03-01T09:01:30.000Z (in 1m 30s)");
  expect(briefly(iso(90_000), utc)).toBe("2026-03-01T09:01:30.000Z");
  expect(stamp(iso(), utc)).toBe("2026-03-01T09:00:00.000Z");
});

test("a narrow column has an age on a terminal, and the instant elsewhere", () => {
  expect(briefly(iso(-90_000), terminal(80))).toBe("1m 30s ago");
  expect(briefly(iso(-90_000), lookOf())).toBe("2026-03-01T08:58:30.000Z");
});

test("what is no instant is shown as it is", () => {
  expect(instant("yesterday\x1b", lookOf())).toBe("yesterday\\x1b");
  expect(age("never", NOW)).toBe("never");
});

test("a span ends now while it lasts, and is never negative", () => {
  expect(span(iso(-1_500), iso(-500), NOW)).toBe("1s");
  expect(span(iso(-1_500), null, NOW)).toBe("1.5s");
  expect(span(iso(5_000), null, NOW)).toBe("0ms");
});
