/** An engine inside of somebody else's program. */
import { afterEach, expect, test } from "bun:test";
import { join } from "node:path";
import { type Playground, playground } from "../support/wf.ts";

let at: Playground;
afterEach(() => at.remove());

const INDEX = join(import.meta.dir, "../../src/index.ts");

const run = async (body: string): Promise<{ readonly code: number; readonly stderr: string }> => {
  at = playground();
  at.write("program.ts", `import { openEngine, defineWorkflow } from ${JSON.stringify(INDEX)};\n${body}`);
  const child = Bun.spawn([process.execPath, "program.ts"], { cwd: at.folder, stdio: ["ignore", "ignore", "pipe"] });
  return { code: await child.exited, stderr: await child.stderr.text() };
};

test("an error of the program itself still ends it, with its message", async () => {
  const { code, stderr } = await run(`
    const main = async () => {
      await openEngine({ dir: "." });
      throw new Error("mine");
    };
    main();`);
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("mine") });
});

test("a program that executes a workflow and closes ends by itself, with what it got", async () => {
  const { code, stderr } = await run(`
    const engine = await openEngine({ dir: "." });
    const double = defineWorkflow({ name: "double", run: (ctx, n) => ctx.step("double", () => n * 2) });
    const handle = await engine.start(double, 21);
    if ((await handle.result()) !== 42) throw new Error("wrong");
    await engine.close();`);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});
