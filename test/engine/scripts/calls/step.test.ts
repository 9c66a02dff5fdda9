/**
 * Goal: a command of a script is run once, and what it printed is printed again, to the byte, whatever happened in between.
 *
 * Method: calls over the real store, each a process of its own, with commands, time and deaths made up by the test.
 */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { type Program, refusal, World } from "./calling.ts";

let world: World;
beforeEach(async () => {
  world = await World.open();
  await world.pass();
});
afterEach(() => world.close());

const program = (name: string, does: Program): void => void world.programs.set(name, does);
const step = (name: string, ...more: readonly string[]) => world.wf(["step", name, ...more, "--", name]);

describe("a step", () => {
  test("runs once, and later passes print what it printed, without running it", async () => {
    program("dump", () => ({ stdout: "rows 12\n", stderr: "careful\n" }));
    const first = await step("dump");
    await world.pass();
    const second = await step("dump");
    expect([first, second].map(({ code, stdout, stderr }) => [code, stdout, stderr])).toEqual([
      [0, "rows 12\n", "careful\n"],
      [0, "rows 12\n", "careful\n"],
    ]);
    expect(world.ran).toEqual(["dump"]);
  });

  test.each([
    ["bytes that are no text", new Uint8Array(256).map((_, at) => at)],
    ["a mark of the byte order", new Uint8Array([0xef, 0xbb, 0xbf, 0x61])],
    ["zero bytes in a text", new Uint8Array([0x61, 0, 0x62, 0x0a])],
    ["half a character at the end", new Uint8Array([0x61, 0xe2, 0x82])],
    ["nothing", new Uint8Array()],
    ["no line break at the end", new TextEncoder().encode("a\r\nb")],
  ])("prints %s again to the byte", async (_, stdout) => {
    program("dump", () => ({ stdout }));
    await step("dump");
    await world.pass();
    expect([...(await step("dump")).bytes]).toEqual([...stdout]);
  });

  test("keeps the first MiB, says so then and later, and prints that again", async () => {
    const stdout = new Uint8Array(1_048_577).fill(0x61);
    program("dump", () => ({ stdout }));
    const first = await step("dump");
    await world.pass();
    const second = await step("dump");
    expect([first.bytes.length, second.bytes.length]).toEqual([1_048_577, 1_048_576]);
    expect([first.notes.join(), second.notes.join()]).toEqual([
      expect.stringContaining("more than is kept"),
      expect.stringContaining("the beginning"),
    ]);
    program("exact", () => ({ stdout: stdout.slice(1) }));
    expect((await step("exact")).notes).toEqual([]);
  });

  test("is recorded before its exit code is told, and counts as progress", async () => {
    world.dead.add((await world.store.workers())[0]?.pid ?? 0);
    await world.pass();
    expect((await world.record()).panics).toBe(1);
    await step("dump");
    expect((await world.record()).panics).toBe(0);
    expect((await world.steps()).map(({ kind, status, order }) => [kind, status, order])).toEqual([["shell", "completed", 1]]);
  });
});

