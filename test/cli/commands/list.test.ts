import { describe, expect, test } from "bun:test";
import { wf } from "../harness.ts";
import { broken, signup } from "../render/views.ts";

const invoice = { ...signup, name: "invoice", version: 1, file: "workflows/invoice.ts", description: null };
const client = { workflows: () => Promise.resolve([signup, invoice, broken]) };

describe("wf list", () => {
  test("shows all, and a broken file beside the others, with 0", async () => {
    const { code, stdout, stderr } = await wf("list", { client });
    expect(code).toBe(0);
    expect(stdout).toContain("signup    2        workflows/signup.ts   email, plan?  Welcomes a new customer");
    expect(stdout).toContain("(broken)           workflows/broken.ts                 SyntaxError: Unexpected token");
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
