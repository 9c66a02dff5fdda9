/** The judge of the rigs has to be right itself. */
import { describe, expect, test } from "bun:test";
import { judge, parseLedger } from "./oracle.ts";

const facts = (text: string, mustFinish: readonly string[] = []) => judge(parseLedger(text), 3, mustFinish);
const WHOLE = "a 0 begin\na 0 end\na 1 begin\na 1 end\na 2 begin\na 2 end\n";

describe("the judge of a ledger", () => {
  test("finds nothing wrong with an undisturbed run", () =>
    expect(facts(WHOLE, ["a"])).toEqual({ violations: [], reruns: 0, reachedEnd: new Set(["a"]) }));
  test("counts a step that was cut off and began again", () =>
    expect(facts("a 0 begin\na 0 begin\na 0 end\na 1 begin\na 1 end\na 1 begin\n")).toMatchObject({ violations: [], reruns: 2 }));
  test("finds a finished step that ran again", () =>
    expect(facts(`${WHOLE}a 1 begin\n`).violations).toEqual(["a: step 1 ran again after step 2 had begun"]));
  test("finds a step that was left out", () =>
    expect(facts("a 0 begin\na 0 end\na 2 begin\n").violations).toEqual(["a: step 2 began, but 1 never did"]));
  test("finds an execution that never ended", () => expect(facts("a 0 begin\na 0 end\n", ["a", "b"]).violations).toHaveLength(2));
  test("tells executions apart, and leaves out a torn line", () =>
    expect(facts("a 0 begin\nb 0 begin\nb 0 end\na 0 end\na 1 be").violations).toEqual([]));
});
