/**
 * Goal: whatever dies and whoever comes back, a command runs in one process at a time, and what it has done is known.
 *
 * Method: calls over the real store, each a process of its own; which of them live is up to the test.
 */
import { Database } from "bun:sqlite";
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

/** A command that does not end before the test says so. */
const held = (name: string) => {
  const started = Promise.withResolvers<void>();
  const end = Promise.withResolvers<Awaited<ReturnType<Program>>>();
  let isFirst = true;
  program(name, () => {
    if (!isFirst) return { stdout: "second" };
    isFirst = false;
    started.resolve();
    return end.promise;
  });
  return { started: started.promise, end: end.resolve };
};

const pidOf = async (name: string): Promise<number> => {
  const row = (await world.steps()).find((one) => one.name === name);
  return (JSON.parse(row?.detail ?? "{}") as { readonly process: { readonly pid: number } }).process.pid;
};

describe("a step that another process runs", () => {
  test("is waited for by a later pass, and its result is taken, though it was begun in an earlier one", async () => {
    const dump = held("dump");
    const first = step("dump");
    await dump.started;
    await world.pass();
    let looks = 0;
    world.onPause = () => {
      if (++looks === 3) dump.end({ stdout: "rows" });
      return new Promise((resolve) => setImmediate(resolve));
    };
    const second = await step("dump");
    expect([second.code, second.stdout, second.notes.join()]).toEqual([0, "rows", expect.stringContaining("waiting for it")]);
    expect((await first).code).toBe(0);
    expect(world.ran).toEqual(["dump"]);
  });

  test("runs here once that process is dead; what it has left running is ended first, and the history tells of it", async () => {
    const dump = held("dump");
    const first = refusal(step("dump"));
    await dump.started;
    world.dead.add(await pidOf("dump"));
    await world.pass();
    const second = await step("dump");
    expect([second.code, second.stdout, world.ran]).toEqual([0, "second", ["dump", "dump"]]);
    expect([world.ended.length, second.notes.join()]).toEqual([1, expect.stringContaining("left running")]);
    const { steps, attempts } = (await world.store.history(world.id)) ?? { steps: [], attempts: [] };
    expect(attempts.map(({ attempt, errorText }) => [attempt, errorText.includes("STEP_INTERRUPTED")])).toEqual([[1, true]]);
    // It was not dead after all: what it brings is refused, and changes nothing.
    dump.end({ stdout: "first" });
    expect(await first).toBe("STEP_TAKEN_OVER");
    expect((await world.steps())[0]?.outputText).toBe(steps[0]?.outputText ?? "");
  });

  test("and that cannot be looked up, is waited for in its own pass, and counts as dead in the next", async () => {
    const dump = held("dump");
    void step("dump").catch(() => {});
    await dump.started;
    world.hidden.add(await pidOf("dump"));
    let looks = 0;
    world.onPause = () => {
      if (++looks > 40) throw new Error("still waiting");
    };
    expect(await refusal(step("dump", "--key", "other"))).toBe("not refused");
    expect(await refusal(step("dump"))).toBe("STEP_NAME_RUNS");
    await world.pass();
    expect((await step("dump")).stdout).toBe("second");
  });

  test("is not begun by two calls of the same key", async () => {
    const dump = held("dump");
    const first = step("dump", "--key", "k");
    await dump.started;
    world.onPause = () => dump.end({ stdout: "one" });
    expect((await step("dump", "--key", "k")).stdout).toBe("one");
    await first;
    expect(world.ran).toEqual(["dump"]);
  });
});

