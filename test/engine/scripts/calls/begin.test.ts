/** Scripts outside of workflow files: their executions belong to the process of the script, and to nobody else. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { type Program, refusal, World } from "./calling.ts";

let world: World;
beforeEach(async () => {
  world = await World.open();
  world.id = "deploy-1";
});
afterEach(() => world.close());

const DAY = 86_400_000;
const wf = (...words: readonly string[]) => world.wf(words, { WF_TERM: "" });
const program = (name: string, does: Program): void => void world.programs.set(name, does);

/** A tick of another process. */
const sweep = () => world.store.claimDue({ worker: world.worker(9), now: world.now, limit: 10 });

describe("wf begin", () => {
  test("makes an execution that the script owns, and goes on with it when the script is run again", async () => {
    await world.begin(10);
    program("build", () => ({ stdout: `${world.ran.length}` }));
    expect((await wf("step", "build", "--", "build")).stdout).toBe("1");
    world.dead.add(10);
    await world.begin(11);
    expect((await wf("step", "build", "--", "build")).stdout).toBe("1");
    expect(await world.record()).toMatchObject({ status: "running", workflow: "deploy", origin: "begin sh deploy.sh" });
  });

  test("is refused while another script that lives has the id, and begins a new pass for the same one", async () => {
    await world.begin(10);
    await wf("step", "a", "--", "a");
    expect(await refusal(world.begin(11))).toBe("SCRIPT_OWNED");
    await world.begin(10);
    await wf("step", "a", "--", "a");
    expect(world.ran).toEqual(["a"]);
  });

  test("is refused while another script that the same program has started has the id, and goes on when that one has ended", async () => {
    await world.begin(10, {}, 11);
    await wf("step", "a", "--", "a");
    expect(await refusal(world.begin(10, {}, 12))).toBe("SCRIPT_OWNED");
    await world.begin(10, {}, 11);
    world.dead.add(11);
    await world.begin(10, {}, 12);
    await wf("step", "a", "--", "a");
    expect(world.ran).toEqual(["a"]);
    await wf("end");
    expect(await world.store.workers()).toEqual([]);
  });

  test("is refused for what is over, blocked or paused, was made otherwise, or has another input", async () => {
    await world.begin(10);
    expect(await refusal(world.begin(10, { inputText: '{"a":1}' }))).toBe("INPUT_MISMATCH");
    expect(await refusal(world.begin(10, { name: "other" }))).toBe("INPUT_MISMATCH");
    await wf("end");
    expect(await refusal(world.begin(10))).toBe("EXECUTION_OVER");
    world.id = "nightly-1";
    await world.store.create(world.execution(), {});
    expect(await refusal(world.begin(10, { id: "nightly-1", name: "nightly" }))).toBe("ID_TAKEN");
    await world.begin(10, { id: "paused-1" });
    world.dead.add(10);
    await world.store.claimDue({ worker: world.worker(9), now: world.now, limit: 10 });
    await world.store.operations.pause("paused-1", { at: world.now, by: "me", reason: null, isDry: false });
    expect(await refusal(world.begin(11, { id: "paused-1" }))).toBe("ACTION_REFUSED");
    expect(await refusal(world.begin(11, { id: "../x" }))).toBe("ID_INVALID");
    expect(await refusal(world.begin(11, { name: "a b" }))).toBe("NAME_INVALID");
  });

  test("is refused in a script that wf carries", async () => {
    const call = { name: "deploy", id: null, inputText: "{}", show: () => {} };
    const { callBegin } = await import("../../../../src/engine/scripts/calls/begin.ts");
    const more = { owner: world.process(10), beginner: undefined, commandLine: undefined, version: "test", boot: () => 0 };
    expect(await refusal(world.tell(50, { WF_TERM: "3" }, (parts) => callBegin(call, { ...parts, ...more })))).toBe("USAGE");
  });

  test("without an id begins another execution each time", async () => {
    const ids: string[] = [];
    await world.begin(10, { id: null, show: ({ id }) => ids.push(id) });
    world.now++;
    expect(ids[0]).toMatch(/^deploy-[0-9a-z]{10}$/);
  });
});

