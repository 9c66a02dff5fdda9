/** How a person names a step, and the shortest name by which one is meant and no other. */
import { describe, expect, test } from "bun:test";
import type { StepIdentity } from "../../src/model/records.ts";
import { identityText, namesOf, refersTo } from "../../src/model/step-reference.ts";

const step = (name: string, given: Partial<StepIdentity> = {}): StepIdentity => ({ scope: "", kind: "step", name, n: 1, ...given });

describe("a name", () => {
  const inner = step("charge", { scope: "pay/card", n: 2 });
  test.each(["charge", "charge#2", "pay/card/charge", "pay/card/charge#2", "step:charge", "step:pay/card/charge#2"])(
    "%p means the second charge in the scope",
    (reference) => expect(refersTo(reference, inner)).toBe(true),
  );

  test.each(["charg", "charge#1", "card/charge", "/charge", "event:charge", "charge#2#2", ""])("%p does not", (reference) => {
    expect(refersTo(reference, inner)).toBe(false);
  });
});

describe("the shortest name", () => {
  test("says no more than it must", () => {
    expect(namesOf([step("a"), step("b", { n: 2 }), step("c", { scope: "in" })])).toEqual(["a", "b", "c"]);
  });

  test("tells repeats, scopes and kinds apart", () => {
    const steps = [step("a"), step("a", { n: 2 }), step("a", { scope: "in" }), step("b"), step("b", { kind: "sleep" })];
    const names = namesOf(steps);
    expect(names).toEqual(["/a#1", "a#2", "in/a", "step:/b", "sleep:/b"]);
    for (const [at, name] of names.entries()) expect(steps.filter((one) => refersTo(name, one))).toEqual([steps[at] as StepIdentity]);
  });

  test("is found among others than those that are named", () => {
    expect(namesOf([step("a")], [step("a"), step("a", { scope: "in" })])).toEqual(["/a"]);
  });

  test("of names that look like others is still one", () => {
    const steps = [step("a#2"), step("a", { n: 2 }), step("in/a"), step("a", { scope: "in" })];
    const names = namesOf(steps);
    expect(new Set(names).size).toBe(4);
    expect(names[0]).toBe("a#2#1");
  });
});

test("identities are equal as text exactly where they are equal", () => {
  const all = [step("a"), step("a", { n: 2 }), step("a", { scope: "b" }), step("a", { kind: "event" }), step('a","'), step("ab")];
  expect(new Set(all.map(identityText)).size).toBe(all.length);
  expect(identityText({ ...step("a") })).toBe(identityText(step("a")));
});
