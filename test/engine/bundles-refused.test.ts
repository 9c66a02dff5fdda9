/** What is no bundle, and what a bundle without its values may not do. */
import { afterEach, describe, expect, test } from "bun:test";
import { bundleChecksum } from "../../src/model/bundle/canonical.ts";
import { defineWorkflow, type WorkflowDefinition } from "../../src/model/definition.ts";
import { codeOf } from "../suites/store/samples.ts";
import { asleep, bench, bundleOf, closeAll, importInto, signup } from "./bundling.ts";
import { during } from "./harness.ts";

afterEach(closeAll);

describe("a redacted bundle", () => {
  test("holds nothing of what was said, and the shape of all of it", async () => {
    const here = await asleep();
    await here.engine.sendEvent("s-1", "survey", { note: "ann@example.org", stars: 4 }, { id: "ann@example.org" });
    const text = (await bundleOf(here, ["s-1"], { redact: true })).join("\n");
    for (const secret of ["ann@example.org", "no answer", "blue", "begins"])
      expect([secret, text.includes(secret)]).toEqual([secret, false]);
    const there = await bench(signup);
    await importInto(there, text.split("\n"));
    const { execution, steps } = await there.engine.history("s-1");
    expect(execution).toMatchObject({ input: { email: "[string of 15]" }, tags: { team: "[string of 4]" } });
    expect(steps[0]).toMatchObject({ name: "create", status: "completed", output: { email: "[string of 15]", at: "[Date]" } });
    expect(steps[0]?.attempts[0]?.error).toMatchObject({ name: "Error", message: "[string of 29]" });
    expect(steps[0]?.attempts[0]?.error?.stack).toMatch(/bundling\.ts:\d+/);
    expect(steps[0]?.attempts[0]?.error?.stack).not.toContain("/");
  });

  test("can only be looked at: nothing makes it run", async () => {
    const here = await asleep();
    const there = await bench(signup);
    await importInto(there, await bundleOf(here, ["s-1"], { redact: true }));
    const { operations } = there.engine;
    for (const act of [
      () => operations.resume("s-1"),
      () => operations.restart("s-1"),
      () => operations.fork("s-1", { from: "create" }),
      () => operations.rerun("s-1"),
    ]) {
      const code = await codeOf(Promise.resolve().then(act));
      expect([act.toString(), code]).toEqual([act.toString(), "FOR_LOOKING"]);
    }
    await there.host.advance(10 * 86_400_000);
    await during(there, there.engine.tick(), 10_000);
    await there.engine.carry("s-1");
    expect((await there.engine.getStatus("s-1")).status).toBe("paused");
    expect((await there.engine.cancel("s-1")).status).toBe("cancelled");
  });

  test("of a failed execution cannot be retried", async () => {
    const bad = defineWorkflow({ name: "bad", run: (ctx) => ctx.step("s", () => Promise.reject(new Error("no"))), retry: { attempts: 1 } });
    const here = await bench(bad as WorkflowDefinition);
    await here.engine.start(bad as WorkflowDefinition, undefined, { id: "b-1" });
    await during(here, here.engine.tick(), 10_000);
    const there = await bench(bad as WorkflowDefinition);
    await importInto(there, await bundleOf(here, ["b-1"], { redact: true }));
    expect(await codeOf(there.engine.operations.retry("b-1"))).toBe("FOR_LOOKING");
    expect((await there.engine.getStatus("b-1")).status).toBe("failed");
  });

  test("stays one when it is exported again", async () => {
    const there = await bench(signup);
    await importInto(there, await bundleOf(await asleep(), ["s-1"], { redact: true }));
    const { executions } = await importInto(await bench(signup), await bundleOf(there, ["s-1"]));
    expect(executions).toMatchObject([{ withheld: "redacted" }]);
  });
});

describe("a bundle is refused", () => {
  const lines = async (): Promise<string[]> => [...(await bundleOf(await asleep(), ["s-1"]))];
  const refusal = async (changed: readonly string[]): Promise<string> => {
    const there = await bench(signup);
    const message = await importInto(there, changed).then(
      () => "it was taken",
      (error: unknown) => String((error as Error).message),
    );
    expect(await there.engine.list()).toEqual([]);
    return message;
  };

  test("when it is cut off, at any line or in the middle of one", async () => {
    const [head = "", execution = "", end = ""] = await lines();
    expect(await refusal([])).toContain("it is empty");
    expect(await refusal([head])).toContain("cut off");
    expect(await refusal([head, execution])).toContain("cut off");
    expect(await refusal([head, end])).toContain("lines of it are missing");
    expect(await refusal([head, execution.slice(0, 500)])).toContain("line 2 is no JSON");
    expect(await refusal([execution, end])).toContain("does not begin as one");
    expect(await refusal([head, execution, execution, end])).toContain("twice");
    expect(await refusal([head, execution, end, execution])).toContain("after its end");
    expect(await refusal(["hello"])).toContain("does not begin as one");
  });

  test("when a value in it was changed, or a field is missing or unknown", async () => {
    const [head = "", execution = "", end = ""] = await lines();
    expect(await refusal([head, execution.replace("ann@", "bob@"), end])).toContain("line 2 does not match its checksum");
    const { body, ...line } = JSON.parse(execution) as { body: Record<string, unknown> };
    const signed = (content: unknown): string => JSON.stringify({ ...line, body: content, checksum: bundleChecksum(content) });
    expect(await refusal([head, signed({ ...body, steps: undefined }), end])).toMatch(/line 2: .*steps/);
    expect(await refusal([head, signed({ ...body, more: 1 }), end])).toMatch(/line 2: .*more/);
    expect(await refusal([head, signed({ ...body, execution: { ...(body["execution"] as object), id: "../x" } }), end])).toContain(
      "is no id",
    );
  });

  test("when a newer wf has written it", async () => {
    const [head = "", ...rest] = await lines();
    expect(await refusal([head.replace('"format":1', '"format":2'), ...rest])).toContain("newer wf");
    expect(await refusal([head.replace('"stateVersion":1', '"stateVersion":2'), ...rest])).toContain("format 2");
  });

  test("and is taken when another program has laid it out anew", async () => {
    const there = await bench(signup);
    const sorted = (value: unknown): unknown =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? Object.fromEntries(
            Object.entries(value)
              .toReversed()
              .map(([key, inner]) => [key, sorted(inner)]),
          )
        : Array.isArray(value)
          ? value.map(sorted)
          : value;
    const changed = (await lines()).map((line) => ` ${JSON.stringify(sorted(JSON.parse(line)))} `);
    expect((await importInto(there, [...changed, ""])).executions).toHaveLength(1);
  });
});
