/** `wf db` as its users run it: a damaged step is found, shown with what can be done, mended, and the execution goes on. */
import { Database } from "bun:sqlite";
import { afterEach, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { DOCUMENTS } from "../schemas/documents.ts";
import { type Playground, playground } from "../support/wf.ts";

const WORK = `
import { appendFileSync } from "node:fs";
import { Workflow } from "wflite";
export default Workflow.define({
  name: "work",
  async run(ctx) {
    const note = (what: string) => (appendFileSync("ledger", what + "\\n"), what);
    const one = await ctx.step("one", () => note("one"));
    const two = await ctx.step("two", () => note("two"));
    await ctx.sleep("nap", "100ms");
    return [one, two];
  },
});
`;

let at: Playground;
afterEach(() => at.remove());

const flip = (): void => {
  const database = new Database(at.path(".wf.db"));
  database.run(`UPDATE steps SET output = '"onX"' WHERE execution_id = 'hit' AND name = 'one'`);
  database.close();
};

test("one flipped byte in a step's result blocks that execution alone; the check names it, and each way out works", async () => {
  at = playground({ "work.ts": WORK });
  for (const id of ["hit", "sound"]) await at.wf("run", "work", "--id", id, "--hold", "0");
  expect((await at.wf("db", "check")).stdout).toContain("is sound: 2 executions, 6 steps");
  const backup = await at.json<{ backup: string; sizeBytes: number }>("db", "backup", "monday.db");
  expect(backup).toMatchObject({ backup: at.path("monday.db"), sizeBytes: expect.any(Number) });
  flip();
  await Bun.sleep(150);
  await at.wf("tick");
  expect(await at.json("status", "hit")).toMatchObject({ status: "blocked", reason: "corrupt" });
  expect(await at.json("status", "sound")).toMatchObject({ status: "completed", output: ["one", "two"] });

  const check = await at.wf("db", "check");
  expect(check).toMatchObject({ code: 7, stdout: expect.stringMatching(/is damaged[^]*hit\n {4}step "one": its row/) });
  expect(check.stderr).toContain("`wf db repair` shows");
  const listed = await at.wf("db", "repair");
  expect(listed.code).toBe(7);
  expect(listed.stdout).toContain("wf db repair hit --run-again");
  expect((await at.wf("db", "repair", "-o", "ids")).stdout).toBe("hit\n");
  expect((await at.wf("why", "hit")).stdout).toContain("wf db repair");

  expect((await at.wf("db", "repair", "hit", "--run-again", "--dry-run")).stdout).toContain('run again: "one" (damaged), "two"');
  expect((await at.wf("db", "check")).code).toBe(7);
  expect((await at.wf("db", "repair", "hit", "--from", "monday.db")).code).toBe(0);
  expect((await at.wf("db", "check", "--quick")).code).toBe(0);
  flip();
  const repaired = await at.wf("db", "repair", "hit", "--run-again", "--json");
  expect(repaired.code).toBe(0);
  expect(DOCUMENTS["db-repaired"].shape.safeParse(JSON.parse(repaired.stdout)).error?.issues).toBeUndefined();
  const resumed = await at.wf("resume", "hit", "--wait", "--json");
  expect(JSON.parse(resumed.stdout)).toMatchObject({ status: "completed", output: ["one", "two"] });
  expect(at.lines("ledger").filter((line) => line === "one")).toHaveLength(3);
  expect((await at.wf("logs", "hit")).stdout).toContain("Repaired by hand (run-again)");
});

test("mistakes are told before anything is done", async () => {
  at = playground({ "work.ts": WORK });
  expect(await at.wf("db", "check")).toMatchObject({ code: 8, stderr: expect.stringContaining("no database here yet") });
  expect(existsSync(at.path(".wf.db"))).toBe(false);
  await at.wf("run", "work", "--id", "a", "--detach");
  const cases: readonly (readonly [readonly string[], string])[] = [
    [["chek"], 'Did you mean "check"?'],
    [["check", "--accept"], "takes no --accept"],
    [["stats", "a"], 'takes no "a"'],
    [["repair", "a"], "Give one of --from"],
    [["repair", "--accept"], "Which execution?"],
    [["repair", "a", "--accept", "--run-again"], "are different ways"],
    [["repair", "a", "--accept"], "nothing of it is damaged"],
  ];
  for (const [args, text] of cases) {
    const { code, stderr } = await at.wf("db", ...args);
    expect([args, code, stderr.includes(text)]).toEqual([args, 2, true]);
  }
  expect((await at.wf("db", "repair", "nobody", "--accept")).code).toBe(4);
  expect((await at.wf("db", "stats")).stdout).toMatch(/size\s+\d+ KiB/);
  expect((await at.wf("db", "migrate")).stdout).toMatch(/schema \d+: nothing to do/);
  expect((await at.wf("db", "vacuum")).code).toBe(0);
});

test("counts that somebody has changed are told by the check, and counted anew", async () => {
  at = playground({ "work.ts": WORK });
  await at.wf("run", "work", "--id", "a", "--hold", "0");
  const database = new Database(at.path(".wf.db"));
  database.run("UPDATE counts SET n = 7 WHERE status = 'sleeping'");
  database.close();
  expect(await at.json("status")).toMatchObject({ counts: { sleeping: 7 } });
  expect(await at.wf("db", "check")).toMatchObject({
    code: 7,
    stdout: expect.stringContaining("work sleeping: 7 were counted, there are 1"),
  });
  expect(await at.wf("db", "repair")).toMatchObject({ code: 7, stderr: expect.stringContaining("wf db repair --recount") });
  expect((await at.wf("db", "repair", "a", "--recount")).code).toBe(2);
  expect(await at.wf("db", "repair", "--recount", "--dry-run")).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("nothing was changed"),
  });
  expect(await at.json("db", "repair", "--recount")).toEqual({ mended: [{ workflow: "work", status: "sleeping", kept: 7, found: 1 }] });
  expect(await at.json("status")).toMatchObject({ counts: { sleeping: 1 } });
  expect((await at.wf("db", "check")).code).toBe(0);
});
