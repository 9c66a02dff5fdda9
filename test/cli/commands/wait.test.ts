import { describe, expect, test } from "bun:test";
import type { CarryOptions } from "../../../src/model/client.ts";
import { fail } from "../../../src/model/errors.ts";
import type { ExecutionView } from "../../../src/model/views.ts";
import { executionOf, type Given, iso, ManualSignals, ManualTimers, settle, wf } from "../harness.ts";

type States = Readonly<Record<string, readonly Partial<ExecutionView>[]>>;

/** Each look at an execution gives its next state; the last one stays. */
const waiting = async (line: string, states: States, given: Given = {}) => {
  const carried: (CarryOptions & { readonly id: string })[] = [];
  const looks = new Map<string, number>();
  const ran = await wf(line, {
    ...given,
    client: {
      resolveId: (reference: string) =>
        reference in states ? Promise.resolve(reference) : Promise.reject(fail("EXECUTION_NOT_FOUND", { id: reference })),
      carry: (id: string, options: CarryOptions) => {
        carried.push({ id, ...options });
        const look = looks.get(id) ?? 0;
        looks.set(id, look + 1);
        const states_ = states[id] ?? [];
        return Promise.resolve(executionOf({ id, ...states_[Math.min(look, states_.length - 1)] }));
      },
      history: (id: string) => Promise.resolve({ execution: executionOf({ id }), steps: [] }),
      ...given.client,
    },
  });
  return { ...ran, carried };
};

const completed = { status: "completed" } as const;
const failed = { status: "failed", output: null } as const;
const blocked = { status: "blocked", reason: "diverged", finishedAt: null } as const;
const sleeping = { status: "sleeping", reason: "sleep", wakeAt: iso(3_600_000), finishedAt: null } as const;
const paused = { status: "paused", reason: "paused", finishedAt: null } as const;

describe("wf wait", () => {
  test("carries one execution, and prints one document and its code", async () => {
    const { code, stdout, carried, opened } = await waiting("wait a --json", { a: [completed] });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(executionOf({ id: "a" }));
    expect(carried).toMatchObject([{ id: "a", holdMs: 60_000 }]);
    expect(opened).toMatchObject([{ role: "run", create: false }]);
  });

  test("gives the code of one that has ended already, also when it failed", async () => {
    expect((await waiting("wait a", { a: [failed] })).code).toBe(1);
    expect((await waiting("wait a", { a: [{ status: "cancelled" }] })).code).toBe(6);
  });

  test("returns when it is parked or blocked", async () => {
    expect((await waiting("wait a", { a: [sleeping] })).code).toBe(5);
    expect((await waiting("wait a", { a: [blocked] })).code).toBe(7);
    expect((await waiting("wait a", { a: [paused] })).code).toBe(3);
  });

  test("says at once that an id is unknown, before any is carried", async () => {
    const { code, carried, stderr } = await waiting("wait a b", { a: [completed] });
    expect([code, carried]).toEqual([4, []]);
    expect(stderr).toContain('No execution "b"');
  });

  test("needs an id, and takes the options of carrying but not --detach", async () => {
    expect(await waiting("wait", {})).toMatchObject({ code: 2 });
    expect(await waiting("wait a --detach", { a: [completed] })).toMatchObject({ code: 2, carried: [] });
    expect((await waiting("wait a --hold 5s", { a: [completed] })).carried).toMatchObject([{ holdMs: 5_000 }]);
    expect((await waiting("wait a --wait", { a: [completed] })).carried).toMatchObject([{ holdMs: Infinity }]);
  });
});

