/** What an operator does by hand, with the real command, in several processes at once. */
import { afterEach, describe, expect, test } from "bun:test";
import { eventually, type Execution, type Playground, playground } from "../support/wf.ts";

let project: Playground;
afterEach(() => project.remove());

const HEAD = 'import { appendFileSync } from "node:fs";\nimport { Workflow, WorkflowError } from "wflite";\n';
const note = (what: string): string => `appendFileSync("done.txt", ${what} + "\\n")`;

const open = (files: Readonly<Record<string, string>>): void => {
  const withHead = Object.entries(files).map(([name, text]) => [name, HEAD + text]);
  project = playground(Object.fromEntries(withHead) as Record<string, string>, { WF_ACTOR: "ada@test" });
};
const done = (): readonly string[] => project.lines("done.txt");
const statusOf = (id: string): Promise<Execution> => project.json<Execution>("status", id);
const isIn =
  (id: string, ...statuses: readonly string[]) =>
  async (): Promise<boolean> =>
    statuses.includes((await statusOf(id)).status);

describe("a bug in step 4 of 6", () => {
  const six = (fourth: string): string => `
    export default Workflow.define({
      name: "six",
      retry: { attempts: 1 },
      async run(ctx) {
        let sum = 0;
        for (const n of [1, 2, 3, 4, 5, 6]) {
          sum += await ctx.step("step " + n, () => { ${note('"step " + n')}; if (n === 4) { ${fourth} } return n; });
        }
        return sum;
      },
    });`;

  test("mended in its file, `wf retry` completes it, steps 1 to 3 are not run again, and the history tells who and why", async () => {
    open({ "six.ts": six("undefined.length;") });
    const failed = await project.wf("run", "six", "--id", "a");
    expect([failed.code, failed.stdout]).toEqual([1, expect.stringContaining("next: wf retry a")]);
    project.write("workflows/six.ts", HEAD + six(""));
    const dry = await project.wf("retry", "a", "--dry-run");
    expect([dry.code, dry.stderr]).toEqual([0, "dry run: nothing was retried\n"]);
    expect((await statusOf("a")).status).toBe("failed");
    const retried = await project.wf("retry", "a", "--reason", "fixed the length");
    expect([retried.code, retried.stdout]).toEqual([0, expect.stringContaining("21")]);
    expect(done()).toEqual(["step 1", "step 2", "step 3", "step 4", "step 4", "step 5", "step 6"]);
    const { stdout } = await project.wf("history", "a");
    expect(stdout).toContain("by hand");
    expect(stdout).toContain("retry step 4, by ada@test: fixed the length");
    const again = await project.wf("retry", "a");
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining("wf rerun a")]);
  });

  test("two operators who retry it at the same time have it run once", async () => {
    open({ "six.ts": six("undefined.length;") });
    await project.wf("run", "six", "--id", "a");
    project.write("workflows/six.ts", HEAD + six(""));
    const both = await Promise.all([project.wf("retry", "a"), project.wf("retry", "a"), project.wf("tick")]);
    expect(both.map(({ code }) => code)).toSatisfy((codes: readonly number[]) => codes.every((code) => [0, 2, 75].includes(code)));
    await project.wf("wait", "a");
    expect(await statusOf("a")).toMatchObject({ status: "completed", output: 21 });
    expect(done().filter((line) => line === "step 4")).toHaveLength(2);
    expect(done().filter((line) => line === "step 6")).toHaveLength(1);
  });
});

describe("a step that must run only once, killed in the middle", () => {
  const charging = `
    export default Workflow.define({
      name: "charging",
      async run(ctx) {
        const charge = async () => { ${note('"charge"')}; await new Promise((r) => setTimeout(r, 60_000)); return 1; };
        const paid = await ctx.step("charge", charge, { once: true });
        return { paid, shipped: await ctx.step("ship", () => { ${note('"ship"')}; return true; }) };
      },
    });`;

  test("is in doubt; `wf resolve … --result` goes on with it, and nothing runs twice", async () => {
    open({ "charging.ts": charging });
    const running = project.start("run", "charging", "--id", "a");
    await eventually("the charge began", () => done().length > 0);
    running.kill("SIGKILL");
    await running.done;
    await project.wf("tick");
    expect(await statusOf("a")).toMatchObject({ status: "blocked", reason: "in-doubt" });
    const why = await project.wf("why", "a");
    expect(why.stdout).toContain("wf resolve a charge --result '<json>'");
    expect((await project.wf("resolve", "a", "charge", "--result", "<json>")).code).toBe(2);
    expect((await project.wf("resolve", "a", "charge")).stderr).toContain("--result <json>");
    const resolved = await project.json<Execution>("resolve", "a", "charge", "--result", '{"receipt":7}', "--reason", "seen at the bank");
    expect(resolved).toMatchObject({ status: "completed", output: { paid: { receipt: 7 }, shipped: true } });
    expect(done()).toEqual(["charge", "ship"]);
    const { decisions } = await project.json<{ decisions: unknown[] }>("history", "a");
    expect(decisions).toMatchObject([{ by: "ada@test", action: "resolve", detail: "charge: result", reason: "seen at the bank" }]);
  });
});

