/** `wf send` as a whole command: what is sent, what is said, and what is refused. */
import { describe, expect, test } from "bun:test";
import { fail } from "../../../src/model/errors.ts";
import type { Disposition, HistoryView } from "../../../src/model/views.ts";
import { executionOf, stepOf, wf } from "../harness.ts";
import { waiting } from "../render/views.ts";

const clientOf = (given: { readonly history?: HistoryView; readonly disposition?: Disposition; readonly refusal?: Error } = {}) => {
  const sent: unknown[] = [];
  return {
    sent,
    client: {
      resolveId: (reference: string) => Promise.resolve(reference === "@last" ? "signup-7f3k9q2m4d" : reference),
      history: () => Promise.resolve(given.history ?? waiting),
      sendEvent: (...args: unknown[]) => {
        const { onId, ...options } = args.pop() as { readonly onId: (id: string) => void; readonly id?: string };
        sent.push([...args, options]);
        onId(options.id ?? "e-made");
        return given.refusal === undefined ? Promise.resolve(given.disposition ?? "created") : Promise.reject(given.refusal);
      },
    },
  };
};

describe("wf send", () => {
  test("sends JSON, prints the id and what became of it, and says who takes it up", async () => {
    const { client, sent } = clientOf();
    const { code, stdout, stderr } = await wf(["send", "@last", "survey", '{"stars": 5}'], { client });
    expect(code).toBe(0);
    expect(sent).toEqual([["signup-7f3k9q2m4d", "survey", { stars: 5 }, {}]]);
    expect(stdout).toBe("signup-7f3k9q2m4d survey created, with id e-made\n");
    expect(JSON.parse((await wf("send @last survey --json", { client })).stdout)).toMatchObject({ id: "e-made" });
    expect(stderr).toBe("due now: the process that has it, a daemon or `wf tick` takes it up\n");
  });

  test("without a payload sends none, and --id is the event's own", async () => {
    const { client, sent } = clientOf();
    await wf("send @last survey --id invoice-1041", { client });
    expect(sent).toEqual([["signup-7f3k9q2m4d", "survey", undefined, { id: "invoice-1041" }]]);
  });

  test("takes the payload from standard input, or the id, but not both", async () => {
    const { client, sent } = clientOf();
    await wf("send @last survey -", { client, stdin: "[1, 2]" });
    await wf("send - survey", { client, stdin: "signup-1\n" });
    expect(sent).toEqual([
      ["signup-7f3k9q2m4d", "survey", [1, 2], {}],
      ["signup-1", "survey", undefined, {}],
    ]);
    expect((await wf("send - survey -", { client, stdin: "1" })).code).toBe(2);
    expect(sent).toHaveLength(2);
  });

  test("as JSON is one document", async () => {
    const { client } = clientOf({ disposition: "existing" });
    const { stdout, stderr } = await wf("send @last survey --id e1 --json", { client });
    expect(JSON.parse(stdout)).toEqual({ executionId: "signup-7f3k9q2m4d", event: "survey", id: "e1", disposition: "existing" });
    expect(stderr).toBe("an event with this id was sent before; nothing changed\n");
    expect((await wf("send @last survey -o ids -q", { client })).stdout).toBe("signup-7f3k9q2m4d\n");
  });

  test("what is not JSON is refused with 2, the place and how to quote it, and nothing is sent", async () => {
    const { client, sent } = clientOf();
    const { code, stderr } = await wf("send @last survey {stars:5}", { client });
    expect(code).toBe(2);
    expect(sent).toEqual([]);
    expect(stderr).toBe(
      'error: the payload is not JSON: line 1, column 2: a key in double quotes or "}" is expected, not "stars"\n' +
        "  hint: Put single quotes around the JSON, so that the shell leaves its double quotes: '{\"stars\": 5}'\n",
    );
  });

  test("to one that does not wait for that name yet says that the event is kept", async () => {
    const { client } = clientOf();
    expect((await wf("send @last payment", { client })).stderr).toBe(
      'it does not wait for "payment" yet; the event is kept until it does\n',
    );
  });

  test("a wait that is over, or a step of the same name, does not count as waiting", async () => {
    const steps = waiting.steps.map((step) => ({ ...step, status: "completed" as const }));
    const named = { ...waiting, steps: [...steps, stepOf({ name: "survey", status: "waiting" })] };
    expect((await wf("send @last survey", { client: clientOf({ history: named }).client })).stderr).toContain("does not wait");
  });

  test("to one that is held until a person acts says so, and not that it is due", async () => {
    for (const [status, next] of [
      ["paused", "wf resume signup-7f3k9q2m4d"],
      ["blocked", "wf why signup-7f3k9q2m4d"],
    ] as const) {
      const { client } = clientOf({ history: { ...waiting, execution: { ...waiting.execution, id: "signup-7f3k9q2m4d", status } } });
      const { code, stderr } = await wf("send @last survey", { client });
      expect([code, stderr]).toEqual([0, expect.stringMatching(new RegExp(`^kept: it is ${status}.*${next}`))]);
    }
  });

  test("to one that is over is 2, as the client says", async () => {
    const refusal = fail("EXECUTION_OVER", { id: "signup-7f3k9q2m4d", status: "completed", action: "send an event to" });
    const { client } = clientOf({ history: { execution: executionOf(), steps: [], panics: [], decisions: [] }, refusal });
    const { code, stdout, stderr } = await wf("send @last survey", { client });
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toBe(
      'error: Cannot send an event to execution "signup-7f3k9q2m4d": it is completed\n  hint: See `wf history signup-7f3k9q2m4d`.\n',
    );
  });

  test("an event that was sent before the end is still known as existing after it", async () => {
    const { client } = clientOf({ history: { execution: executionOf(), steps: [], panics: [], decisions: [] }, disposition: "existing" });
    expect((await wf("send @last survey --id e1", { client })).stdout).toBe("signup-7f3k9q2m4d survey existing\n");
  });

  test("without an event is 2", async () => {
    expect((await wf("send @last", { client: clientOf().client })).code).toBe(2);
  });
});
