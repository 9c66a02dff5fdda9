/** Names of workflows read out of files, none of which is run. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { writtenNames } from "../../src/host/written-names.ts";

let root: string;
beforeAll(() => (root = mkdtempSync(join(tmpdir(), "wf-written-"))));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const write = (path: string, text: string, mode = 0o644): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
  chmodSync(join(root, path), mode);
};

test("what a file defines is found in all its forms, and nothing else", () => {
  write("workflows/one.ts", `throw new Error("never run");\nexport default Workflow.define({ name: "plain", run() {} });`);
  write("workflows/deep/two.mts", `export const a = Workflow.define<In, Out>({\n  description: 'x',\n  name: 'generic',\n});`);
  write("workflows/three.js", "export const b = defineWorkflow({ version: 2, name: `ticked` });\nconst c = { name: 'not one' };");
  write("workflows/four.ts", 'export default Workflow.define({ name: prefix + "computed" });\nconst person = { name: "Ada" };');
  write("workflows/nightly.sh", "#!/bin/sh\n# wf: name=dump schedule=daily\nexit 1\n", 0o755);
  write("workflows/base.sh", "#!/bin/sh\n# wf: description=x\n", 0o755);
  write("workflows/helper.sh", "#!/bin/sh\nexit 0\n", 0o755);
  write("workflows/some.test.ts", 'Workflow.define({ name: "tested" })');
  expect(writtenNames(root)).toEqual(["base", "dump", "generic", "plain", "ticked"]);
});

test("a file that no person has written is not read", () => {
  write("workflows/large.ts", `Workflow.define({ name: "large" });\n${"// x\n".repeat(60_000)}`);
  expect(writtenNames(root)).not.toContain("large");
});
