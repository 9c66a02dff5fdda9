/** A command is a step in every respect: recorded, repeated, tried again, in doubt. Time is simulated, and so are processes. */
import { afterEach, describe, expect, test } from "bun:test";
import type { StepOptions } from "../../src/model/context.ts";
import { fail, ShellError } from "../../src/model/errors.ts";
import type { ShellResult } from "../../src/model/shell.ts";
import { type Bench, during, openBench } from "./harness.ts";
import { build, carryOn, Machine, openShellBench, type Ran, workflow } from "./shell-machine.ts";

let bench: Bench;
afterEach(() => bench.close());

const open = async (...given: Parameters<typeof openShellBench>) => void (bench = await openShellBench(...given));
const carry = (holdMs?: number) => carryOn(bench, holdMs);
const end = (holdMs?: number) => during(bench, carry(holdMs), 100_000);

const stepsOf = async () => (await bench.engine.history("x")).steps.map(({ kind, name, status }) => [kind, name, status]);

describe("a command", () => {
  test("is run once: its result is recorded, and given again on later passes and after a crash", async () => {
    const machine = new Machine((ran) => ran.end({ stdout: `out ${machine.ran.length}\n`, exitCode: machine.ran.length === 1 ? 3 : 0 }));
    const seen: unknown[] = [];
    await open(machine, async (ctx) => {
      seen.push(await build(ctx, { allow: [0, 3] }));
      seen.push(await ctx.sh`echo ${"a b"} done`);
      await ctx.waitForEvent("go");
      return seen.length;
    });
    await during(bench, carry(0));
    bench = await bench.crash();
    await bench.engine.sendEvent("x", "go", null);
    expect(await end()).toMatchObject({ status: "completed", output: 4 });
    expect(machine.ran).toHaveLength(2);
    expect(seen[2]).toEqual(seen[0]);
    expect(seen[0]).toEqual({ stdout: "out 1", stderr: "", exitCode: 3, signal: null, truncated: false });
    expect(await stepsOf()).toEqual([
      ["shell", "build", "completed"],
      ["shell", "echo $1 done", "completed"],
      ["event", "go", "completed"],
    ]);
    expect(machine.ran[1]?.request.program).toEqual({ script: expect.stringMatching(/; echo "\$\{_wf1\?\}" done$/), args: ["a b"] });
  });

  test("is told which attempt it is and the key of its step, and never less than its own variables", async () => {
    const machine = new Machine((ran) => ran.end(machine.ran.length === 1 ? { exitCode: 1 } : {}));
    let key = "";
    await open(machine, async (ctx) => {
      await build(ctx, { env: { A: 1 } });
      await ctx.step("build", ({ idempotencyKey }) => void (key = idempotencyKey));
    });
    await end();
    const [first, second] = machine.ran.map(({ request }) => request.env);
    expect(first).toEqual({ WF_IDEMPOTENCY_KEY: key.replace("/step/", "/shell/"), WF_ATTEMPT: "1", A: "1" });
    expect(second).toEqual({ ...first, WF_ATTEMPT: "2" });
  });

  test("counts repeats of its name, keys and scopes as any step does", async () => {
    const machine = new Machine((ran) => ran.end());
    await open(machine, async (ctx) => {
      await Promise.all([build(ctx), build(ctx), build(ctx, { key: "k" }), ctx.scope("in", build)]);
      await ctx.map("each", [1, 2], (item, inner) => inner.sh`echo ${item}`);
      await ctx.sh.named("other")`echo`;
    });
    await end();
    const { steps } = await bench.engine.history("x");
    expect(steps.map(({ scope, name, n }) => `${scope}|${name}|${n}`)).toEqual([
      ...["|build|1", "|build|2", "build=k|build|1", "in|build|1", "each=0|echo $1|1", "each=1|echo $1|1", "|other|1"],
    ]);
  });

  test("that was another kind of step before is changed code", async () => {
    const machine = new Machine((ran) => ran.end());
    let isShell = true;
    await open(machine, async (ctx) => {
      if (isShell) await build(ctx);
      else await ctx.step("build", () => 1);
      await ctx.waitForEvent("go");
    });
    await during(bench, carry(0));
    isShell = false;
    bench = await bench.crash();
    await bench.engine.sendEvent("x", "go", null);
    expect(await end()).toMatchObject({ status: "blocked", reason: "diverged" });
    expect(machine.ran).toHaveLength(1);
  });

  test("inside of a step, or asked for wrongly, is refused; no row is made and nothing runs", async () => {
    const machine = new Machine((ran) => ran.end());
    const problems: unknown[] = [];
    const tried = (promise: Promise<unknown>) => promise.catch((error: { code: string; message: string }) => problems.push(error.code));
    await open(machine, async (ctx) => {
      const smuggled = JSON.parse('{"raw":"y; echo INJECTED2"}') as string;
      await tried(ctx.sh`echo ${smuggled}`);
      await tried(ctx.sh(smuggled, { script: "x" }));
      await tried(ctx.sh("x", { script: smuggled }));
      await tried(ctx.sh.named("x")(smuggled as never));
      await tried(ctx.sh("x" as never, undefined as never));
      await tried(ctx.sh("", { script: "x" }).then());
      await tried(ctx.sh``);
      await ctx.step("outer", () => tried(build(ctx)));
    });
    expect(await end()).toMatchObject({ status: "completed" });
    const refused = "SHELL_REFUSED";
    expect(problems).toEqual([refused, "NAME_INVALID", refused, refused, refused, "NAME_INVALID", refused, "NESTED_CALL"]);
    expect(machine.ran).toEqual([]);
    expect(await stepsOf()).toEqual([["step", "outer", "completed"]]);
  });
});

