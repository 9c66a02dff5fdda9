/** No text of a user can equal a generated one. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { checkName } from "../../src/model/id.ts";
import { innerScope, keyedScope, keyOf } from "../../src/replay/identity.ts";
import { bench } from "./bench-pass.ts";

const name = fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom("a", "b", "/", "#", "=", "%", "1", "2", " ", ":") });

test("different paths of scopes never give the same text", () => {
  fc.assert(
    fc.property(fc.array(name, { maxLength: 4 }), fc.array(name, { maxLength: 4 }), (one, other) => {
      const path = (names: readonly string[]): string => names.reduce((outer, inner) => innerScope(outer, inner, 1), "");
      return (path(one) === path(other)) === (JSON.stringify(one) === JSON.stringify(other));
    }),
  );
});

test("a repeat, a key and a nested scope of the same words are three different places", () => {
  fc.assert(
    fc.property(name, name, fc.integer({ min: 2, max: 9 }), (outer, inner, n) => {
      const places = [
        innerScope(innerScope("", outer, 1), inner, 1),
        innerScope("", outer, n),
        keyedScope("", outer, inner),
        innerScope("", outer + inner, 1),
      ];
      expect(new Set(places).size).toBe(places.length);
    }),
  );
});

test("keys of different identities differ, since a name cannot hold what joins them", () => {
  expect(checkName("step", "a\0b")).toBeDefined();
  fc.assert(
    fc.property(name, name, fc.nat(3), fc.nat(3), (a, b, n, m) => {
      const one = keyOf({ scope: "", kind: "step", name: a, n });
      const other = keyOf({ scope: "", kind: "step", name: b, n: m });
      return (one === other) === (a === b && n === m);
    }),
  );
});

test("repeats are numbered in the order of the calls, scope by scope", async () => {
  const { calls, turns } = bench(async (ctx) => {
    void ctx.step("a", () => 1);
    void ctx.step("a", () => 1);
    void ctx.sleep("a", "1h");
    void ctx.step("a", () => 1, { key: "row/1" });
    void ctx.scope("inner", async (inner) => {
      void inner.step("a", () => 1);
    });
    void ctx.scope("inner", async (inner) => {
      void inner.step("a", () => 1);
    });
    await ctx.sleep("end", "1h");
  });
  await turns();
  const places = calls.map(({ identity }) => `${identity.scope}|${identity.kind}|${identity.name}|${identity.n}`);
  expect(places).toEqual([
    "|step|a|1",
    "|step|a|2",
    "|sleep|a|1",
    "a=row%2f1|step|a|1",
    "inner|step|a|1",
    "inner#2|step|a|1",
    "|sleep|end|1",
  ]);
});