describe("several executions", () => {
  test("are a list of documents in the order of the ids, and the code is the worst", async () => {
    const { code, stdout } = await waiting("wait b a c --json", { a: [failed], b: [completed], c: [sleeping] });
    expect(code).toBe(1);
    expect(JSON.parse(stdout).map(({ id, status }: ExecutionView) => `${id} ${status}`)).toEqual(["b completed", "a failed", "c sleeping"]);
  });

  test("are waited for once each, and all at the same time", async () => {
    const { carried, stdout } = await waiting("wait a b a -o ids", { a: [completed], b: [completed] });
    expect(carried.map(({ id }) => id)).toEqual(["a", "b"]);
    expect(stdout).toBe("a\nb\n");
  });

  test("may come from standard input, and are a list even if there is one or none", async () => {
    const states = { a: [completed], b: [completed] };
    expect(JSON.parse((await waiting("wait - --json", states, { stdin: " a\n\nb " })).stdout)).toHaveLength(2);
    expect(JSON.parse((await waiting("wait - --json", states, { stdin: "a\n" })).stdout)).toHaveLength(1);
    expect(await waiting("wait - --json", states, { stdin: "" })).toMatchObject({ code: 0, stdout: "[]\n" });
    expect(await waiting("wait -", states, { stdin: "\n" })).toMatchObject({ code: 0, stdout: "", stderr: "" });
    const seen = await waiting("wait -", states, { stdin: "\n", stderrIsTerminal: true });
    expect(seen).toMatchObject({ code: 0, stdout: "", stderr: "nothing to wait for\n" });
  });

  test("are told as text one after the other", async () => {
    const { stdout } = await waiting("wait a b", { a: [completed], b: [failed] });
    expect(stdout).toContain("a completed");
    expect(stdout).toContain("b failed");
  });

  test("more than a hundred are all waited for", async () => {
    const ids = Array.from({ length: 250 }, (_, index) => `x${index}`);
    const { stdout } = await waiting(`wait ${ids.join(" ")} -o ids`, Object.fromEntries(ids.map((id) => [id, [completed]])));
    expect(stdout.trimEnd().split("\n")).toEqual(ids);
  });
});

describe("--until", () => {
  const goingOn = async (line: string, states: States) => {
    const timers = new ManualTimers();
    const running = waiting(line, states, { timers });
    for (let second = 0; second < 5; second++) {
      await settle();
      await timers.advance(1_000);
    }
    return running;
  };

  test("completed waits on through parking and blocking, however long, and looks again every second", async () => {
    const { code, carried } = await goingOn("wait a --until completed", { a: [sleeping, blocked, completed] });
    expect(code).toBe(0);
    expect(carried).toMatchObject([{ holdMs: Infinity }, { holdMs: Infinity }, { holdMs: Infinity }]);
  });

  test("parked waits on through blocking, blocked through parking", async () => {
    expect((await goingOn("wait a --until parked", { a: [blocked, sleeping] })).code).toBe(5);
    expect((await goingOn("wait a --until blocked", { a: [sleeping, blocked] })).code).toBe(7);
    expect((await goingOn("wait a --until blocked,parked", { a: [sleeping, blocked] })).code).toBe(5);
  });

  test("does not take one that still runs for parked", async () => {
    const running = { status: "running", finishedAt: null } as const;
    expect((await goingOn("wait a", { a: [running, running, completed] })).carried).toHaveLength(3);
  });

  test("whatever it says, one that has ended is waited for no longer", async () => {
    expect((await waiting("wait a --until parked", { a: [failed] })).code).toBe(1);
    expect((await waiting("wait a --until blocked", { a: [completed] })).code).toBe(0);
  });

  test("refuses states that are none", async () => {
    expect(await waiting("wait a --until done", { a: [completed] })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--until takes completed, parked, blocked, not "done"'),
    });
  });
});

describe("the end of waiting", () => {
  const stopping = async (line: string, stop: (timers: ManualTimers, signals: ManualSignals) => unknown) => {
    const [timers, signals] = [new ManualTimers(), new ManualSignals()];
    const running = waiting(line, { a: [sleeping], b: [sleeping] }, { timers, signals });
    await settle();
    await settle();
    await stop(timers, signals);
    return { ...(await running), timers: timers.waiting };
  };

  test("comes with --timeout and gives 124", async () => {
    const ran = await stopping("wait a --until completed --timeout 500ms", (timers) => timers.advance(500));
    expect(ran).toMatchObject({ code: 124, timers: [] });
    expect(ran.stderr).toContain("the time-out has passed, nothing is lost: go on here with `wf wait a`");
  });

  test("comes with a signal and gives its code, for several ids too", async () => {
    expect(await stopping("wait a b --until completed", (_, signals) => signals.send("SIGTERM"))).toMatchObject({ code: 143, timers: [] });
    expect(await stopping("wait a --until completed", (_, signals) => signals.send("SIGINT"))).toMatchObject({ code: 130 });
  });
});
