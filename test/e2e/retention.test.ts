/** Removing and carrying at the same time, and bundles from one project to another, as their users do it: real processes, one file. */
import { afterEach, describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { type Playground, playground } from "../support/wf.ts";

const WORK = `
import { appendFileSync } from "node:fs";
import { Workflow } from "wflite";
export default Workflow.define({
  name: "work",
  async run(ctx, input) {
    const note = (what) => (appendFileSync(import.meta.dir + "/../ledger", ctx.executionId + " " + what + "\\n"), what);
    await ctx.step("one", () => note("one"));
    if (input.log) await ctx.sh.named("build", { fullLog: true })\`echo built\`;
    if (input.wait) await ctx.waitForEvent("go");
    else await ctx.sleep("nap", input.nap);
    await ctx.step("two", () => note("two"));
    return "done";
  },
});
`;

const places: Playground[] = [];
afterEach(() => places.splice(0).forEach((place) => place.remove()));
const place = (): Playground => {
  const one = playground({ "work.ts": WORK });
  places.push(one);
  return one;
};

describe("wf prune beside wf run and wf tick", () => {
  test("removes only what is over: every other execution goes on, and none of its steps runs twice", async () => {
    const at = place();
    const waiting = ["w-1", "w-2", "w-3"];
    for (const id of waiting) await at.wf("run", "work", "--id", id, "wait:=true", "--hold", "0");
    const ids = Array.from({ length: 24 }, (_, n) => `r-${n}`);
    for (const id of ids.slice(0, 12)) await at.wf("run", "work", "--id", id, "nap=50ms", "--hold", "0");
    let isOver = false;
    const again = async (...words: readonly string[]): Promise<number[]> => {
      const codes: number[] = [];
      while (!isOver) codes.push((await at.wf(...words)).code);
      return codes;
    };
    const removing = again("prune", "--older-than", "0s", "--json");
    const ticking = again("tick");
    const codes: number[] = [];
    for (const id of ids.slice(12)) codes.push((await at.wf("run", "work", "--id", id, "nap=10ms", "--hold", "1s")).code);
    await Bun.sleep(300);
    isOver = true;
    // A run may find what it has just finished removed; then it says that there is no such execution.
    expect(codes.every((code) => code === 0 || code === 4)).toBe(true);
    expect(new Set([...(await removing), ...(await ticking)])).toEqual(new Set([0]));
    await at.wf("tick");
    await at.wf("prune", "--older-than", "0s");
    const { executions } = await at.json<{ executions: { id: string; status: string }[] }>("status");
    expect(executions.map(({ id, status }) => `${id} ${status}`).sort()).toEqual(waiting.map((id) => `${id} waiting`));
    const expected = [...ids.flatMap((id) => [`${id} one`, `${id} two`]), ...waiting.map((id) => `${id} one`)];
    expect(at.lines("ledger").toSorted()).toEqual(expected.toSorted());
    expect((await at.wf("db", "check")).code).toBe(0);
  });

  test("follows the rules of the project in each tick, and takes the files of outputs along, as by hand", async () => {
    const at = place();
    at.write("wf.config.ts", `export default { retention: { completed: "0s" } };`);
    await at.wf("run", "work", "--id", "a", "nap=10ms", "log:=true", "--hold", "1s");
    await at.wf("run", "work", "--id", "b", "wait:=true", "log:=true", "--hold", "0");
    expect(readdirSync(at.path(".wf/logs")).toSorted()).toEqual(["a", "b"]);
    await at.wf("tick");
    expect(await at.json("status")).toMatchObject({ executions: [{ id: "b" }], counts: { completed: 0 } });
    expect(readdirSync(at.path(".wf/logs"))).toEqual(["b"]);
    await at.wf("cancel", "b");
    expect((await at.wf("prune", "--older-than", "0s", "--dry-run")).code).toBe(0);
    expect(readdirSync(at.path(".wf/logs/b"))).toEqual(["build.1.log"]);
    await at.wf("prune", "--older-than", "0s");
    expect(readdirSync(at.path(".wf/logs"))).toEqual([]);
  });
});

describe("wf export and wf import", () => {
  test("carry an execution to another project, where it goes on after resume", async () => {
    const [here, there] = [place(), place()];
    await here.wf("run", "work", "--id", "w-1", "wait:=true", "note=caf\u00e9", "--hold", "0");
    const file = there.path("w.jsonl");
    expect((await here.wf("export", "w-1", "--to", file)).code).toBe(0);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(existsSync(`${file}.part`)).toBe(false);
    expect(await there.wf("import", file, "--dry-run")).toMatchObject({ code: 0, stderr: expect.stringContaining("nothing was kept") });
    expect(existsSync(there.path(".wf.db"))).toBe(false);
    const imported = await there.wf("import", file);
    expect(imported).toMatchObject({ code: 0, stdout: "w-1  work  paused  created\n", stderr: expect.stringContaining("wf resume") });
    expect(await there.json("status", "w-1")).toMatchObject({ status: "paused", input: { note: "caf\u00e9" } });
    await there.wf("send", "w-1", "go");
    expect((await there.wf("resume", "w-1")).code).toBe(0);
    expect(there.lines("ledger")).toEqual(["w-1 two"]);
    expect((await there.wf("db", "check")).code).toBe(0);
    expect(await there.json("import", file)).toMatchObject({ executions: [{ id: "w-1", disposition: "existing", status: "completed" }] });
  });

  test("go through a pipe, and refuse a bundle that was changed", async () => {
    const at = place();
    await at.wf("run", "work", "--id", "a-1", "nap=1ms", "--hold", "1s");
    const { stdout } = await at.wf("export", "--status", "completed", "--to", "-");
    expect(stdout.trim().split("\n")).toHaveLength(stdout.includes('"kind":"source"') ? 4 : 3);
    writeFileSync(at.path("changed"), stdout.replace("1ms", "9ms"));
    const other = place();
    expect(await other.wf("import", at.path("changed"))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("does not match its checksum"),
    });
    expect(await other.wf("import", "nowhere")).toMatchObject({ code: 2, stderr: expect.stringContaining("There is no file") });
    writeFileSync(at.path("bundle"), stdout);
    expect((await other.wf("import", at.path("bundle"), "--id", "copy", "-o", "ids")).stdout).toBe("copy\n");
    expect(await other.json("status", "copy")).toMatchObject({ status: "completed", output: "done" });
  });

  test("overwrite no file, and leave none behind when an execution is not there", async () => {
    const at = place();
    await at.wf("run", "work", "--id", "a-1", "nap=1ms", "--hold", "1s");
    writeFileSync(at.path("mine"), "mine");
    expect((await at.wf("export", "a-1", "--to", at.path("mine"))).code).toBe(2);
    expect(readFileSync(at.path("mine"), "utf8")).toBe("mine");
    expect((await at.wf("export", "nobody", "--to", at.path("new"))).code).toBe(4);
    expect(existsSync(at.path("new"))).toBe(false);
    expect((await at.wf("export")).code).toBe(2);
    expect((await at.wf("export", "a-1", "--status", "failed")).code).toBe(2);
  });

  test("with --redact say nothing of what was said, and what is imported only shows its shape", async () => {
    const at = place();
    await at.wf("run", "work", "--id", "w-1", "wait:=true", "secret=canary", "--hold", "0");
    const { stdout } = await at.wf("export", "w-1", "--redact");
    expect(stdout).not.toContain("canary");
    writeFileSync(at.path("bundle"), stdout);
    const other = place();
    expect((await other.wf("import", at.path("bundle"))).stdout).toContain("only to be looked at");
    expect(await other.json("status", "w-1")).toMatchObject({ input: { secret: "[string of 6]" } });
    expect(await other.wf("resume", "w-1")).toMatchObject({ code: 2, stderr: expect.stringContaining("can only be looked at") });
  });
});
