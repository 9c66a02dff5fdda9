/**
 * The database that is damaged: one execution in each state that a pass, a claim or a reader can meet, made by the engine itself.
 *
 *     done       completed: plain and tagged results, a failed attempt, logs
 *     sleeper    parked in a sleep of three days, on its second pass
 *     waiter     parked in a wait; an event that nobody waits for yet lies there
 *     failed     failed for good, with an error
 *     retrier    parked between two attempts of a step
 *     queued     never taken up
 *     orphan     its process died after finished steps
 */
import { readFileSync } from "node:fs";
import { WorkflowEngine } from "../../../src/engine/engine.ts";
import type { Store, StoreHost } from "../../../src/engine/store.ts";
import type { WorkflowDefinition } from "../../../src/model/definition.ts";
import { defineWorkflow } from "../../../src/model/definition.ts";
import { WorkflowError } from "../../../src/model/errors.ts";
import { openSqliteStore } from "../../../src/sqlite/sqlite-store.ts";
import { SimulatedHost } from "../../../src/testing/simulated-host.ts";
import { log, owned, step, submit, worker } from "../../suites/store/samples.ts";
import type { Scratch } from "./scratch.ts";

export const IDS = ["done", "sleeper", "waiter", "failed", "retrier", "queued", "orphan"] as const;
export type Id = (typeof IDS)[number];

/** Later than every deadline of the fixture. */
export const FAR = Date.UTC(2026, 5, 1);

const DEAD_PID = 999;
const DAY_MS = 86_400_000;

/** Without frames: where this tree lies on the machine must not move the bytes of the fixture. */
const bare = <E extends Error>(error: E): E => Object.assign(error, { stack: `${error.name}: ${error.message}` });

/** What step bodies did, told outside of the database. */
export type Ledger = (what: string) => void;

export const definitions = (ledger: Ledger): readonly WorkflowDefinition[] => [
  defineWorkflow({
    name: "order",
    run: async (ctx) => {
      const first = await ctx.step("charge", () => (ledger(`${ctx.executionId} charge`), { id: "ch_7", cents: 1250, plan: "pro" }));
      await ctx.step(
        "ship",
        ({ attempt }) => {
          ledger(`${ctx.executionId} ship`);
          if (attempt === 1) throw bare(new Error("the carrier is closed"));
          return new Map<string, unknown>([
            ["at", new Date(1e12)],
            ["weights", [1n, 2.5, undefined]],
          ]);
        },
        { retry: { attempts: 3, delay: 0, jitter: false } },
      );
      ctx.log.info("shipped", { cents: first.cents });
      return { total: first.cents, at: ctx.now() };
    },
  }),
  defineWorkflow({
    name: "trial",
    run: async (ctx) => {
      const id = await ctx.step("create customer", () => (ledger(`${ctx.executionId} create`), "customer-4711"));
      await ctx.sleep("first day", "1d");
      await ctx.step("remind", () => void ledger(`${ctx.executionId} remind`));
      await ctx.sleep("trial", "3d");
      return id;
    },
  }),
  defineWorkflow({
    name: "survey",
    run: async (ctx) => {
      await ctx.step("ask", () => (ledger(`${ctx.executionId} ask`), { asked: ["a", "b"] }));
      const stars = await ctx.waitForEvent("stars", { timeout: "7d" });
      const note = await ctx.waitForEvent("note", { timeout: "7d" });
      return { stars, note };
    },
  }),
  defineWorkflow({
    name: "doomed",
    run: async (ctx) => {
      await ctx.step("look", () => (ledger(`${ctx.executionId} look`), 3));
      await ctx.step("give up", () => {
        throw bare(new WorkflowError("no such customer", { code: "NO_CUSTOMER" }));
      });
    },
  }),
  defineWorkflow({
    name: "stubborn",
    retry: { attempts: 9, delay: "1h", jitter: false },
    run: (ctx) =>
      ctx.step("call", ({ attempt }) => {
        ledger(`${ctx.executionId} call`);
        if (attempt === 1) throw bare(new Error("no answer"));
        return "answered";
      }),
  }),
];

