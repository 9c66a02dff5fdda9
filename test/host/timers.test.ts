/** Waiting on top of timers that fire early, overflow and know no wall clock. */
import { describe, expect, test } from "bun:test";
import type { Clock } from "../../src/engine/host.ts";
import { type SetTimer, systemTimers, timersOver } from "../../src/host/timers.ts";
import { spawnScript } from "./spawned.ts";

const START_AT = 1_800_000_000_000;

/** A machine whose clocks and timers move only when told to. */
const machine = () => {
  let [wall, monotonic] = [START_AT, 500];
  let set: { ms: number; fn: () => void; background: boolean } | undefined;
  const lengths: number[] = [];
  const clock: Clock = { now: () => wall, monotonic: () => monotonic, boot: () => monotonic };
  const setTimer: SetTimer = (ms, fn, background) => {
    lengths.push(ms);
    const mine = (set = { ms, fn, background });
    return () => {
      if (set === mine) set = undefined;
    };
  };
  return {
    timers: timersOver(clock, setTimer),
    lengths,
    isSet: () => set !== undefined,
    isBackground: () => set?.background,
    /** Lets the timer that is set fire, `shiftMs` off its time, while the wall clock moves by as much or by `wallMs`. */
    fire(shiftMs = 0, wallMs?: number): void {
      const due = set;
      if (due === undefined) throw new Error("no timer is set");
      set = undefined;
      monotonic += due.ms + shiftMs;
      wall += wallMs ?? due.ms + shiftMs;
      due.fn();
    },
  };
};

describe("after", () => {
  test("fires once, when the time has passed", () => {
    const { timers, lengths, fire, isSet } = machine();
    let fired = 0;
    timers.after(100, () => fired++);
    expect(lengths).toEqual([100]);
    fire();
    expect([fired, isSet()]).toEqual([1, false]);
  });

  test("waits for the rest when the machine's timer fires early", () => {
    const { timers, lengths, fire } = machine();
    let fired = 0;
    timers.after(100, () => fired++);
    fire(-0.4);
    expect([fired, lengths.at(-1)]).toEqual([0, 1]);
    fire();
    expect(fired).toBe(1);
  });

  test("is not moved by the wall clock", () => {
    const { timers, fire } = machine();
    let fired = 0;
    timers.after(100, () => fired++);
    fire(0, -3_600_000);
    expect(fired).toBe(1);
  });

  test.each([30_000, 30_001, 2 ** 31 - 1, 2 ** 31, 25 * 86_400_000])("sets no timer longer than 30 s for %d ms", (ms) => {
    const { timers, lengths, fire } = machine();
    let fired = 0;
    timers.after(ms, () => fired++);
    while (fired === 0) fire();
    expect(Math.max(...lengths)).toBeLessThanOrEqual(30_000);
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(ms);
  });

  test("fires in the next turn for 0 and for less", () => {
    for (const ms of [0, -1, Number.NEGATIVE_INFINITY]) {
      const { timers, lengths, fire } = machine();
      let fired = 0;
      timers.after(ms, () => fired++);
      expect([fired, ...lengths]).toEqual([0, 0]);
      fire();
      expect(fired).toBe(1);
    }
  });

  test("never fires for infinity, and refuses NaN", () => {
    const { timers, fire } = machine();
    let fired = 0;
    timers.after(Number.POSITIVE_INFINITY, () => fired++);
    for (let round = 0; round < 100; round++) fire();
    expect(fired).toBe(0);
    expect(() => timers.after(Number.NaN, () => {})).toThrow("NaN");
  });

  test("can be cancelled, at first and after a round", () => {
    for (const rounds of [0, 1, 3]) {
      const { timers, fire, isSet } = machine();
      const cancel = timers.after(1_000_000, () => expect.unreachable());
      for (let round = 0; round < rounds; round++) fire();
      expect(isSet()).toBe(true);
      cancel();
      expect(isSet()).toBe(false);
    }
  });

  test("stays in the background, if it was set so, through all rounds", () => {
    const { timers, fire, isBackground } = machine();
    timers.after(100_000, () => {}, { background: true });
    expect(isBackground()).toBe(true);
    fire();
    expect(isBackground()).toBe(true);
    timers.after(1, () => {});
    expect(isBackground()).toBe(false);
  });
});

