/** Limits and priorities, as somebody meets them in two terminals. */
import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { eventually, type Playground, playground } from "../support/wf.ts";

const DEPLOY = `
import { existsSync } from "node:fs";
import { Workflow } from "wflite";
export default Workflow.define({
  name: "deploy",
  concurrency: { limit: 1, key: (input) => input.to },
  async run(ctx, { to }) {
    await ctx.step("deploy", async () => {
      while (to === "prod" && !existsSync(import.meta.dir + "/../go")) await Bun.sleep(10);
    });
  },
});
`;

const MAIL = `
import { Workflow } from "wflite";
export default Workflow.define({ name: "mail", rateLimit: { limit: 1, period: "1h" }, run: () => "sent" });
`;

let at: Playground;
beforeEach(() => {
  at = playground({ "deploy.ts": DEPLOY, "mail.ts": MAIL });
});
afterEach(() => at.remove());

const status = async (id: string): Promise<string> => (await at.json<{ status: string }>("status", id)).status;

describe("a second terminal", () => {
  test("is told that it waits for a place, by whom it is taken, and what to do; with --wait it takes the place when it comes", async () => {
    const first = at.start("run", "deploy", "to=prod", "--id", "one");
    await eventually("the first runs", async () => (await status("one").catch(() => "")) === "running");
    const second = await at.wf("run", "deploy", "to=prod", "--id", "two");
    expect(second.code).toBe(5);
    expect(second.stdout).toContain("two is pending: concurrency, it waits for a place");
    expect(second.stderr).toContain('waits for a place: 1 of at most 1 of workflow "deploy" with key "prod" run, it is next');
    const why = await at.json<{ text: string; next: string }>("why", "two");
    expect(why).toMatchObject({ next: "wf status one" });
    expect(why.text).toContain("1 of at most 1 of workflow");
    expect((await at.wf("run", "deploy", "to=test", "--id", "other")).code).toBe(0);
    const waiting = at.start("wait", "two", "--wait");
    at.write("go", "");
    expect(await first.done).toMatchObject({ code: 0 });
    expect(await waiting.done).toMatchObject({ code: 0 });
    expect(await status("two")).toBe("completed");
  });

  test("is told when a rate limit lets its execution begin", async () => {
    expect((await at.wf("run", "mail")).code).toBe(0);
    const second = await at.wf("run", "mail", "--id", "two");
    expect(second.code).toBe(5);
    expect(second.stdout).toMatch(/two is pending: queued: rate limit\n\s+until .* \(in (1h|59m.*)\)/);
  });
});

describe("wf run --priority", () => {
  test("is kept, and anything but a whole number from -100 to 100 is refused before anything is created", async () => {
    await at.wf("run", "mail", "--id", "a", "--detach", "--priority", "-7");
    expect(priorities()).toEqual([{ priority: -7 }]);
    for (const wrong of ["101", "-101", "1.5", "high", ""]) {
      expect(await at.wf("run", "mail", "--id", "b", `--priority=${wrong}`)).toMatchObject({ code: 2 });
    }
    expect((await at.wf("status", "b")).code).toBe(4);
  });
});

const priorities = (): readonly unknown[] => {
  const database = new Database(at.path(".wf.db"), { readonly: true });
  try {
    return database.query("SELECT priority FROM executions").all();
  } finally {
    database.close();
  }
};
