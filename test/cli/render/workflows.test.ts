/** The list of workflows, one of them in detail, and what an input takes. */
import { describe, expect, test } from "bun:test";
import { inputKeys } from "../../../src/cli/render/input-keys.ts";
import { loadTables } from "../../../src/cli/render/table.ts";
import { renderWorkflow, renderWorkflows } from "../../../src/cli/render/workflows.ts";
import { lines, lookOf, terminal } from "./looks.ts";
import { broken, errorOf, signup } from "./views.ts";

const drawTable = await loadTables();

test("a file that does not load is a row, and its error stands below", () => {
  expect(renderWorkflows([signup, broken], lookOf(), drawTable)).toBe(
    lines(`
      NAME      VERSION  FILE                 INPUT         DESCRIPTION
      signup    2        workflows/signup.ts  email, plan?  Welcomes a new customer, and asks how the trial went
      (broken)           workflows/broken.ts                see below

      workflows/broken.ts
        SyntaxError: Unexpected token
    `),
  );
});

test("a file is not named twice where its error names it", () => {
  const named = { ...broken, error: errorOf("workflows/broken.ts does not load", { stack: null, code: "WORKFLOW_BROKEN" }) };
  expect(renderWorkflows([named], lookOf(), drawTable)).toEndWith("see below\n\nworkflows/broken.ts does not load (WORKFLOW_BROKEN)");
});

test("at 80 columns of a terminal the description is cut, at 40 each workflow takes a few lines", () => {
  expect(renderWorkflows([signup], terminal(80), drawTable)).toEndWith(
    "signup  2        workflows/signup.ts  email, plan?  Welcomes a new customer, an…",
  );
  expect(renderWorkflows([signup], terminal(40), drawTable)).toBe(
    lines(`
      signup
        2  workflows/signup.ts  email, plan?
        Welcomes a new customer, and asks how…
    `),
  );
});

test("one workflow is shown with all that is known", () => {
  const known = { ...signup, schedule: "0 9 * * MON", error: errorOf("is defined twice", { stack: null }) };
  expect(renderWorkflow(known, lookOf({ columns: 60 }))).toBe(
    lines(`
      name         signup
      version      2
      file         workflows/signup.ts
      description  Welcomes a new customer, and asks how the trial went
      schedule     0 9 * * MON
      input        {
                     "type": "object",
                     "properties": {
                       "email": { "type": "string" },
                       "plan": { "type": "string" }
                     },
                     "required": ["email"]
                   }
      error        Error: is defined twice
    `),
  );
});

describe("the keys of an input", () => {
  test.each([
    [{ type: "object", properties: { a: {}, b: {} }, required: ["b"] }, "a?, b"],
    [{ type: "object", properties: {} }, ""],
    [{ type: "object" }, "object"],
    [{ type: "string" }, "string"],
    [{ type: ["string", "null"] }, "string | null"],
    [{ anyOf: [{ type: "string" }, { properties: { a: {} }, required: ["a"] }, {}, { type: "string" }] }, "string | { a } | any"],
    [{ oneOf: [{ type: "number" }, true] }, "number | any"],
    [{}, ""],
    [null, ""],
    [true, ""],
    ["text", ""],
  ])("of %j are %p", (schema, keys) => {
    expect(inputKeys(schema)).toBe(keys);
  });
});