export interface Process {
  readonly engine: WorkflowEngine;
  readonly store: Store;
  readonly host: SimulatedHost;
}

export interface Opening {
  readonly file: string;
  readonly startAt?: number;
  readonly pid?: number;
  readonly ledger?: Ledger;
}

export const storeHostOf = (host: SimulatedHost): StoreHost => ({
  now: () => host.clock.now(),
  boot: () => host.clock.boot(),
  chance: host.chance,
  after: (ms, fn) => void setTimeout(fn, Math.min(ms, 5)), // only waits for locks, which are real
  turn: host.timers.turn,
  self: host.processes.self,
  liveness: (identity) => host.processes.liveness(identity),
});

/** A process on the file: an engine over the real store, whose time stands still. */
export const openProcess = async ({ file, startAt, pid = 1, ledger = () => {} }: Opening): Promise<Process> => {
  const identity = { host: "here", bootId: "boot-1", pid, startTime: "77" };
  const host = new SimulatedHost({ identity, dead: (other) => other.pid === DEAD_PID, ...(startAt === undefined ? {} : { startAt }) });
  host.define(...definitions(ledger));
  const store = await openSqliteStore({ file, create: true, durability: "normal", host: storeHostOf(host) });
  return { store, host, engine: new WorkflowEngine({ store, host, role: "tick", version: "test" }) };
};

/** Turns of the event loop: what is loaded on first use takes real time, much on a busy machine, and no timer of the simulation. */
const TURNS = { usual: 6_000, first: 300_000 };

/** Lets simulated time go by until a promise settles. */
export const settled = async <T>({ host }: Pick<Process, "host">, promise: Promise<T>, turns = TURNS.usual): Promise<T> => {
  const limitMs = 10_000;
  let isSettled = false;
  const done = (): void => void (isSettled = true);
  promise.then(done, done);
  for (let turn = 0; turn < turns && !isSettled; turn++) await host.settle(1);
  for (let passed = 0; passed < limitMs && !isSettled; passed += 1_000) await host.advance(1_000);
  if (!isSettled) throw new Error(`it hangs: not settled after ${limitMs} ms of simulated time`);
  return promise;
};

/** Makes the database, closes it, and gives its bytes. */
export const makeFixture = async (scratch: Scratch): Promise<Buffer> => {
  scratch.place(new Uint8Array());
  const process = await openProcess({ file: scratch.file });
  const { engine, store, host } = process;
  await engine.start("order", { customer: "ada" }, { id: "done", tags: { team: "growth" } });
  await engine.start("trial", { plan: "pro" }, { id: "sleeper" });
  await engine.start("survey", null, { id: "waiter", tags: { team: "research", region: "eu" } });
  await engine.start("doomed", null, { id: "failed" });
  await settled(process, engine.tick({ holdMs: 100 }), TURNS.first);
  await engine.sendEvent("waiter", "note", { text: "kept for later", stars: 5 }, { id: "e-note" });
  await host.advance(DAY_MS + 1);
  await engine.start("stubborn", { to: "+49" }, { id: "retrier" });
  await settled(process, engine.tick({ holdMs: 100 }), TURNS.first);
  await engine.start("order", { customer: "bob" }, { id: "queued", delay: "1h" });
  const dead = worker("w-dead", DEAD_PID, { seenAt: host.clock.now() });
  const { lease } = await owned(store, "orphan", dead, { workflow: "order", createdAt: host.clock.now(), wakeAt: null });
  await submit(store, { lease, change: { status: "running", startedAt: host.clock.now() } });
  await submit(store, { lease, steps: [step("charge", { outputText: '{"cents":99}' })], logs: [log("half way")] });
  await engine.close();
  return readFileSync(scratch.file);
};