describe("a call of a script that nobody carries", () => {
  test("has to come from the script that owns the execution", async () => {
    await world.begin(10);
    world.dead.add(10);
    await world.begin(11);
    world.script = 10; // a job that the first one has left behind
    expect(await refusal(wf("step", "a", "--", "a"))).toBe("NOT_OF_SCRIPT");
    expect(await refusal(wf("end"))).toBe("NOT_OF_SCRIPT");
    world.script = 11;
    expect(await refusal(wf("step", "a", "--", "a"))).toBe("not refused");
    expect(world.ran).toEqual(["a"]);
  });

  test("is told what is missing where there is no execution", async () => {
    expect(await refusal(world.wf(["step", "a", "--", "a"], { WF_EXECUTION: "", WF_TERM: "" }))).toBe("NO_SCRIPT");
    expect(await refusal(wf("step", "a", "--", "a"))).toBe("EXECUTION_NOT_FOUND");
  });

  test("that parks lets go of the execution; no tick takes it up, and the script run again waits on", async () => {
    await world.begin(10);
    const told = await wf("sleep", "3d");
    expect([told.code, told.notes.join()]).toEqual([5, expect.stringContaining("run the script again")]);
    expect(await world.record()).toMatchObject({ status: "waiting", reason: "sleep", wakeAt: null });
    expect((await wf("step", "a", "--", "a")).code).toBe(5);
    world.now += DAY;
    await world.begin(11);
    expect((await wf("sleep", "3d")).code).toBe(5);
    world.now += 2 * DAY;
    expect((await sweep()).claimed).toEqual([]);
    await world.begin(12);
    expect([(await wf("sleep", "3d")).code, world.ran]).toEqual([0, []]);
  });

  test("an event that comes does not make it due for a tick either", async () => {
    await world.begin(10);
    expect((await wf("wait-event", "go")).code).toBe(3);
    await world.store.addEvent(world.id, { id: "e", name: "go", payloadText: "1", sentAt: world.now });
    expect((await sweep()).claimed).toEqual([]);
    await world.begin(11);
    expect((await wf("wait-event", "go")).stdout).toBe("1\n");
  });

  test("whose script has died is never taken up by a tick", async () => {
    await world.begin(10);
    world.dead.add(10);
    expect((await sweep()).claimed).toEqual([]);
    expect(await world.record()).toMatchObject({ status: "waiting", reason: "restart", wakeAt: null });
    await world.begin(11);
    expect((await wf("step", "a", "--", "a")).code).toBe(0);
  });

  test("in doubt blocks the execution, and goes on once a person has settled it", async () => {
    await world.begin(10);
    const started = Promise.withResolvers<void>();
    program("pay", () => {
      started.resolve();
      return new Promise<never>(() => {});
    });
    void wf("step", "pay", "--once", "--", "pay");
    await started.promise;
    const { process } = JSON.parse((await world.steps())[0]?.detail ?? "") as { readonly process: { readonly pid: number } };
    world.dead.add(process.pid).add(10);
    await world.begin(11);
    expect(await refusal(wf("step", "pay", "--once", "--", "pay"))).toBe("STEP_IN_DOUBT");
    expect(await world.record()).toMatchObject({ status: "blocked", reason: "in-doubt" });
    expect(await refusal(world.begin(11))).toBe("SCRIPT_BLOCKED");
    const act = { at: world.now, by: "me", reason: null, isDry: false };
    await world.store.operations.resolve(world.id, { step: "pay", settlement: { how: "skip" } }, act);
    expect((await sweep()).claimed).toEqual([]);
    await world.begin(12);
    expect((await wf("step", "pay", "--once", "--", "pay")).code).toBe(0);
    expect(world.ran).toEqual(["pay"]);
  });

  test("meets a cancellation, and ends the execution itself", async () => {
    await world.begin(10);
    await world.store.requestCancel(world.id, { at: world.now, reason: "wrong" });
    expect((await world.record()).status).toBe("running");
    expect(await refusal(wf("step", "a", "--", "a"))).toBe("CANCELLED");
    expect((await world.record()).status).toBe("cancelled");
    expect(await refusal(world.begin(10))).toBe("EXECUTION_OVER");
  });
});

describe("wf end", () => {
  test("completes the execution with its output", async () => {
    await world.begin(10);
    await wf("end", '{"rows":12}');
    expect(await world.record()).toMatchObject({ status: "completed", outputText: '{"rows":12}', errorText: null });
    expect(await refusal(wf("step", "a", "--", "a"))).toBe("EXECUTION_OVER");
  });

  test("--failed fails it, and the script run again goes on from what is finished", async () => {
    await world.begin(10);
    await wf("step", "a", "--", "a");
    await wf("end", "--failed");
    expect((await world.record()).errorText).toContain("SCRIPT_ENDED_FAILED");
    await world.begin(11);
    await wf("step", "a", "--", "a");
    await wf("end");
    expect(await world.record()).toMatchObject({ status: "completed", errorText: null });
    expect(world.ran).toEqual(["a"]);
  });

  test("is refused while a step still runs", async () => {
    await world.begin(10);
    program("long", async () => {
      expect(await refusal(wf("end"))).toBe("SCRIPT_STEPS_RUN");
      return {};
    });
    await wf("step", "long", "--", "long");
    expect((await wf("end")).code).toBe(0);
  });
});
