import { describe, expect, test } from "bun:test";
import { takeOverPrints } from "../../src/cli/stray-prints.ts";

const STDOUT = Object.getOwnPropertyDescriptor(process, "stdout");

const printed = (act: () => void, colour = false): string => {
  let text = "";
  const undo = takeOverPrints((more) => (text += more), colour, STDOUT);
  try {
    act();
  } finally {
    undo();
  }
  return text;
};

describe("prints that were taken over", () => {
  test("arrive as they would have been printed, whichever way", () => {
    const text = printed(() => {
      console.log("a %s", "b", { c: 1 });
      console.error("error");
      console.group("group");
      console.info("inside");
      console.groupEnd();
      console.count("counted");
      console.table([{ x: 1 }]);
    });
    expect(text).toStartWith("a b { c: 1 }\nerror\ngroup\n  inside\ncounted: 1\n");
    expect(text).toContain("│ x │");
  });

  test("have colours only where they are wanted", () => {
    expect(printed(() => console.log({ a: 1 }))).not.toContain("\x1b");
    expect(printed(() => console.log({ a: 1 }), true)).toContain("\x1b[33m1");
  });

  test("cost nothing while nobody prints, and are given back", () => {
    const before = [console.log, console.table, process.stdout];
    expect(printed(() => {})).toBe("");
    expect([console.log, console.table, process.stdout]).toEqual(before);
  });

  test("of process.stdout go to standard error", () => {
    printed(() => expect(process.stdout as object).toBe(process.stderr));
  });
});