describe("an execution that another process has in memory", () => {
  const slow = `
    export default Workflow.define({
      name: "slow",
      async run(ctx) {
        await ctx.step("first", async () => {
          ${note('"first"')};
          await new Promise((r) => setTimeout(r, 1_500));
          ${note('"first ended"')};
        });
        await ctx.step("second", () => ${note('"second"')});
        await ctx.sleep("nap", "1h");
        return "rested";
      },
    });`;

  test("pauses after its running step, is resumed, and its sleep is ended, all from outside", async () => {
    open({ "slow.ts": slow });
    const running = project.start("run", "slow", "--id", "a", "--wait");
    await eventually("the first step began", () => done().length > 0);
    const asked = await project.wf("pause", "a", "--reason", "look");
    expect([asked.code, asked.stderr]).toEqual([0, expect.stringContaining("asked for")]);
    const { code, stdout } = await running.done;
    expect([code, stdout]).toEqual([3, expect.stringContaining("wf resume a")]);
    expect(done()).toEqual(["first", "first ended"]);
    expect(await statusOf("a")).toMatchObject({ status: "paused", reasonDetail: "by ada@test: look" });
    expect((await project.wf("tick")).code).toBe(0);
    expect((await statusOf("a")).status).toBe("paused");

    const resumed = project.start("resume", "a", "--wait");
    await eventually("it sleeps in memory", async () => (await project.wf("history", "a")).stdout.includes("nap"));
    const refused = await project.wf("resolve", "a", "nap", "--skip");
    expect([refused.code, refused.stderr]).toEqual([75, expect.stringContaining("wf pause a")]);
    await project.wf("wake", "a");
    expect((await resumed.done).code).toBe(0);
    expect(await statusOf("a")).toMatchObject({ status: "completed", output: "rested" });
    const { decisions } = await project.json<{ decisions: { action: string }[] }>("history", "a");
    expect(decisions.map(({ action }) => action)).toEqual(["pause", "resume", "wake"]);
  });

  test("that dies paused in the middle of a step is paused for the next tick too", async () => {
    open({ "slow.ts": slow });
    const running = project.start("run", "slow", "--id", "a");
    await eventually("the first step began", () => done().length > 0);
    await project.wf("pause", "a");
    running.kill("SIGKILL");
    await running.done;
    await project.wf("tick");
    expect(await statusOf("a")).toMatchObject({ status: "paused" });
    expect(done()).toEqual(["first"]);
  });
});

describe("many at once", () => {
  test("are paused and resumed by a filter; what cannot be is told and stops nothing", async () => {
    open({ "nap.ts": `export default Workflow.define({ name: "nap", run: (ctx) => ctx.sleep("1h") });` });
    for (const id of ["a", "b", "c"]) await project.wf("run", "nap", "--id", id, "--tag", `team=${id}`, "--hold", "0");
    await project.wf("cancel", "c");
    expect((await project.wf("pause")).code).toBe(2);
    expect((await project.wf("pause", "--tag", "team=a", "--dry-run", "-o", "ids")).stdout).toBe("a\n");
    expect((await project.wf("pause", "--workflow", "nap", "-o", "ids")).stdout).toBe("b\na\n");
    const some = await project.wf("resume", "a", "c", "--detach", "--json");
    expect(some.code).toBe(2);
    expect(JSON.parse(some.stdout)).toMatchObject([
      { id: "a", status: "pending" },
      { id: "c", error: { code: "EXECUTION_OVER" } },
    ]);
    expect((await project.wf("wake", "a")).code).toBe(0);
    await project.wf("tick");
    expect((await statusOf("a")).status).toBe("completed");
  });
});

describe("approvals", () => {
  const release = `
    export default Workflow.define({ name: "release", run: (ctx) => ctx.approve("production", { message: "42 tests passed" }) });`;

  test("wait in the inbox, are answered, and once only", async () => {
    open({ "release.ts": release });
    expect(await project.wf("inbox")).toMatchObject({ code: 0, stdout: "", stderr: "" });
    const first = await project.wf("run", "release", "--id", "a");
    expect([first.code, first.stdout]).toEqual([3, expect.stringContaining("wf approve a")]);
    await project.wf("run", "release", "--id", "b");
    const { stdout } = await project.wf("inbox");
    expect(stdout).toMatch(/^ID +WORKFLOW +APPROVAL +SINCE +MESSAGE\na +release +production +.+ +42 tests passed\nb /);
    expect((await project.wf("approve", "a", "--note", "after lunch")).code).toBe(0);
    expect((await project.wf("approve", "a")).code).toBe(2);
    expect((await project.wf("reject", "b", "production", "--note", "tests are red")).code).toBe(0);
    await project.wf("tick");
    expect((await statusOf("a")).output).toEqual({ approved: true, note: "after lunch", by: "ada@test", timedOut: false });
    expect((await statusOf("b")).output).toEqual({ approved: false, note: "tests are red", by: "ada@test", timedOut: false });
    expect((await project.wf("inbox", "-o", "ids")).stdout).toBe("");
  });
});

describe("a fork", () => {
  test("runs from the step on, with results that are set; a rerun runs all of it", async () => {
    open({
      "order.ts": `
        export default Workflow.define({
          name: "order",
          async run(ctx) {
            const price = await ctx.step("price", () => { ${note('"price"')}; return 10; });
            return ctx.step("charge", () => {
              ${note('"charge"')};
              if (price === 10) throw new WorkflowError("too little");
              return price;
            });
          },
        });`,
    });
    await project.wf("run", "order", "--id", "a");
    const forked = await project.json<Execution>("fork", "a", "--from", "charge", "--set", "price=12", "--id", "b");
    expect(forked).toMatchObject({ status: "completed", output: 12 });
    expect(done()).toEqual(["price", "charge", "charge"]);
    expect((await project.wf("rerun", "a", "--id", "c")).code).toBe(1);
    expect(done()).toHaveLength(5);
    expect((await project.wf("fork", "a", "--from", "chrage")).code).toBe(4);
    expect((await project.wf("history", "b")).stdout).toContain("fork of a, from charge, by ada@test");
    await eventually("all are over", isIn("c", "failed"));
  });
});
