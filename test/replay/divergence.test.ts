/** The comparison that people read when code and record differ, and how wide it is. */
import { describe, expect, test } from "bun:test";
import type { StepIdentity } from "../../src/model/records.ts";
import type { StepKind } from "../../src/model/status.ts";
import { compareDivergence, type DivergenceFacts } from "../../src/replay/divergence.ts";

const step = (name: string, kind: StepKind = "step", given: Partial<StepIdentity> = {}): StepIdentity => ({
  ...{ scope: "", kind, name, n: 1 },
  ...given,
});

const ROUTE = [step("charge"), step("over night", "sleep"), step("ship"), step("mail"), step("thank"), step("archive")];

/** Of the route above, from number 3 on. */
const linesOf = (given: Partial<DivergenceFacts> = {}): readonly string[] =>
  compareDivergence({ recorded: ROUTE, delivered: 2, expected: { ...step("ship"), order: 3 }, asked: [], returned: false, ...given }).split(
    "\n",
  );

describe("what is shown", () => {
  test("a renamed step: the places around it, and both names in one line", () => {
    expect(linesOf({ asked: [step("send")] })).toEqual([
      'number 3 was step "ship", and the code asks for step "send"',
      '  1 step "charge"          ok',
      '  2 sleep "over night"     ok',
      '  3 recorded: step "ship"  code asks: step "send"',
      '  4 recorded: step "mail"',
      '  5 recorded: step "thank"',
    ]);
  });

  test("a removed step, where the code has gone on to the next", () => {
    expect(linesOf({ asked: [step("mail")] })).toEqual([
      'number 3 was step "ship", and the code goes on to step "mail"',
      '  1 step "charge"          ok',
      '  2 sleep "over night"     ok',
      '  3 recorded: step "ship"  code: does not ask for it',
      '  4 recorded: step "mail"  asked for',
      '  5 recorded: step "thank"',
      'The code asks for step "mail" too, which was completed after it.',
    ]);
  });

  test("a function that ends before it, one that waits for something else, and one that differs from the start", () => {
    expect(linesOf({ returned: true })[0]).toBe('number 3 was step "ship", and the code ends without it');
    expect(linesOf({ returned: true })[3]).toBe('  3 recorded: step "ship"  code: ends');
    expect(linesOf()[0]).toBe('number 3 was step "ship", and the code waits for something that is no step');
    expect(linesOf({ delivered: 0, expected: { ...step("charge"), order: 1 }, asked: [step("pay")] }).slice(0, 2)).toEqual([
      'number 1 was step "charge", and the code asks for step "pay"',
      '  1 recorded: step "charge"  code asks: step "pay"',
    ]);
  });

  test("a wait that has begun stands after all that is completed", () => {
    const lines = linesOf({
      ...{ recorded: ROUTE.slice(0, 1), delivered: 1, expected: { ...step("trial", "sleep"), order: null } },
      asked: [step("survey", "event")],
    });
    expect(lines).toEqual([
      'it is in sleep "trial", and the code asks for event "survey"',
      '  1 step "charge"            ok',
      '  2 recorded: sleep "trial"  code asks: event "survey"',
    ]);
  });

  test("many calls are counted, and numbers of two digits stand below each other", () => {
    const long = Array.from({ length: 12 }, (_, at) => step(`s${at + 1}`));
    const lines = linesOf({
      ...{ recorded: long, delivered: 9, expected: { ...step("s10"), order: 10 } },
      asked: ["a", "b", "c", "d"].map((name) => step(name)),
    });
    expect(lines[0]).toBe('number 10 was step "s10", and the code asks for step "a", step "b", step "c" and 1 more');
    expect(lines.slice(3, 6)).toEqual([
      '   9 step "s9"             ok',
      '  10 recorded: step "s10"  code asks: step "a"',
      '  11 recorded: step "s11"',
    ]);
  });
});

describe("what is like the step that is not asked for is said", () => {
  test.each([
    ["another kind", step("ship", "sleep"), "The code has the same name, but as a sleep."],
    ["a vowel", step("ship", "event"), "The code has the same name, but as an event."],
    ["another scope", step("ship", "step", { scope: "pay" }), 'The code has the same name, but in the scope "pay".'],
    ["another number", step("ship", "step", { n: 2 }), "The code has the same name, but as number 2 of that name."],
    [
      "all of it",
      step("ship", "child", { scope: "pay", n: 3 }),
      'The code has the same name, but as a child and in the scope "pay" and as number 3 of that name.',
    ],
  ])("%s", (_, asked, remark) => {
    expect(linesOf({ asked: [asked] }).at(-1)).toBe(remark);
  });

  test("out of its scope", () => {
    const expected = { ...step("ship", "step", { scope: "pay" }), order: 3 };
    expect(linesOf({ recorded: [...ROUTE.slice(0, 2), expected], expected, asked: [step("ship")] }).at(-1)).toBe(
      "The code has the same name, but outside of every scope.",
    );
  });

  test("but not of a step with another name", () => {
    expect(linesOf({ asked: [step("shipping")] }).join()).not.toContain("same name");
  });
});

describe("width", () => {
  const name = (length: number): string => "n".repeat(length);

  test("a line of places is at most 76 columns wide; what would be wider stands on two lines", () => {
    for (let length = 1; length <= 50; length++) {
      const recorded = [step("a"), step("b"), step(name(length))];
      const lines = linesOf({ recorded, expected: { ...step(name(length)), order: 3 }, asked: [step(name(length), "event")] });
      for (const line of lines.filter((text) => text.startsWith(" "))) expect(line.length).toBeLessThanOrEqual(76);
    }
    const wide = linesOf({ expected: { ...step(name(40)), order: 3 }, asked: [step(name(41))] });
    expect(wide.slice(3, 5)).toEqual([`  3 recorded: step "${name(40)}"`, `    code asks: step "${name(41)}"`]);
  });
});
