/** `wf history` and `wf why`: one document each, and what it looks like. */
import { describe, expect, test } from "bun:test";
import { fail } from "../../../src/model/errors.ts";
import type { WhyView } from "../../../src/model/views.ts";
import { wf } from "../harness.ts";
import { completed } from "../render/views.ts";

const resolveId = (reference: string): Promise<string> =>
  reference === "@last" ? Promise.resolve("signup-7f3k9q2m4d") : Promise.reject(fail("EXECUTION_NOT_FOUND", { id: reference }));

describe("wf history", () => {
  // A map is no JSON; what becomes of it there is the output's to decide.
  const history = { ...completed, execution: { ...completed.execution, output: { customerId: "c1" } } };
  const client = { resolveId, history: () => Promise.resolve(history) };

  test("shows the steps, and values only with --full", async () => {
    const { code, stdout } = await wf("history @last", { client });
    expect(code).toBe(0);
    expect(stdout).toContain("create customer  step   1.2s  ");
    expect(stdout).not.toContain("customerId");
    expect((await wf("history @last --full", { client })).stdout).toContain('output\n  { "customerId": "c1" }\n');
  });

  test("as JSON is the document of the client, with and without --full", async () => {
    expect(JSON.parse((await wf("history @last --json", { client })).stdout)).toEqual(history);
    expect(JSON.parse((await wf("history @last --json --full", { client })).stdout)).toEqual(history);
    expect((await wf("history @last -o ids", { client })).stdout).toBe("signup-7f3k9q2m4d\n");
  });

  test("of one that is not there is 4, and as JSON the error is the document", async () => {
    const { code, stdout } = await wf("history x --json", { client });
    expect(code).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "EXECUTION_NOT_FOUND", message: 'No execution "x"' } });
  });

  test("without an id is 2", async () => {
    expect((await wf("history", { client })).code).toBe(2);
  });
});

describe("wf why", () => {
  const why: WhyView = {
    id: "signup-7f3k9q2m4d",
    status: "waiting",
    reason: "event",
    text: "It waits for an event.",
    detail: null,
    next: "wf send x y '{}'",
  };
  const client = { resolveId, why: () => Promise.resolve(why) };

  test("is the execution, a paragraph and a command", async () => {
    const { code, stdout } = await wf("why @last", { client });
    expect(code).toBe(0);
    expect(stdout).toBe("◷ signup-7f3k9q2m4d  waiting\nIt waits for an event.\n\n  wf send x y '{}'\n");
  });

  test("as JSON is the document of the client", async () => {
    expect(JSON.parse((await wf("why @last --json", { client })).stdout)).toEqual(why);
  });

  test("of one that is not there is 4", async () => {
    expect((await wf("why x", { client })).code).toBe(4);
  });
});