describe("at", () => {
  test("fires once the wall clock shows the instant, and at the instant itself", () => {
    const { timers, lengths, fire } = machine();
    let fired = 0;
    timers.at(START_AT + 45_000, () => fired++);
    fire();
    expect(fired).toBe(0);
    fire();
    expect([fired, lengths]).toEqual([1, [30_000, 15_000]]);
  });

  test("fires within 30 s of a clock that was put forward past the instant", () => {
    const { timers, fire } = machine();
    let fired = 0;
    timers.at(START_AT + 3_600_000, () => fired++);
    fire(0, 3_600_000);
    expect(fired).toBe(1);
  });

  test("does not fire early on a clock that was put back", () => {
    const { timers, lengths, fire } = machine();
    let fired = 0;
    timers.at(START_AT + 10_000, () => fired++);
    fire(0, 10_000 - 7_200_000);
    expect([fired, lengths.at(-1)]).toEqual([0, 30_000]);
    for (let round = 0; round < 239; round++) fire();
    expect(fired).toBe(0);
    fire();
    expect(fired).toBe(1);
  });

  test("does not fire a millisecond early", () => {
    const { timers, fire } = machine();
    let fired = 0;
    timers.at(START_AT + 100, () => fired++);
    fire(-1);
    expect(fired).toBe(0);
    fire();
    expect(fired).toBe(1);
  });

  test("fires in the next turn for an instant that has passed, and waits ten years in small parts", () => {
    const { timers, lengths } = machine();
    timers.at(START_AT - 1, () => {});
    timers.at(START_AT + 10 * 365 * 86_400_000, () => {});
    timers.at(8.64e15, () => {});
    expect(lengths).toEqual([0, 30_000, 30_000]);
  });
});

describe("turn", () => {
  const nextTurns = (count: number): Promise<void> =>
    new Promise((resolve) => {
      let left = count;
      const go = (): unknown => (left-- === 0 ? resolve() : setImmediate(go));
      go();
    });

  test("runs functions in the order of the calls, not at once", async () => {
    const order: string[] = [];
    for (const name of ["one", "two", "three"]) systemTimers.turn(() => order.push(name));
    expect(order).toEqual([]);
    await Promise.resolve();
    expect(order).toEqual([]);
    await nextTurns(1);
    expect(order).toEqual(["one", "two", "three"]);
  });

  test("all reactions to one function run before the next function", async () => {
    const order: string[] = [];
    const react = async (name: string, depth: number): Promise<void> => {
      for (let await_ = 0; await_ < depth; await_++) await undefined;
      order.push(name);
    };
    systemTimers.turn(() => void react("after one", 200));
    systemTimers.turn(() => void react("after two", 3));
    systemTimers.turn(() => order.push("three"));
    await nextTurns(1);
    expect(order).toEqual(["after one", "after two", "three"]);
  });

  test("a function given by a running one waits for the next turn", async () => {
    const order: string[] = [];
    systemTimers.turn(() => {
      order.push("first");
      systemTimers.turn(() => order.push("of the next turn"));
    });
    systemTimers.turn(() => order.push("second"));
    await nextTurns(2);
    expect(order).toEqual(["first", "second", "of the next turn"]);
  });

  test("an error of one function loses none of the others", async () => {
    const { lines } = await spawnScript(`
      import { systemTimers } from "SRC/host/timers.ts";
      process.on("uncaughtException", (error) => console.log("error", error.message));
      systemTimers.turn(() => console.log("one"));
      systemTimers.turn(() => { throw new Error("two"); });
      systemTimers.turn(() => console.log("three"));
    `);
    expect(lines).toEqual(["one", "error two", "three"]);
  });
});

test("a rejection in a turn is told before the next timer fires, in whatever context it happens", async () => {
  const { lines } = await spawnScript(`
    import { systemTimers } from "SRC/host/timers.ts";
    import { openStrayContext } from "SRC/host/stray.ts";
    process.on("unhandledRejection", (error) => console.log("process", error.message));
    const context = openStrayContext((error) => console.log("context", error.message));
    setTimeout(() => {
      setTimeout(() => console.log("timer"), 20);
      systemTimers.turn(() => void Promise.reject(new Error("one")));
      systemTimers.turn(() => context.run(() => void Promise.reject(new Error("two"))));
      systemTimers.turn(() => systemTimers.turn(() => void Promise.reject(new Error("three"))));
    }, 1);
  `);
  expect(lines).toEqual(["process one", "context two", "process three", "timer"]);
});

test("real timers fire, can be cancelled, and let the process end when in the background", async () => {
  const { lines, exitCode } = await spawnScript(`
    import { systemTimers } from "SRC/host/timers.ts";
    const startedAt = performance.now();
    systemTimers.after(20, () => console.log("after", performance.now() - startedAt >= 20));
    systemTimers.at(Date.now() + 20, () => console.log("at"));
    systemTimers.after(5, () => console.log("cancelled"))();
    systemTimers.after(60_000, () => console.log("background"), { background: true });
    systemTimers.at(Date.now() + 60_000, () => console.log("background"), { background: true });
  `);
  expect([lines.toSorted(), exitCode]).toEqual([["after true", "at"], 0]);
});