describe("a failing step", () => {
  test("passes its code on, is recorded as failed, and runs again in the next pass", async () => {
    let isMended = false;
    program("deploy", () => (isMended ? { stdout: "up\n" } : { exitCode: 3, stdout: "half", stderr: "no disk\n" }));
    expect(await step("deploy")).toMatchObject({ code: 3, stdout: "half", stderr: "no disk\n" });
    expect((await world.steps())[0]).toMatchObject({ status: "failed", order: null, attempt: 1 });
    isMended = true;
    await world.pass();
    expect(await step("deploy")).toMatchObject({ code: 0, stdout: "up\n" });
    const { steps, attempts } = (await world.store.history(world.id)) ?? { steps: [], attempts: [] };
    expect(steps[0]).toMatchObject({ status: "completed", attempt: 2 });
    expect(attempts.map(({ attempt, errorText }) => [attempt, errorText.includes("exit code 3: no disk")])).toEqual([[1, true]]);
    // What it may do next is what a script has, not what `ctx.sh` has.
    expect(attempts.map(({ errorText }) => [errorText.includes("--retry"), errorText.includes("retryOn")])).toEqual([[true, false]]);
  });

  test("is tried again as often as --retry says, and only the last attempt prints", async () => {
    program("upload", () => ({ exitCode: world.ran.length < 3 ? 1 : 0, stdout: `try ${world.ran.length}\n` }));
    expect(await step("upload", "--retry", "5")).toMatchObject({ code: 0, stdout: "try 3\n" });
    expect((await world.steps())[0]).toMatchObject({ status: "completed", attempt: 3 });
    await world.pass();
    expect(await step("upload", "--retry", "5")).toMatchObject({ code: 0, stdout: "try 3\n" });
    expect(world.ran).toHaveLength(3);
  });

  test("that has no retries left is recorded as failed, and the next pass has all of them again", async () => {
    program("upload", () => ({ exitCode: 7, stdout: "x" }));
    expect(await step("upload", "--retry", "2")).toMatchObject({ code: 7, stdout: "x" });
    expect(world.ran).toHaveLength(3);
    await world.pass();
    await step("upload", "--retry", "2");
    expect(world.ran).toHaveLength(6);
    expect((await world.store.history(world.id))?.attempts).toHaveLength(6);
  });

  test("is retried as the script's header says where it does not say so itself", async () => {
    program("upload", () => ({ exitCode: 7 }));
    await world.wf(["step", "upload", "--", "upload"], { WF_RETRY: "1" });
    await world.wf(["step", "again", "--retry", "0", "--", "upload"], { WF_RETRY: "1" });
    expect(world.ran).toHaveLength(3);
  });

  test("that has to wait longer than it may be held parks the pass, and goes on with the attempts it has left", async () => {
    program("upload", () => ({ exitCode: 7 }));
    expect((await step("upload", "--retry", "1", "--delay", "1h")).code).toBe(5);
    const left = await world.store.scripts.passOf(world.id, world.term);
    expect(left).toMatchObject({ parks: true, waitsFor: { kind: "retry" }, wakeAt: world.now + 1_800_000 });
    world.now += 3_600_000;
    await world.pass();
    expect((await step("upload", "--retry", "1", "--delay", "1h")).code).toBe(7);
    expect(world.ran).toHaveLength(2);
  });

  test("that ran out of time ends with 124, as a failed attempt", async () => {
    program("hang", ({ timeoutMs }) => ({ exitCode: 143, signal: "SIGTERM", isTimedOut: timeoutMs === 90_000 }));
    expect((await step("hang", "--timeout", "1m 30s")).code).toBe(124);
    expect((await world.store.history(world.id))?.attempts[0]?.errorText).toContain("STEP_TIMEOUT");
    program("late", () => ({ exitCode: 0, isTimedOut: true }));
    expect((await step("late", "--timeout", "1s")).code).toBe(124);
  });

  test("whose command is not there ends with 127, and is not retried", async () => {
    program("nope", () => Promise.reject(Object.assign(new Error("no"), { code: "ENOENT" })));
    const told = await step("nope", "--retry", "5");
    expect([told.code, told.notes.join(), world.ran]).toEqual([127, expect.stringContaining("no such command"), ["nope"]]);
    program("forbidden", () => Promise.reject(Object.assign(new Error("no"), { code: "EACCES" })));
    expect((await step("forbidden")).code).toBe(126);
    program("full", () => Promise.reject(Object.assign(new Error("no"), { code: "EMFILE" })));
    expect(await refusal(step("full"))).toBe("EMFILE");
  });
});

describe("names", () => {
  test("the second call of a name in a pass is another step, in every pass the same", async () => {
    program("convert", () => ({ stdout: `${world.ran.length}` }));
    const all = async (): Promise<string[]> => [
      (await step("convert")).stdout,
      (await step("convert")).stdout,
      (await step("convert")).stdout,
    ];
    expect(await all()).toEqual(["1", "2", "3"]);
    await world.pass();
    expect(await all()).toEqual(["1", "2", "3"]);
    expect((await step("convert")).stdout).toBe("4");
  });

  test("with a key it is the same step in whatever order it is called", async () => {
    program("convert", () => ({ stdout: `${world.ran.length}` }));
    expect([(await step("convert", "--key", "a")).stdout, (await step("convert", "--key", "b")).stdout]).toEqual(["1", "2"]);
    await world.pass();
    expect([(await step("convert", "--key", "b")).stdout, (await step("convert", "--key", "a")).stdout]).toEqual(["2", "1"]);
    expect((await step("convert")).stdout).toBe("3");
  });

  test("a call of a name that runs in this pass is refused without a key, and runs nothing", async () => {
    const codes: string[] = [];
    program("job", async () => {
      if (world.ran.length > 1) return {};
      codes.push(await refusal(step("job")));
      codes.push(String((await step("job", "--key", "2")).code));
      return {};
    });
    expect((await step("job")).code).toBe(0);
    expect(codes).toEqual(["STEP_NAME_RUNS", "0"]);
    expect((await step("job")).code).toBe(0); // it was not counted
    expect((await world.steps()).map(({ scope, n }) => [scope, n])).toEqual([
      ["job=2", 1],
      ["", 1],
      ["", 2],
    ]);
  });

  test("steps within the command of a step have names of their own, and the finished ones stay when it is tried again", async () => {
    program("outer", async ({ env }) => {
      await world.wf(["step", "inner", "--", "inner"], { ...env });
      await world.wf(["step", "inner", "--", "inner"], { ...env });
      return { exitCode: world.ran.filter((name) => name === "outer").length < 3 ? 1 : 0 };
    });
    expect((await step("outer", "--retry", "1")).code).toBe(1);
    await world.pass();
    expect((await step("outer")).code).toBe(0);
    expect((await step("inner")).code).toBe(0);
    expect(world.ran.filter((name) => name === "inner")).toHaveLength(3);
    expect((await world.steps()).map(({ scope, name, n }) => `${scope}/${name}#${n}`).sort()).toEqual([
      "/inner#1",
      "/outer#1",
      "outer/inner#1",
      "outer/inner#2",
    ]);
  });
});
