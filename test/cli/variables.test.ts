/** Misspelt variables are told once; those of other programs are not. */
import { expect, test } from "bun:test";
import { misspelt } from "../../src/cli/variables.ts";
import { acting } from "./acting.ts";

test.each([
  ["WF_DURABILTY", "WF_DURABILITY"],
  ["WF_KEY_PREVIUOS", "WF_KEY_PREVIOUS"],
  ["WF_HODL", "WF_HOLD"],
  ["WF_HOLDS", "WF_HOLD"],
  ["WF_DBB", "WF_DB"],
  ["WF_ACTR", "WF_ACTOR"],
  ["WF_MAX_VALUE_BYTE", "WF_MAX_VALUE_BYTES"],
])("%s was meant to be %s", (name, meant) => {
  expect(misspelt({ [name]: "x", PATH: "/bin" })).toBe(`${name} is nothing that wf reads: did you mean ${meant}?`);
});

test.each(["WF_HOME", "WF_DIR", "WF_PORT", "WF_X", "WF_", "WFDB", "WF_HOLD", "WF_KEY", "HOLD"])("%s is left alone", (name) => {
  expect(misspelt({ [name]: "x" })).toBeUndefined();
});

test("an empty one says nothing, and several are one warning", async () => {
  expect(misspelt({ WF_HODL: "" })).toBeUndefined();
  const { code, stderr } = await acting("act", () => 0, { env: { WF_HODL: "1m", WF_ACTR: "ada" } });
  expect(code).toBe(0);
  expect(stderr.match(/warning/g)).toHaveLength(1);
  expect(stderr).toContain("WF_HOLD");
  expect(stderr).toContain("WF_ACTOR");
  expect((await acting("act", () => 0, { env: { WF_HOLD: "1m" } })).stderr).toBe("");
});
