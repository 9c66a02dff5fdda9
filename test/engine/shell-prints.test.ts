/** What the commands of steps print: kept, shown, hidden, written into files. Processes are simulated. */
import { afterEach, describe, expect, test } from "bun:test";
import type { ShellSettings } from "../../src/model/shell.ts";
import { type Bench, during } from "./harness.ts";
import { build, carryOn, Machine, openShellBench, type Ran } from "./shell-machine.ts";

let bench: Bench;
afterEach(() => bench.close());

const open = async (...given: Parameters<typeof openShellBench>) => void (bench = await openShellBench(...given));
const carry = (holdMs?: number) => carryOn(bench, holdMs);
const end = (holdMs?: number) => during(bench, carry(holdMs), 100_000);

describe("what it prints", () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  const printing = (ran: Ran): void => {
    ran.onChunk?.("stdout", bytes("one\ntw"));
    ran.onChunk?.("stderr", bytes("oops\n"));
    ran.onChunk?.("stdout", bytes("o"));
    ran.end();
  };

  test("is kept and shown, line by line, with its step", async () => {
    await open(new Machine(printing), (ctx) => build(ctx));
    await end();
    expect((await bench.engine.logs("x")).map(({ step, level, message }) => [step, level, message])).toEqual([
      ["build", "info", "one"],
      ["build", "info", "oops"],
      ["build", "info", "two"],
    ]);
    expect(bench.progress.flatMap((one) => (one.type === "printed" ? [[one.step, one.stream, one.line]] : []))).toEqual([
      ["build", "stdout", "one"],
      ["build", "stderr", "oops"],
      ["build", "stdout", "two"],
    ]);
  });

  test.each<[string, ShellSettings]>([
    ["of a sensitive one", { sensitive: true }],
    ["where that is not wanted", { stream: false }],
  ])("is neither %s", async (_, settings) => {
    await open(new Machine((ran) => (expect(ran.onChunk).toBeUndefined(), ran.end())), (ctx) => build(ctx, settings));
    expect(await end()).toMatchObject({ status: "completed" });
    expect(await bench.engine.logs("x")).toEqual([]);
  });

  test("of a sensitive one is stored encrypted, and its error tells nothing of it", async () => {
    const machine = new Machine((ran) => ran.end(machine.ran.length === 1 ? { stdout: "tok-4711" } : { exitCode: 1, stderr: "tok-4711" }));
    await open(machine, async (ctx) => {
      const { stdout } = await build(ctx, { sensitive: true });
      await ctx.sh.named("use", { sensitive: true, retry: { attempts: 1 } })`login ${stdout}`;
    });
    await end();
    expect(JSON.stringify(await bench.engine.history("x"))).not.toContain("tok-4711");
  });

  test("goes into a file whose name is made of the step's, with something that tells steps apart", async () => {
    const machine = new Machine((ran) => ran.end({ exitCode: machine.ran.length === 1 ? 1 : 0 }));
    await open(machine, async (ctx) => {
      await build(ctx, { fullLog: true });
      await build(ctx, { fullLog: true });
      await ctx.sh.named("../a b/..", { fullLog: true })`true`;
      await ctx.sh.named("…", { fullLog: true })`true`;
      await build(ctx);
    });
    await end();
    const names = machine.ran.map(({ log }) => log?.name ?? "none");
    expect(names).toEqual([
      "build.1.log",
      "build.2.log",
      expect.stringMatching(/^build-[0-9a-f]{8}\.1\.log$/),
      expect.stringMatching(/^a-b-[0-9a-f]{8}\.1\.log$/),
      expect.stringMatching(/^[0-9a-f]{8}\.1\.log$/),
      "none",
    ]);
    expect(machine.ran[0]?.log?.executionId).toBe("x");
  });
});