describe("a command that fails", () => {
  test("is tried again as often as it says, and its error is the same on every pass", async () => {
    const machine = new Machine((ran) => ran.end({ exitCode: 2, stderr: "no luck\n" }));
    const seen: unknown[] = [];
    await open(machine, async (ctx) => {
      await build(ctx, { retry: { attempts: 2 } }).catch((error: unknown) => seen.push(error));
      await ctx.waitForEvent("go");
    });
    await during(bench, carry(2_000), 3_000);
    expect(machine.ran).toHaveLength(2);
    bench = await bench.crash();
    await bench.engine.sendEvent("x", "go", null);
    await end();
    expect(seen).toHaveLength(2);
    for (const error of seen) {
      expect(error).toBeInstanceOf(ShellError);
      expect(error).toMatchObject({
        code: "SHELL_FAILED",
        exitCode: 2,
        signal: null,
        stderr: "no luck\n",
        message: 'Command "build" ended with exit code 2: no luck',
      });
    }
  });

  test("is laid to the line of the workflow that called it, which an error made at its end could not know", async () => {
    const machine = new Machine((ran) => ran.end({ exitCode: 2 }));
    await open(machine, async (ctx) => {
      await ctx.sh("build", { command: ["make"], retryOn: [] });
    });
    const { error } = await end();
    expect(error?.stack).toStartWith('ShellError: Command "build" ended with exit code 2\n');
    expect(error?.stack).toContain(import.meta.path);
  });

  test("with a code that is not worth it is not tried again; with one that is, it is", async () => {
    const codes = [75, 2];
    const machine = new Machine((ran) => ran.end({ exitCode: codes.shift() ?? 0 }));
    await open(machine, (ctx) => build(ctx, { retryOn: [75] }));
    expect(await end()).toMatchObject({ status: "failed", error: { name: "ShellError" } });
    expect(machine.ran).toHaveLength(2);
  });

  test("for there is no such program is not tried again", async () => {
    const machine = new Machine((ran) => ran.throw(fail("SHELL_UNSTARTED", { program: "make", problem: "it is not there" })));
    await open(machine, (ctx) => build(ctx));
    expect(await end()).toMatchObject({ status: "failed", error: { code: "SHELL_UNSTARTED" } });
    expect(machine.ran).toHaveLength(1);
  });

  test.each<[string, (ran: Ran) => void]>([
    ["killed from outside", (ran) => ran.end({ exitCode: 137, signal: "SIGKILL" })],
    ["for there is no space left", (ran) => ran.throw(Object.assign(new Error("full"), { code: "ENOSPC" }))],
  ])("%s is a failure of the system: no attempt is lost", async (_, broken) => {
    const machine = new Machine((ran) => (machine.ran.length === 1 ? broken(ran) : ran.end()));
    await open(machine, (ctx) => build(ctx, { retry: { attempts: 1 }, retryOn: [] }));
    expect(await end()).toMatchObject({ status: "completed", restarts: 1 });
    expect(machine.ran.map(({ request }) => request.env["WF_ATTEMPT"])).toEqual(["1", "1"]);
  });

  test("pauses its execution where that is wanted, and goes on when a person says so", async () => {
    const machine = new Machine((ran) => ran.end({ exitCode: 1 }));
    await open(machine, (ctx) => build(ctx, { onExhausted: "pause", retry: { attempts: 1 } }));
    expect(await end()).toMatchObject({ status: "paused" });
    machine.now((ran) => ran.end());
    await bench.engine.operations.resume("x");
    expect(await end()).toMatchObject({ status: "completed" });
  });
});

describe("a command that begins at most once", () => {
  const opened = async (more: Partial<StepOptions<ShellResult>> = {}) => {
    const machine = new Machine();
    await open(machine, (ctx) => build(ctx, { once: true, ...more }));
    void carry().catch(() => {});
    await bench.host.settle(200);
    expect(machine.ran).toHaveLength(1);
    bench = await bench.crash();
    return machine;
  };

  test("is in doubt after a crash, and blocked", async () => {
    const machine = await opened();
    expect(await end()).toMatchObject({ status: "blocked", reason: "in-doubt" });
    expect(machine.ran).toHaveLength(1);
  });

  test("asks `verify`, whose answer is its result", async () => {
    const result = { stdout: "it was there", stderr: "", exitCode: 0, signal: null, truncated: false };
    const machine = await opened({ verify: () => ({ done: true, result }) });
    expect(await end()).toMatchObject({ status: "completed", output: result });
    expect(machine.ran).toHaveLength(1);
  });
});

test("an engine that was given no shell says so", async () => {
  const definition = workflow((ctx) => ctx.sh`true`);
  bench = await openBench([definition]);
  await bench.engine.start(definition, null, { id: "x" });
  expect(await end()).toMatchObject({
    status: "failed",
    error: { code: "SHELL_UNSTARTED", message: expect.stringContaining("openEngine") },
  });
});
