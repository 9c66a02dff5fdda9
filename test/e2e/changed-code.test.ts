/**
 * Goal: code that is changed under executions that wait is found out before anything runs on it, and what was begun can be finished on the
 * code it began with, by whatever takes it up.
 *
 * Method: the real command in a folder of its own. What the steps do is written to a file that nothing of wf knows.
 */
import { afterEach, expect, test } from "bun:test";
import { existsSync, readdirSync, renameSync } from "node:fs";
import { eventually, type Execution, type Playground, playground } from "../support/wf.ts";

let place: Playground;
afterEach(() => place?.remove());

const NOTE =
  'import { appendFileSync } from "node:fs"; export const note = (what: string) => (appendFileSync("done.txt", what + "\\n"), what);';

/** Packs, waits for an event, then delivers. */
const parcel = (pack: string, words = "by hand"): string => `
  import { Workflow } from "wflite";
  import { z } from "zod";
  import { note } from "../lib/note.ts";
  import { words } from "../lib/words.ts";
  export default Workflow.define({
    name: "parcel",
    input: z.object({}).optional(),
    async run(ctx) {
      await ctx.step("${pack}", () => note("packed"));
      await ctx.waitForEvent("truck");
      return ctx.step("deliver", () => note("delivered " + words + " ${words}"));
    },
  });`;

const waiting = async (...ids: readonly string[]): Promise<void> => {
  place = playground({ "parcel.ts": parcel("pack") });
  place.write("lib/note.ts", NOTE);
  place.write("lib/words.ts", 'export const words = "slowly";');
  for (const id of ids) expect(await place.wf("run", "parcel", "--id", id, "--hold", "0")).toMatchObject({ code: 3 });
};

const status = (id: string): Promise<Execution> => place.json<Execution>("status", id);

test("a finished step that is renamed: check names it, tick blocks it with a comparison, and the original code completes it", async () => {
  await waiting("p-1");
  expect(await place.wf("check")).toMatchObject({ code: 0, stdout: '✓ p-1  goes on with event "truck"\n' });
  place.write("workflows/parcel.ts", parcel("wrap", "again"));
  place.write("lib/words.ts", 'export const words = "quickly";');

  const check = await place.wf("check");
  expect(check.code).toBe(1);
  expect(check.stdout).toContain('number 1 was step "pack", and the code asks for step "wrap"');
  expect(await status("p-1")).toMatchObject({ status: "waiting" });

  await place.wf("send", "p-1", "truck");
  expect((await place.wf("tick")).stdout).toContain("blocked");
  const blocked = await status("p-1");
  expect(blocked).toMatchObject({ status: "blocked", reason: "diverged" });
  expect(blocked.reasonDetail).toContain('\n  1 recorded: step "pack"  code asks: step "wrap"\n');
  expect(blocked.reasonDetail).toContain("wf resume p-1 --code original");
  const why = await place.wf("why", "p-1");
  expect(why.stdout).toContain('\n\n  1 recorded: step "pack"  code asks: step "wrap"\n\n  wf resume p-1');
  expect((await place.wf("check", "-o", "ids")).stdout).toBe("p-1\n");
  expect(place.lines("done.txt")).toEqual(["packed"]);

  expect(await place.wf("resume", "p-1", "--code", "original")).toMatchObject({ code: 0 });
  expect(place.lines("done.txt")).toEqual(["packed", "delivered slowly by hand"]);
  expect(await place.wf("check")).toMatchObject({ code: 0, stdout: "" });
  expect(existsSync(place.path(".wf"))).toBe(false);
  expect((await place.wf("history", "p-1")).stdout).toContain("on the code of its start");
});

test("the original code is run by tick and by a daemon too, stays while it is needed, and is no workflow of the project", async () => {
  await waiting("p-1", "p-2");
  place.write("workflows/parcel.ts", parcel("wrap"));
  place.write("lib/words.ts", 'export const words = "quickly";');
  for (const id of ["p-1", "p-2"]) {
    expect(await place.wf("resume", id, "--code", "original", "--detach")).toMatchObject({ code: 0 });
    expect((await place.wf("status", id)).stdout).toContain("on the code of its start");
  }
  await place.wf("tick");
  const kept = readdirSync(place.path(".wf/code"));
  expect(kept).toHaveLength(1);
  expect(await place.json<readonly { file: string }[]>("list")).toMatchObject([{ file: "workflows/parcel.ts" }]);

  await place.wf("send", "p-1", "truck");
  expect((await place.wf("tick")).stdout).toContain("completed");
  expect(readdirSync(place.path(".wf/code"))).toEqual(kept);

  const daemon = place.start("daemon");
  await place.wf("send", "p-2", "truck");
  await eventually("the daemon has delivered it", async () => (await status("p-2")).status === "completed");
  daemon.kill("SIGTERM");
  await daemon.done;
  expect(place.lines("done.txt").toSorted()).toEqual([
    ...["delivered slowly by hand", "delivered slowly by hand"],
    ...["packed", "packed"],
  ]);
  expect(existsSync(place.path(".wf"))).toBe(false);
});

