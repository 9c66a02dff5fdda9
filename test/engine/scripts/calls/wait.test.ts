/** `wf sleep` and `wf wait-event` over the real store: what they wait for, when they park, and what the rest of the pass does then. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { refusal, World } from "./calling.ts";

let world: World;
beforeEach(async () => {
  world = await World.open();
  await world.pass();
});
afterEach(() => world.close());

const DAY = 86_400_000;
const left = () => world.store.scripts.passOf(world.id, world.term);
const send = (name: string, payloadText: string) =>
  world.store.addEvent(world.id, { id: `${name}-${payloadText}`, name, payloadText, sentAt: world.now });

describe("a sleep", () => {
  test("that may not be held parks the pass, and nothing begins in it any more", async () => {
    expect((await world.wf(["sleep", "trial", "3d"])).code).toBe(5);
    for (const words of [["step", "x", "--", "x"], ["sleep", "1ms"], ["wait-event", "go"], ["end"]]) {
      expect([words, (await world.wf(words, { WF_HOLD: "10000" })).code]).toEqual([words, 5]);
    }
    expect(world.ran).toEqual([]);
    expect(await left()).toEqual({
      ...{ parks: true, wakeAt: world.now + 3 * DAY, waitsFor: { kind: "sleep", detail: 'sleep "trial"' } },
      ...{ events: [], running: [], ended: null, inDoubt: null },
    });
  });

  test("is counted from its first call, and over in every pass after its time", async () => {
    await world.wf(["sleep", "3d"]);
    world.now += 2 * DAY;
    await world.pass();
    expect((await world.wf(["sleep", "3d"])).code).toBe(5);
    expect((await left()).wakeAt).toBe(world.now + DAY);
    world.now += DAY;
    await world.pass();
    expect((await world.wf(["sleep", "1000d"])).code).toBe(0); // its identity is the name, not the length
    await world.pass();
    expect((await world.wf(["sleep", "3d"])).code).toBe(0);
  });

  test("that may be held is waited for in place", async () => {
    const from = world.now;
    expect((await world.wf(["sleep", "10m"], { WF_HOLD: "10m" })).code).toBe(0);
    expect(world.now - from).toBe(600_000);
    expect((await world.wf(["sleep", "10m"], { WF_HOLD: "599999" })).code).toBe(5);
    expect(await refusal(world.wf(["sleep", "1s"], { WF_HOLD: "long" }))).toBe("DURATION_INVALID");
  });

  test("of no length is over at once, and a second one of the pass is another", async () => {
    expect([(await world.wf(["sleep", "0s"])).code, (await world.wf(["sleep", "1s"])).code]).toEqual([0, 5]);
    expect((await world.steps()).map(({ kind, name, n, status }) => [kind, name, n, status])).toEqual([
      ["sleep", "sleep", 1, "completed"],
      ["sleep", "sleep", 2, "sleeping"],
    ]);
  });

  test("that is held lets go when the pass is stopped, or somebody wakes it", async () => {
    world.onPause = () => world.store.scripts.stopPass(world.id, world.term);
    expect((await world.wf(["sleep", "10m"], { WF_HOLD: "10m" })).code).toBe(5);
    world.onPause = undefined;
    await world.pass();
    const from = world.now;
    world.onPause = async () => {
      world.onPause = undefined;
      const [row] = await world.steps();
      if (row === undefined) throw new Error("no row");
      const workerId = (await world.store.ownerOf(world.id))?.id ?? "";
      const lease = { executionId: world.id, workerId, term: world.term };
      await new Promise<void>((resolve, reject) =>
        world.store.submit({ lease, steps: [{ ...row, wakeAt: world.now }] }, (error) => (error === undefined ? resolve() : reject(error))),
      );
    };
    expect((await world.wf(["sleep", "10m"], { WF_HOLD: "10m" })).code).toBe(0);
    expect(world.now - from).toBeLessThan(1_000);
  });
});

describe("waiting for an event", () => {
  test("takes the oldest that was sent, prints its payload, and the same in every pass", async () => {
    await send("go", '{"a":1}');
    await send("go", '"later"');
    const first = await world.wf(["wait-event", "go"]);
    await world.pass();
    const second = await world.wf(["wait-event", "go"]);
    expect([first.code, first.stdout, second.stdout]).toEqual([0, '{"a":1}\n', '{"a":1}\n']);
    expect((await world.wf(["wait-event", "go"])).stdout).toBe('"later"\n');
    expect((await world.wf(["wait-event", "go"])).code).toBe(3);
  });

  test("parks: with 3 where only an event ends it, with 5 where a time does", async () => {
    expect((await world.wf(["wait-event", "go"])).code).toBe(3);
    expect(await left()).toMatchObject({ parks: true, wakeAt: null, events: [{ name: "go", afterCursor: 0 }] });
    await world.pass();
    expect((await world.wf(["wait-event", "stop", "--timeout", "2d"])).code).toBe(5);
    expect(await left()).toMatchObject({ wakeAt: world.now + 2 * DAY, waitsFor: { kind: "event", detail: 'event "stop"' } });
  });

  test("prints nothing and says 124 when its time is over, in every pass, though the event comes then", async () => {
    await world.wf(["wait-event", "go", "--timeout", "1d"]);
    world.now += DAY;
    await world.pass();
    expect(await world.wf(["wait-event", "go", "--timeout", "1d"])).toMatchObject({ code: 124, stdout: "" });
    await send("go", "1");
    await world.pass();
    expect(await world.wf(["wait-event", "go", "--timeout", "1d"])).toMatchObject({ code: 124, stdout: "" });
  });

  test("an event that has come goes before a time that has passed meanwhile", async () => {
    await world.wf(["wait-event", "go", "--timeout", "1d"]);
    await send("go", "null");
    world.now += 2 * DAY;
    await world.pass();
    expect(await world.wf(["wait-event", "go", "--timeout", "1d"])).toMatchObject({ code: 0, stdout: "null\n" });
  });

  test("is held where the carrier stays for whatever comes, and sees an event as it comes", async () => {
    let looks = 0;
    world.onPause = () => (++looks === 5 ? send("go", "[1]") : undefined);
    expect(await world.wf(["wait-event", "go"], { WF_HOLD: String(Number.MAX_SAFE_INTEGER) })).toMatchObject({ code: 0, stdout: "[1]\n" });
  });

  test("gives what JSON has no form for as it prints", async () => {
    await send("go", 'devalue:1:[{"n":1},["BigInt","12"]]');
    expect((await world.wf(["wait-event", "go"])).stdout).toBe('{"n":"12"}\n');
    await send("none", "devalue:1:-1");
    expect((await world.wf(["wait-event", "none"])).stdout).toBe("null\n");
  });
});

describe("a wait within a step", () => {
  test("parks the pass, and the step around it has not failed", async () => {
    world.programs.set("outer", async ({ env }) => {
      await world.wf(["step", "inner", "--", "inner"], { ...env });
      return { exitCode: (await world.wf(["sleep", "1d"], { ...env })).code };
    });
    expect((await world.wf(["step", "outer", "--once", "--retry", "3", "--", "outer"])).code).toBe(5);
    world.now += DAY;
    await world.pass();
    expect((await world.wf(["step", "outer", "--once", "--retry", "3", "--", "outer"])).code).toBe(0);
    expect(world.ran).toEqual(["outer", "inner", "outer"]);
    expect((await world.store.history(world.id))?.attempts).toEqual([]);
  });

  test("an exit code of 5 of a command that has parked nothing is a failure", async () => {
    world.programs.set("five", () => ({ exitCode: 5 }));
    await world.wf(["step", "five", "--", "five"]);
    expect((await world.steps())[0]?.status).toBe("failed");
  });
});

describe("what a script says at its end", () => {
  test("is noted for its carrier, and the last word counts", async () => {
    await world.wf(["end", '{"rows":12}']);
    expect((await left()).ended).toEqual({ outputText: '{"rows":12}', failed: false });
    await world.wf(["end", "--failed"]);
    expect((await left()).ended).toMatchObject({ failed: true });
    await world.pass();
    expect((await left()).ended).toBeNull();
    expect((await world.record()).status).toBe("running");
  });

  test("a step that outlives the script is told to the carrier", async () => {
    let running: readonly unknown[] = [];
    world.programs.set("long", async () => {
      running = (await left()).running;
      return {};
    });
    await world.wf(["step", "long", "--", "long"]);
    expect([running, (await left()).running]).toMatchObject([[{ kind: "shell", name: "long" }], []]);
  });
});
