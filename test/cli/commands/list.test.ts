/** `wf list` as a whole command. */
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { wf } from "../harness.ts";
import { broken, signup } from "../render/views.ts";

const invoice = { ...signup, name: "invoice", version: 1, file: "workflows/invoice.ts", description: null };
const client = { workflows: () => Promise.resolve([signup, invoice, broken]) };

describe("wf list", () => {
  test("shows all, and a broken file beside the others, with 0", async () => {
    const { code, stdout, stderr } = await wf("list", { client });
    expect(code).toBe(0);
    expect(stdout).toContain("signup    2        workflows/signup.ts   email, plan?  Welcomes a new customer");
    expect(stdout).toEndWith("see below\n\nworkflows/broken.ts\n  SyntaxError: Unexpected token\n");
    expect(stderr).toBe("");
  });

  test("as JSON is the documents of the client", async () => {
    expect(JSON.parse((await wf("list --json", { client })).stdout)).toEqual([signup, invoice, broken]);
  });

  test("as JSON lines is one a line", async () => {
    const rows = (await wf("list -o jsonl", { client })).stdout.trim().split("\n");
    expect(rows.map((row) => JSON.parse(row) as unknown)).toEqual([signup, invoice, broken]);
  });

  test("as ids is the names that there are", async () => {
    expect((await wf("list -o ids", { client })).stdout).toBe("signup\ninvoice\n");
  });

  test("of one shows all that is known of it", async () => {
    const { code, stdout } = await wf("list invoice", { client });
    expect(code).toBe(0);
    expect(stdout).toStartWith("name     invoice\nversion  1\nfile     workflows/invoice.ts\n");
    expect(stdout).toContain('"required": ["email"]');
    expect(JSON.parse((await wf("list invoice --json", { client })).stdout)).toEqual([invoice]);
  });

  test("of one that is not there is 4, with the nearest name and the files that may have held it", async () => {
    const { code, stdout, stderr } = await wf("list signpu", { client });
    expect(code).toBe(4);
    expect(stdout).toBe("");
    expect(stderr).toBe(
      'error: No workflow "signpu": workflows/broken.ts does not load\n  hint: Did you mean "signup"? `wf list` shows all.\n',
    );
  });

  test("names three of many broken files", async () => {
    const many = Array.from({ length: 5 }, (_, index) => ({ ...broken, file: `workflows/${index}.ts` }));
    const { stderr } = await wf("list x", { client: { workflows: () => Promise.resolve(many) } });
    expect(stderr).toContain("workflows/0.ts, workflows/1.ts, workflows/2.ts and 2 more do not load");
  });
});

describe("a project without a database", () => {
  const opened = async (root: string): Promise<unknown> => {
    const { opened } = await wf("list", { client, opener: { locateProject: () => ({ root, databaseFile: "/project/.wf.db" }) } });
    return opened.map(({ create }) => create);
  };

  test("gets one where there are workflows, and none elsewhere", async () => {
    expect(await opened(join(import.meta.dir, "../../.."))).toEqual([true]);
    expect(await opened(import.meta.dir)).toEqual([false]);
  });
});

describe("without any workflow", () => {
  const empty = { workflows: () => Promise.resolve([]) };

  test("text is on standard error alone and says what to do", async () => {
    const { code, stdout, stderr } = await wf("list", { client: empty });
    expect(code).toBe(0);
    expect(stdout).toBe("");
    expect(stderr).toContain("no workflows yet: put a file into workflows/");
  });

  test("JSON is an empty list", async () => {
    expect((await wf("list --json", { client: empty })).stdout).toBe("[]\n");
    expect((await wf("list -o ids", { client: empty })).stdout).toBe("");
  });
});
