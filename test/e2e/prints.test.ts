/** What steps print, with the command and in programs. */
import { afterEach, expect, test } from "bun:test";
import { join } from "node:path";
import { eventually, type Execution, type Playground, playground } from "../support/wf.ts";

const INDEX = join(import.meta.dir, "../../src/index.ts");

let at: Playground;
afterEach(() => at.remove());

const CHATTY = `
  import { Workflow } from "wflite";
  export default Workflow.define({
    name: "chatty",
    async run(ctx) {
      console.log("outside of steps");
      await ctx.step("talk", () => {
        console.log("said", { a: 1 });
        console.error("\\x1b[31mcried\\x1b[0m \\x07\\r");
        console.table([{ x: 1 }]);
      });
      await Promise.all(["a", "b"].map((name) => ctx.step(name, async () => {
        for (let count = 0; count < 3; count++) {
          await Bun.sleep(5);
          console.debug(name + count);
        }
      })));
    },
  });`;

const kept = async (id: string): Promise<readonly string[]> => {
  const lines = await at.json<readonly { readonly level: string; readonly step: string; readonly message: string }[]>("logs", id);
  return lines.map(({ level, step, message }) => `${level} ${step} ${message}`);
};

const expectKept = async (id: string): Promise<void> => {
  const lines = await kept(id);
  expect(lines.slice(0, 3)).toEqual(["info talk said { a: 1 }", "error talk cried \x07\r", "info talk ┌─────────┬───┐"]);
  expect(lines.filter((line) => line.startsWith("debug")).sort()).toEqual(
    [0, 1, 2].flatMap((n) => [`debug a a${n}`, `debug b b${n}`]).sort(),
  );
  expect(lines.join()).not.toContain("outside of steps");
};

test("with wf run they go to standard error as ever, once, and are lines of their steps", async () => {
  at = playground({ "chatty.ts": CHATTY });
  const { code, stdout, stderr } = await at.wf("run", "chatty", "--id", "c-1", "--json");
  expect(code).toBe(0);
  expect((JSON.parse(stdout) as Execution).status).toBe("completed");
  for (const text of ["outside of steps", "said { a: 1 }", "│ x │", "a2"]) expect(stderr.split(text)).toHaveLength(2);
  await expectKept("c-1");
});

test("wf logs shows them on a line each, nothing that a terminal acts on", async () => {
  at = playground({ "chatty.ts": CHATTY });
  await at.wf("run", "chatty", "--id", "c-1");
  const { stdout } = await at.wf("logs", "c-1", "--level", "error");
  expect(stdout).toMatch(/^\S+ error \[talk\] cried \\x07\\r\n$/);
});

test("with wf tick and wf daemon they are kept as well", async () => {
  at = playground({ "chatty.ts": CHATTY });
  await at.wf("run", "chatty", "--id", "c-1", "--detach");
  const ticked = await at.wf("tick", "--json");
  expect(JSON.parse(ticked.stdout)).toMatchObject({ completed: 1 });
  expect(ticked.stderr).toContain("said { a: 1 }");
  await expectKept("c-1");

  const daemon = at.start("daemon", "-o", "json");
  try {
    await at.wf("run", "chatty", "--id", "c-2", "--detach");
    await eventually("its end", async () => (await at.json<Execution>("status", "c-2")).status === "completed");
  } finally {
    daemon.kill("SIGTERM");
  }
  const { stdout, stderr } = await daemon.done;
  expect(stdout).not.toContain("said");
  expect(stderr).toContain("said { a: 1 }");
  await expectKept("c-2");
});

test("of an attempt that fails they are kept with what failed, also when the process dies in the next step", async () => {
  at = playground({
    "dying.ts": `
      import { Workflow } from "wflite";
      export default Workflow.define({
        name: "dying",
        async run(ctx) {
          await ctx.step("first", () => console.log("the first is done"));
          await ctx.step("second", () => { console.log("lost with its step"); process.kill(process.pid, "SIGKILL"); });
        },
      });`,
    "failing.ts": `
      import { Workflow } from "wflite";
      export default Workflow.define({
        name: "failing",
        retry: { attempts: 2, delay: 1 },
        run: (ctx) => ctx.step("try", ({ attempt }) => { console.log("attempt " + attempt); throw new Error("no"); }),
      });`,
  });
  await at.wf("run", "failing", "--id", "f-1");
  expect(await kept("f-1")).toEqual(["info try attempt 1", "info try attempt 2"]);
  await at.wf("run", "dying", "--id", "d-1");
  expect(await kept("d-1")).toEqual(["info first the first is done"]);
});

test("in a program the output stays its own: only what steps print is kept too, and after close nothing is heard", async () => {
  at = playground();
  at.write(
    "program.ts",
    `import { openEngine, defineWorkflow } from ${JSON.stringify(INDEX)};
    const own = console.log;
    const engine = await openEngine({ dir: "." });
    console.log("%s of the program", "a print");
    const talk = defineWorkflow({ name: "talk", run: (ctx) => ctx.step("say", () => console.log("in a step", [1])) });
    const { id } = await engine.start(talk, undefined, { id: "t-1", claim: true });
    await engine.carry(id);
    await engine.close();
    console.log(console.log === own);`,
  );
  const child = Bun.spawn([process.execPath, "program.ts"], { cwd: at.folder, stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  expect({ stdout, stderr }).toEqual({ stdout: "a print of the program\nin a step [ 1 ]\ntrue\n", stderr: "" });
  expect(await kept("t-1")).toEqual(["info say in a step [ 1 ]"]);
});
