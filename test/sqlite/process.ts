/**
 * One process of a race: `bun process.ts <part> <file> <json>`.
 *
 * It says "ready" once everything is loaded, waits for a line, plays its part and says the outcome as one JSON line for each thing that
 * happened.
 */
import type { Store } from "../../src/engine/store.ts";
import { openSqliteStore } from "../../src/sqlite/sqlite-store.ts";
import { execution, step, worker } from "../suites/store/samples.ts";
import { realHost } from "./machine.ts";

const [, , part = "", file = "", text = "{}"] = process.argv;
const options = JSON.parse(text) as { id?: string; ms?: number; seenAt?: number; limit?: number };
const host = realHost();
const me = { ...worker(`w${process.pid}`), ...host.self, seenAt: options.seenAt ?? host.now(), seenBootMs: options.seenAt ?? host.boot() };

const say = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);
const open = (): Promise<Store> => openSqliteStore({ file, create: true, host });
const forever = (): Promise<never> => new Promise(() => void setInterval(() => {}, 1_000));

const parts: Record<string, () => Promise<void>> = {
  /** Opens and closes. */
  async start() {
    await (await open()).close();
    say("opened");
  },
  /** Claims until there is nothing left, and keeps what it has. */
  async claim() {
    const store = await open();
    const ids: string[] = [];
    for (;;) {
      const { claimed } = await store.claimDue({ worker: me, now: host.now(), limit: options.limit ?? 5 });
      if (claimed.length === 0) break;
      ids.push(...claimed.map(({ lease }) => lease.executionId));
    }
    say(ids);
    await forever();
  },
  async create() {
    const store = await open();
    const { created } = await store.create(execution(options.id ?? "a", { createdAt: host.now() }), { claimFor: me });
    say(created);
    await forever();
  },
  /** Owns an execution and stores steps in it, saying each once it is stored. */
  async steps() {
    const store = await open();
    const creation = await store.create(execution(options.id ?? "a"), { claimFor: me });
    if (!creation.created || creation.claimed === undefined) throw new Error("it was there already");
    const { lease } = creation.claimed;
    say("owner");
    for (let order = 1; ; order++) {
      await new Promise<void>((resolve, reject) =>
        store.submit({ lease, steps: [step(`s${order}`, { order })] }, (error) => (error === undefined ? resolve() : reject(error))),
      );
      say(order);
    }
  },
  /** Stores large steps until one is refused, then says why, how many were stored before, and how many are there. */
  async fill() {
    const store = await open();
    const creation = await store.create(execution("a"), { claimFor: me });
    if (!creation.created || creation.claimed === undefined) throw new Error("it was there already");
    const { lease } = creation.claimed;
    let stored = 0;
    let refusal: unknown;
    while (refusal === undefined) {
      const large = step(`s${stored}`, { order: stored + 1, outputText: "x".repeat(5_000) });
      refusal = await new Promise<unknown>((resolve) => store.submit({ lease, steps: [large] }, resolve));
      if (refusal === undefined) stored++;
    }
    const found = (await store.history("a"))?.steps.length;
    say({ code: (refusal as { cause?: { code?: unknown } }).cause?.code, stored, found });
    await store.close();
  },
  /** Commits as often as it can; says how often, and the longest wait for one. */
  async commit() {
    const store = await open();
    const until = performance.now() + (options.ms ?? 1_000);
    let commits = 0;
    let worstMs = 0;
    for (let now = performance.now(); now < until;) {
      await store.recordTick(commits++);
      const after = performance.now();
      worstMs = Math.max(worstMs, after - now);
      now = after;
    }
    await store.close();
    say({ commits, worstMs });
  },
  /** Owns an execution and then lets nothing else run in this process. */
  async block() {
    const store = await open();
    await store.create(execution(options.id ?? "a"), { claimFor: me });
    say("owner");
    const until = performance.now() + (options.ms ?? 1_000);
    while (performance.now() < until);
    say("done");
    await forever();
  },
};

process.stdout.write('"ready"\n');
for await (const _ of console) break;
await parts[part]?.();
process.exit(0);
