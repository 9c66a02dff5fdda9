/** What `types.test.ts` states of types is for the compiler to judge: here it does, and is shown a mistake as well. */
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dir, "../..");
const folder = mkdtempSync(join(tmpdir(), "wf-types-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MISTAKE = `import type { WorkflowContext } from "wflite";
export const one = (ctx: WorkflowContext): Promise<1> => ctx.run("one");
`;

test("the compiler agrees with all that is stated, and not with anything else", () => {
  const [mistake, project] = [join(folder, "mistake.ts"), join(folder, "tsconfig.json")];
  const compilerOptions = {
    paths: { wflite: [join(root, "src/index.ts")] },
    typeRoots: [join(root, "node_modules/@types")],
  };
  const files = [join(import.meta.dir, "types.test.ts"), mistake];
  writeFileSync(mistake, MISTAKE);
  writeFileSync(project, JSON.stringify({ extends: join(root, "tsconfig.json"), compilerOptions, files, include: [] }));
  const { stdout } = Bun.spawnSync([process.execPath, "check", "--no-script", "--no-pretty", "-p", project]);
  const errors = stdout
    .toString()
    .split("\n")
    .filter((text) => text.includes("error TS"));
  expect(errors.filter((text) => text.includes("types.test.ts"))).toEqual([]);
  expect(errors.filter((text) => text.includes("mistake.ts(2,"))).toHaveLength(1);
});