describe("a call of an earlier pass", () => {
  test.each([[["step", "x", "--", "x"]], [["sleep", "1s"]], [["wait-event", "go"]], [["end"]]])(
    "%p is refused, and does nothing",
    async (words) => {
      const old = String(world.term);
      await world.pass();
      expect(await refusal(world.wf(words, { WF_TERM: old }))).toBe("LEASE_LOST");
      expect([world.ran, await world.steps()]).toEqual([[], []]);
      expect(await world.store.scripts.passOf(world.id, world.term)).toMatchObject({ parks: false, ended: null });
    },
  );

  test("does not begin the next attempt of its step either", async () => {
    const upload = held("upload");
    const first = refusal(step("upload", "--retry", "5"));
    await upload.started;
    await world.pass();
    upload.end({ exitCode: 1 });
    expect(await first).toBe("LEASE_LOST");
    expect(world.ran).toEqual(["upload"]);
    expect((await step("upload", "--retry", "5")).code).toBe(0);
  });

  test("is refused as well while its owner is dead and nobody has come yet", async () => {
    for (const { pid } of await world.store.workers()) world.dead.add(pid);
    expect(await refusal(step("dump"))).toBe("LEASE_LOST");
  });

  test("leaves nothing behind in an execution that is over", async () => {
    const dump = held("dump");
    const first = refusal(step("dump"));
    await dump.started;
    for (const { pid } of await world.store.workers()) world.dead.add(pid);
    await world.store.requestCancel(world.id, { at: world.now, reason: null });
    dump.end({ stdout: "late" });
    expect(await first).toBe("STEP_TAKEN_OVER");
    expect((await world.steps())[0]?.status).toBe("cancelled");
    expect(await refusal(step("dump"))).toBe("EXECUTION_OVER");
  });
});

describe("the end of an attempt", () => {
  const begin = async () => {
    const [pass, process] = [{ executionId: world.id, term: world.term }, world.process(70)];
    const step = { scope: "", kind: "shell", name: "dump", isKeyed: false } as const;
    const answer = await world.store.scripts.callStep({ pass, step, process, once: false });
    if (answer.kind !== "begun") throw new Error(answer.kind);
    return { executionId: world.id, row: answer.row, process, outcome: { kind: "completed", outputText: "null" } } as const;
  };

  test("is recorded by the process that has begun it, and by no other", async () => {
    const end = await begin();
    expect(await world.store.scripts.endStep({ ...end, process: world.process(71) })).toBeUndefined();
    expect((await world.steps())[0]?.status).toBe("running");
    expect(await world.store.scripts.endStep(end)).toMatchObject({ status: "completed" });
    expect(await world.store.scripts.endStep(end)).toBeUndefined();
  });

  test("is not recorded once its execution is over, whoever has forgotten its row", async () => {
    const end = await begin();
    const lease = { executionId: world.id, workerId: (await world.store.ownerOf(world.id))?.id ?? "", term: world.term };
    await new Promise<void>((resolve, reject) =>
      world.store.submit({ lease, change: { status: "completed", outputText: "1", finishedAt: world.now }, release: true }, (error) =>
        error === undefined ? resolve() : reject(error),
      ),
    );
    expect(await world.store.scripts.endStep(end)).toBeUndefined();
    expect((await world.steps())[0]?.status).toBe("running");
  });
});

describe("what a carrier asks for after somebody else has taken the execution up", () => {
  test("does not stop the new pass, nor take away what its calls have left", async () => {
    const former = world.term;
    await world.pass();
    expect((await world.wf(["end", "--failed"])).code).toBe(0);
    await world.store.scripts.stopPass(world.id, former);
    const { parks, ended } = await world.store.scripts.passOf(world.id, world.term);
    expect([parks, ended?.failed]).toEqual([false, true]);
    await world.store.scripts.stopPass(world.id, world.term);
    expect((await world.store.scripts.passOf(world.id, world.term)).parks).toBe(true);
  });

  test("does not end a wait either; its own carrier does, and never that of a row which has ended", async () => {
    await world.wf(["sleep", "night", "1d"]);
    const [asleep] = await world.steps();
    await world.store.scripts.endWait(world.id, world.term - 1, null);
    expect(await world.steps()).toEqual([asleep as never]);
    await world.store.scripts.endWait(world.id, world.term, null);
    expect((await world.steps())[0]).toMatchObject({ status: "sleeping", wakeAt: world.now });
    await world.pass();
    expect((await world.wf(["sleep", "night", "1d"])).code).toBe(0);
    const [over] = await world.steps();
    await world.store.scripts.endWait(world.id, world.term, `${String(over?.name)}`);
    await world.store.scripts.endWait(world.id, world.term, null);
    expect(await world.steps()).toEqual([over as never]);
  });
});

