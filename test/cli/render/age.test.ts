/** Instants and spans in words. */
import { expect, test } from "bun:test";
import { age, briefly, instant, span } from "../../../src/cli/render/age.ts";
import { iso, NOW } from "../harness.ts";
import { lookOf, terminal } from "./looks.ts";

test("an instant is told with its distance", () => {
  expect(instant(iso(90_000), NOW)).toBe("2026-03-01T09:01:30.000Z (in 1m 30s)");
  expect(instant(iso(-90_000), NOW)).toBe("2026-03-01T08:58:30.000Z (1m 30s ago)");
});

test("a narrow column has an age on a terminal, and the instant elsewhere", () => {
  expect(briefly(iso(-90_000), terminal(80))).toBe("1m 30s ago");
  expect(briefly(iso(-90_000), lookOf())).toBe("2026-03-01T08:58:30.000Z");
});

test("what is no instant is shown as it is", () => {
  expect(instant("yesterday\x1b", NOW)).toBe("yesterday\\x1b");
  expect(age("never", NOW)).toBe("never");
});

test("a span ends now while it lasts, and is never negative", () => {
  expect(span(iso(-1_500), iso(-500), NOW)).toBe("1s");
  expect(span(iso(-1_500), null, NOW)).toBe("1.5s");
  expect(span(iso(5_000), null, NOW)).toBe("0ms");
});
