/** Children, as somebody meets them who waits in a terminal. */
import { afterEach, expect, test } from "bun:test";
import { type Execution, type Playground, playground } from "../support/wf.ts";

let at: Playground;
afterEach(() => at.remove());

const FAMILY = `
import { Workflow } from "wflite";
export const child = Workflow.define({ name: "child", run: () => "grown" });
export const parent = Workflow.define({ name: "parent", run: (ctx) => ctx.run(child, {}, { delay: "1s" }) });
`;

test("a process that has nothing to do but to wait until a child may begin does not end before", async () => {
  at = playground({ "family.ts": FAMILY });
  expect(await at.json<Execution>("run", "parent", "--wait")).toMatchObject({ status: "completed", output: "grown" });
});