describe("rows of a pass that do not match their checksum", () => {
  test.each([
    ["how often a name was called", "UPDATE script_counts SET n = n + 1", ["step", "dump", "--", "dump"]],
    ["what the pass has left", "UPDATE script_passes SET parks = 0", ["sleep", "1d"]],
  ])("are refused: %s", async (_, damage, words) => {
    await step("dump");
    await world.store.scripts.stopPass(world.id, world.term);
    if (words[0] === "step") await world.pass();
    if (words[0] === "step") await step("dump");
    const database = new Database(world.file);
    database.run(damage);
    database.close();
    expect(await refusal(world.wf(words))).toBe("CORRUPT");
  });
});

describe("a step that begins at most once", () => {
  test("and was killed in the middle is in doubt: it does not run, and a person settles it", async () => {
    const pay = held("pay");
    void step("pay", "--once").catch(() => {});
    await pay.started;
    world.dead.add(await pidOf("pay"));
    await world.pass();
    expect(await refusal(step("pay", "--once"))).toBe("STEP_IN_DOUBT");
    expect(world.ran).toEqual(["pay"]);
    expect((await world.store.scripts.passOf(world.id, world.term)).inDoubt).toMatchObject({ kind: "shell", name: "pay" });

    for (const { pid } of await world.store.workers()) world.dead.add(pid);
    const act = { at: world.now, by: "me", reason: null, isDry: false };
    await world.store.operations.resolve(world.id, { step: "pay", settlement: { how: "result", outputText: '"paid 12"' } }, act);
    await world.pass();
    expect(await step("pay", "--once")).toMatchObject({ code: 0, stdout: "paid 12\n" });
    expect(world.ran).toEqual(["pay"]);
  });

  test.each([
    ["failed", { how: "failed", errorText: '{"name":"Error","message":"no","code":null,"stack":null,"cause":null}' }, "STEP_SAID_FAILED"],
    ["skipped", { how: "skip" }, "not refused"],
    ["to be tried again", { how: "retry" }, "not refused"],
  ] as const)("and that a person has settled as %s does as it was said", async (_, settlement, refused) => {
    const pay = held("pay");
    void step("pay", "--once").catch(() => {});
    await pay.started;
    world.dead.add(await pidOf("pay"));
    await world.pass();
    expect(await refusal(step("pay", "--once"))).toBe("STEP_IN_DOUBT");
    for (const { pid } of await world.store.workers()) world.dead.add(pid);
    await world.store.operations.resolve(world.id, { step: "pay", settlement }, { at: world.now, by: "me", reason: null, isDry: false });
    await world.pass();
    expect(await refusal(step("pay", "--once"))).toBe(refused);
    expect(world.ran).toHaveLength(settlement.how === "retry" ? 2 : 1);
  });

  test("and failed by itself has not happened: the next pass runs it again", async () => {
    program("pay", () => ({ exitCode: world.ran.length === 1 ? 1 : 0 }));
    expect((await step("pay", "--once")).code).toBe(1);
    await world.pass();
    expect((await step("pay", "--once")).code).toBe(0);
  });
});

describe("a step that was cut off from outside", () => {
  test("is not finished, whatever its exit code, and no attempt is used up", async () => {
    program("serve", () => (world.ran.length === 1 ? { exitCode: 0, interruptedBy: "SIGTERM" } : {}));
    expect((await step("serve", "--retry", "3")).code).toBe(1);
    await world.pass();
    expect((await step("serve", "--retry", "3")).code).toBe(0);
    expect((await world.store.history(world.id))?.attempts).toEqual([]);
  });

  test("and begins at most once is in doubt", async () => {
    program("pay", () => ({ exitCode: 143, signal: "SIGTERM", interruptedBy: "SIGTERM" }));
    expect((await step("pay", "--once")).code).toBe(143);
    expect(await refusal(step("pay", "--once"))).toBe("not refused"); // another call of that name
    expect((await world.store.scripts.passOf(world.id, world.term)).inDoubt).toMatchObject({ name: "pay", n: 1 });
  });
});

describe("an execution that is to be cancelled", () => {
  test("begins nothing any more", async () => {
    await world.store.requestCancel(world.id, { at: world.now, reason: "wrong" });
    expect(await refusal(step("dump"))).toBe("CANCELLED");
    expect(await refusal(world.wf(["sleep", "1s"]))).toBe("CANCELLED");
    expect(world.ran).toEqual([]);
  });
});
