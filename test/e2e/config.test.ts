/** `wf.config.ts` and the variables beside it, as the command and programs take them. */
import { afterEach, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { eventually, type Execution, type Playground, playground } from "../support/wf.ts";

const INDEX = join(import.meta.dir, "../../src/index.ts");

let at: Playground;
afterEach(() => at.remove());

const NAP = `
  import { Workflow } from "wflite";
  export default Workflow.define({ name: "nap", async run(ctx) { await ctx.sleep("nap", "1.2s"); return "awake"; } });`;

/** Fails as often as it is tried, and counts. */
const STUBBORN = (more = "") => `
  import { appendFileSync } from "node:fs";
  import { Workflow } from "wflite";
  export default Workflow.define({
    name: "stubborn", ${more}
    run: (ctx) => ctx.step("try", () => { appendFileSync("tries", "x\\n"); throw new Error("no"); }),
  });`;

describe("hold", () => {
  test("is that of the flag, then of the environment, then of the file, then a minute", async () => {
    at = playground({ "nap.ts": NAP });
    at.write("wf.config.ts", `import { defineConfig } from "wflite"; export default defineConfig({ hold: "0s" });`);
    expect((await at.wf("run", "nap")).code).toBe(5);
    expect((await at.wf("run", "nap", "--hold", "5s")).code).toBe(0);
    at.remove();

    at = playground({ "nap.ts": NAP }, { WF_HOLD: "5s" });
    at.write("wf.config.ts", `export default { hold: "0s" };`);
    expect((await at.wf("run", "nap")).code).toBe(0);
    expect((await at.wf("run", "nap", "--hold", "0s")).code).toBe(5);
    at.remove();

    at = playground({ "nap.ts": NAP });
    expect((await at.wf("run", "nap")).code).toBe(0);
  });

  test("of ticks is their own", async () => {
    at = playground({ "nap.ts": NAP });
    at.write("wf.config.mjs", `export default { tick: { hold: "5s" } };`);
    await at.wf("run", "nap", "--detach");
    expect(await at.json("tick")).toMatchObject({ completed: 1 });
  });
});

describe("retry", () => {
  test("holds for all workflows, and what one says itself goes before", async () => {
    at = playground({ "stubborn.ts": STUBBORN() });
    at.write("wf.config.ts", `export default { retry: { attempts: 2, delay: 1 } };`);
    expect((await at.wf("run", "stubborn")).code).toBe(1);
    expect(at.lines("tries")).toHaveLength(2);
    at.write("workflows/stubborn.ts", STUBBORN("retry: { attempts: 4 },"));
    await at.wf("run", "stubborn");
    expect(at.lines("tries")).toHaveLength(6);
  });
});

describe("a value that is too large", () => {
  test("is that by the file, and by the variable before it", async () => {
    const big = `
      import { Workflow } from "wflite";
      export default Workflow.define({ name: "big", run: (ctx) => ctx.step("make", () => "x".repeat(3000)) });`;
    at = playground({ "big.ts": big }, {});
    at.write("wf.config.ts", `export default { maxValueBytes: 2048 };`);
    expect((await at.json<Execution>("run", "big")).error).toMatchObject({ code: "VALUE_TOO_LARGE" });
    at.remove();
    at = playground({ "big.ts": big }, { WF_MAX_VALUE_BYTES: "4096" });
    at.write("wf.config.ts", `export default { maxValueBytes: 2048 };`);
    expect(await at.json<Execution>("run", "big")).toMatchObject({ status: "completed" });
  });
});

describe("a file that is broken", () => {
  test("stops what acts on it, with its name, the key, the value and exit 2, and nothing was created", async () => {
    at = playground({ "nap.ts": NAP });
    at.write("wf.config.ts", `export default { tick: { concurency: 5 }, hold: "soon" };`);
    for (const command of [
      ["run", "nap"],
      ["tick", "--json"],
      ["send", "@last", "e"],
      ["wait", "@last"],
    ]) {
      const { code, stderr } = await at.wf(...command);
      expect([command[0], code]).toEqual([command[0], 2]);
      expect(stderr).toContain("wf.config.ts: ");
      expect(stderr).toContain('there is no "tick.concurency": did you mean "tick.concurrency"?');
      expect(stderr).toContain('hold: "soon"');
    }
    expect(await Bun.file(at.path(".wf.db")).exists()).toBe(false);
  });

  test("does not stop what only looks, which says so; doctor calls it a problem", async () => {
    at = playground({ "nap.ts": NAP });
    await at.wf("run", "nap", "--hold", "0s", "--id", "n-1");
    at.write("wf.config.ts", "throw new Error('no token');");
    for (const command of [["status"], ["list"], ["history", "n-1"], ["why", "n-1"], ["logs", "n-1"], ["cancel", "n-1"]]) {
      const { code, stderr } = await at.wf(...command);
      expect([command[0], code]).toEqual([command[0], 0]);
      expect(stderr).toContain("warning: wf.config.ts: it does not load: no token");
    }
    const doctor = await at.wf("doctor", "--json");
    const { findings } = JSON.parse(doctor.stdout) as { readonly findings: readonly { readonly what: string }[] };
    expect(doctor.code).toBe(1);
    expect(findings).toContainEqual(expect.objectContaining({ what: "settings", level: "problem" }));
  });
});

test("a tick with nothing due does not load the file", async () => {
  at = playground({ "nap.ts": NAP });
  at.write("wf.config.ts", `import { appendFileSync } from "node:fs"; appendFileSync("loaded", "x\\n"); export default {};`);
  await at.wf("run", "nap", "--hold", "0s", "--id", "n-1");
  await at.wf("cancel", "n-1");
  await at.wf("tick");
  const before = at.lines("loaded").length;
  expect(await at.wf("tick")).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(at.lines("loaded")).toHaveLength(before);
  await at.wf("tick", "--json");
  expect(at.lines("loaded")).toHaveLength(before + 1);
});

test("what the file prints does not get into the result", async () => {
  at = playground({ "nap.ts": NAP });
  at.write("wf.config.ts", `console.log("reading"); export default { output: "json" };`);
  const { stdout, stderr } = await at.wf("status");
  expect(JSON.parse(stdout)).toMatchObject({ executions: [] });
  expect(stderr).toContain("reading");
  expect((await at.wf("status", "-o", "text")).stdout).not.toStartWith("{");
});

test("doctor tells every setting, with where it comes from", async () => {
  at = playground({ "nap.ts": NAP }, { WF_DURABILITY: "normal" });
  at.write("wf.config.js", `module.exports = { hold: "5m", retention: { completed: "30d" } };`);
  await at.wf("list");
  const text = (await at.wf("doctor")).stdout;
  expect(text).toContain("WF_DURABILITY: durability normal; wf.config.js: hold 5m, retention.completed 30d; default: the other");
  const { settings } = await at.json<{ readonly settings: readonly object[] }>("doctor");
  expect(settings).toContainEqual({ key: "tick.concurrency", value: 100, from: "default" });
});

test("a daemon takes up an edited file as it does an edited workflow", async () => {
  at = playground({ "stubborn.ts": STUBBORN() });
  at.write("wf.config.ts", `export default { retry: { attempts: 1 } };`);
  const daemon = at.start("daemon", "-o", "json");
  const over = (id: string) => eventually(`the end of ${id}`, async () => (await at.json<Execution>("status", id)).status === "failed");
  try {
    await at.wf("run", "stubborn", "--detach", "--id", "s-1");
    await over("s-1");
    expect(at.lines("tries")).toHaveLength(1);
    at.write("wf.config.ts", `export default { retry: { attempts: 3, delay: 1 }, daemon: { grace: "1s" } };`);
    await at.wf("run", "stubborn", "--in", "4s", "--detach", "--id", "s-2");
    await over("s-2");
    expect(at.lines("tries")).toHaveLength(4);
  } finally {
    daemon.kill("SIGTERM");
  }
  expect((await daemon.done).stdout).toContain('"outdated"');
});

test("a daemon whose file is broken from the start ends with 2 and says why", async () => {
  at = playground({ "nap.ts": NAP });
  at.write("wf.config.ts", `export default { daemon: { concurrency: 0 } };`);
  const { code, stderr } = await at.wf("daemon");
  expect(code).toBe(2);
  expect(stderr).toContain("wf.config.ts: daemon.concurrency is 0: it takes a whole number from 1 to 10000");
});

describe("a program", () => {
  const run = async (body: string): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> => {
    at.write(
      "program.ts",
      `import { openEngine, defineWorkflow } from ${JSON.stringify(INDEX)};
      const big = defineWorkflow({ name: "big", run: (ctx) => ctx.step("make", () => "x".repeat(3000)) });
      const statusWith = async (options) => {
        const engine = await openEngine({ dir: ".", ...options });
        const { id } = await engine.start(big, undefined, { claim: true });
        const { status } = await engine.carry(id);
        await engine.close();
        return status;
      };
      ${body}`,
    );
    const child = Bun.spawn([process.execPath, "program.ts"], { cwd: at.folder, stdio: ["ignore", "pipe", "pipe"] });
    const [code, stdout, stderr] = await Promise.all([child.exited, new Response(child.stdout).text(), new Response(child.stderr).text()]);
    return { code, stdout, stderr };
  };

  test("has the project's settings, its own options before them, and none of them with config: false", async () => {
    at = playground();
    at.write("wf.config.ts", `import { defineConfig } from "wflite"; export default defineConfig({ maxValueBytes: 2048 });`);
    const { stdout, stderr } = await run(`
      console.log(await statusWith({}), await statusWith({ maxValueBytes: 4096 }), await statusWith({ config: false }));`);
    expect([stdout, stderr]).toEqual(["failed completed completed\n", ""]);
  });

  test("is told what is broken, unless it does not ask", async () => {
    at = playground();
    at.write("wf.config.ts", `export default { hodl: "5m" };`);
    const { stdout } = await run(`
      const problem = await statusWith({}).catch((error) => error.code + ": " + error.message);
      console.log(problem);
      console.log(await statusWith({ config: false }));`);
    expect(stdout).toBe('CONFIG_INVALID: wf.config.ts: there is no "hodl": did you mean "hold"?\ncompleted\n');
  });
});