test("taken back to the present code, it goes on with that, and what was written for it goes", async () => {
  await waiting("p-1");
  expect(await place.wf("resume", "p-1", "--code", "original", "--hold", "0")).toMatchObject({ code: 3 });
  expect(existsSync(place.path(".wf/code"))).toBe(true);
  place.write("lib/words.ts", 'export const words = "quickly";');
  expect(await place.wf("resume", "p-1", "--code", "current", "--hold", "0")).toMatchObject({ code: 3 });
  expect(existsSync(place.path(".wf"))).toBe(false);
  await place.wf("send", "p-1", "truck");
  await place.wf("tick");
  expect(place.lines("done.txt")).toEqual(["packed", "delivered quickly by hand"]);
});

test("a process that is killed in its first pass has left the code behind", async () => {
  await waiting();
  place.write("lib/words.ts", 'export const words = "slowly"; export const wait = () => new Promise(() => {});');
  place.write(
    "workflows/parcel.ts",
    parcel("pack").replace(
      "await ctx.waitForEvent",
      'if (process.env.WF_E2E_HANG) await ctx.step("hang", () => new Promise(() => {})); await ctx.waitForEvent',
    ),
  );
  const child = Bun.spawn([new URL("../../bin/wf", import.meta.url).pathname, "run", "parcel", "--id", "p-1"], {
    cwd: place.folder,
    env: { ...process.env, WF_E2E_HANG: "1" },
    stdio: ["ignore", "ignore", "ignore"],
  });
  await eventually("it has packed", () => place.lines("done.txt").length === 1);
  await eventually(
    "its first step is stored",
    async () => (await place.json<{ steps: readonly unknown[] }>("history", "p-1")).steps.length > 0,
  );
  child.kill("SIGKILL");
  await child.exited;
  place.write("workflows/parcel.ts", parcel("wrap"));
  await place.wf("send", "p-1", "truck");
  expect(await place.wf("check")).toMatchObject({ code: 1 });
  expect(await place.wf("resume", "p-1", "--code", "original")).toMatchObject({ code: 0 });
  expect(place.lines("done.txt")).toEqual(["packed", "delivered slowly by hand"]);
});

test("code that was never kept cannot be gone back to, and is told", async () => {
  await waiting("p-1");
  const remove =
    'const { Database } = require("bun:sqlite"); const db = new Database(".wf.db"); db.run("DELETE FROM sources"); db.close();';
  Bun.spawnSync([process.execPath, "-e", remove], { cwd: place.folder });
  const { code, stderr } = await place.wf("resume", "p-1", "--code", "original");
  expect(code).toBe(4);
  expect(stderr).toContain('The code that execution "p-1" began with is not kept');
  expect(await status("p-1")).toMatchObject({ status: "waiting" });
});

test("a workflow that is gone and comes back: the next tick takes its executions up, and so does a running daemon", async () => {
  await waiting("p-1", "p-2");
  const away = (): void => renameSync(place.path("workflows/parcel.ts"), place.path("parcel.away"));
  const back = (): void => renameSync(place.path("parcel.away"), place.path("workflows/parcel.ts"));
  away();
  expect(await place.wf("check")).toMatchObject({ code: 1, stdout: expect.stringContaining("✗ p-1  definition-missing") });
  await place.wf("send", "p-1", "truck");
  await place.wf("tick");
  expect(await status("p-1")).toMatchObject({ status: "blocked", reason: "definition-missing" });
  await place.wf("tick");
  back();
  expect((await place.wf("tick")).stdout).toContain("completed");
  expect(await status("p-1")).toMatchObject({ status: "completed", restarts: 0 });

  away();
  const daemon = place.start("daemon");
  await place.wf("send", "p-2", "truck");
  await eventually("it is blocked", async () => (await status("p-2")).reason === "definition-missing");
  back();
  await eventually("the daemon has taken it up", async () => (await status("p-2")).status === "completed");
  daemon.kill("SIGTERM");
  await daemon.done;
});

test("check is quick and quiet in a hook, however many executions share a workflow", async () => {
  await waiting("p-0");
  const more = `
    const { openEngine } = await import(${JSON.stringify(new URL("../../src/index.ts", import.meta.url).pathname)});
    const client = await openEngine({ cwd: process.cwd() });
    for (let n = 1; n <= 400; n++) await client.start("parcel", {}, { id: "p-" + n });
    await client.tick();
    await client.close();`;
  expect(Bun.spawnSync([process.execPath, "--no-install", "-e", more], { cwd: place.folder }).exitCode).toBe(0);
  const startedAt = performance.now();
  expect(await place.wf("check", "-q")).toEqual({ code: 0, stdout: "", stderr: "" });
  place.write("workflows/parcel.ts", parcel("wrap"));
  const { code, stdout } = await place.wf("check", "-o", "ids");
  expect([code, stdout.trimEnd().split("\n").length]).toEqual([1, 401]);
  // Both together; without sharing the load and the grace it would be minutes.
  expect(performance.now() - startedAt).toBeLessThan(30_000);
});
