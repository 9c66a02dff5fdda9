/** The header of a script: what it may look like, and that a mistake in it is told. */
import { describe, expect, test } from "bun:test";
import { readHeader } from "../../../src/model/scripts/header.ts";

const header = (...lines: readonly string[]): ReturnType<typeof readHeader> => readHeader(["#!/bin/sh", ...lines, "echo"].join("\n"));

describe("a header", () => {
  test.each([
    ["# wf: name=nightly", { name: "nightly" }],
    ["#wf:name=nightly", { name: "nightly" }],
    ["  ## wf: name=nightly  ", { name: "nightly" }],
    ["// wf: name=nightly", { name: "nightly" }],
    ["-- wf: name=nightly", { name: "nightly" }],
    [";; wf: name=nightly", { name: "nightly" }],
    ["# wf: name=nightly\r", { name: "nightly" }],
    ["# wf:", {}],
    [`# wf: schedule="0 2 * * *" timezone='Europe/Paris'`, { schedule: "0 2 * * *", timezone: "Europe/Paris" }],
    [`# wf: description="says \\"hi\\" in C:\\\\"`, { description: 'says "hi" in C:\\' }],
    [`# wf: description='a "quoted" word'`, { description: 'a "quoted" word' }],
    [`# wf: description="" name=a`, { description: "", name: "a" }],
    [
      "# wf: version=2 overlap=queue catchUp=all timeout=2h concurrency=1 priority=-5 retry=3",
      { version: "2", overlap: "queue", catchUp: "all", timeout: "2h", concurrency: "1", priority: "-5", retry: "3" },
    ],
  ])("%s", (line, expected) => {
    expect(header(line)).toEqual({ kind: "header", header: expected });
  });

  test("may go on over several lines, with others between", () => {
    expect(header("# wf: name=a", "# Copies things.", "# wf: retry=2")).toEqual({ kind: "header", header: { name: "a", retry: "2" } });
  });

  test.each([
    ["# wf name=a", "no colon"],
    ["echo '# wf: name=a'", "not a comment"],
    ["# this is about wf: name=a", "in the middle"],
    ["# WF: name=a", "capitals"],
  ])("is none: %s (%s)", (line) => {
    expect(header(line)).toEqual({ kind: "none" });
  });

  test("is looked for in the first 30 lines alone", () => {
    const after = (lines: number): string => `${"\n".repeat(lines)}# wf: name=a`;
    expect(readHeader(after(29)).kind).toBe("header");
    expect(readHeader(after(30)).kind).toBe("none");
  });
});

describe("a mistake is told with its line", () => {
  test.each([
    ["# wf: shedule=x", 'its header (line 2) has a key "shedule", which is not known: did you mean schedule?'],
    ["# wf: zzzzzz=x", /^its header \(line 2\) has a key "zzzzzz", which is not known: there are name, version,/],
    ["# wf: name=a name=b", "its header (line 2) gives name twice"],
    ["# wf: nightly", /^its header \(line 2\) is not key=value at "nightly"/],
    ["# wf: schedule=0 2 * * *", /is not key=value at "2 \* \* \*"/],
    ['# wf: description="open', /is not key=value at "description=\\?"open"/],
    ['# wf: description="a"b', /is not key=value/],
    ["# wf: name=", /is not key=value at "name="/],
    ["# wf: \u001b[31mname=x", /is not key=value at "\\x1b\[31mname=x"/],
  ])("%s", (line, problem) => {
    const read = header(line);
    expect(read.kind).toBe("wrong");
    const told = read.kind === "wrong" ? read.problem : "";
    if (typeof problem === "string") expect(told).toBe(problem);
    else expect(told).toMatch(problem);
  });

  test("also of a key that two lines give", () => {
    expect(header("# wf: name=a", "# wf: name=b")).toEqual({ kind: "wrong", problem: "its header (line 3) gives name twice" });
  });
});
