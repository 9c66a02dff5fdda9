/**
 * Executions of the route, parked at every place in every way, taken up by code that has been changed; and whether that was safe.
 *
 * Safe is what is blocked as diverged without a new step having run, and what completes without a finished step being repeated, with the
 * result of the new code.
 */
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { WorkflowEngine } from "../../../src/engine/engine.ts";
import type { Store } from "../../../src/engine/store.ts";
import { keyOf } from "../../../src/replay/identity.ts";
import { engineOver } from "../broken-parts.ts";
import { type Bench, during, openBench, openBenchOn } from "../harness.ts";
import { type How, HOWS, type Node, ROUTE, routeOf, STEPS } from "./route.ts";

const HOUR = 3_600_000;

export interface Case {
  readonly id: string;
  /** How many steps it had finished. */
  readonly done: number;
  readonly how: How;
}

export const CASES: readonly Case[] = Array.from({ length: STEPS }, (_, done) =>
  HOWS.map((how) => ({ id: `r-${done}-${how}`, done, how })),
).flat();

/** All of them, parked. */
export interface Recording {
  readonly file: string;
  readonly now: number;
  /** Effects so far, of each execution. */
  readonly before: ReadonlyMap<string, readonly string[]>;
  remove(): void;
}

export interface Seen extends Case {
  readonly verdict: "diverged" | "harmless";
  /** What was not safe about it. */
  readonly harm: readonly string[];
  readonly detail: string | null;
}

/** What has happened to the world, by execution. */
class Ledger {
  readonly #effects = new Map<string, string[]>();

  readonly note = (id: string, effect: string): void => {
    const effects = this.#effects.get(id) ?? [];
    this.#effects.set(id, effects);
    effects.push(effect);
  };

  of(id: string): readonly string[] {
    return this.#effects.get(id) ?? [];
  }

  all(): ReadonlyMap<string, readonly string[]> {
    return new Map(this.#effects);
  }
}

export const record = async (): Promise<Recording> => {
  const folder = mkdtempSync(join(tmpdir(), "wf-mutations-"));
  const ledger = new Ledger();
  const route = routeOf(ROUTE, { note: ledger.note, fails: true });
  const bench = await openBenchOn(join(folder, "recorded.db"), [route], Date.UTC(2026, 0, 1));
  for (const { id, done, how } of CASES) await bench.engine.start(route, { at: done, how }, { id });
  await during(bench, bench.engine.tick(), 1_000);
  const parked = await bench.engine.overview({ limit: 100 });
  if (parked.counts.sleeping + parked.counts.waiting !== CASES.length)
    throw new Error(`not all are parked: ${JSON.stringify(parked.counts)}`);
  await bench.close();
  return {
    file: join(folder, "recorded.db"),
    now: bench.host.clock.now(),
    before: ledger.all(),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
};

export interface Trial {
  readonly nodes: readonly Node[];
  /** Steps give something else than before: what they gave before the change is kept. */
  readonly keepsOldResults?: boolean;
  /** Put between the engine and its store. */
  readonly between?: (store: Store) => Store;
}

/** Takes all of them up by changed code, two hours later. */
export const tryOut = async (recording: Recording, { nodes, between, keepsOldResults }: Trial): Promise<readonly Seen[]> => {
  const file = `${recording.file}.copy`;
  copyFileSync(recording.file, file);
  const ledger = new Ledger();
  const route = routeOf(nodes, { note: ledger.note, fails: false });
  const bench = await openBenchOn(file, [route], recording.now + 2 * HOUR);
  const engine = between === undefined ? bench.engine : engineOver(between(bench.store), bench.host);
  try {
    await engine.start(route, { at: -1, how: "sleep" }, { id: FRESH });
    await carryAll(bench, engine, { nodes, ids: [...CASES.map(({ id }) => id), FRESH] });
    const fresh: Fresh = { effects: ledger.of(FRESH), result: (await engine.getStatus(FRESH)).output as readonly string[] };
    const seen: Seen[] = [];
    for (const one of CASES) {
      const before = recording.before.get(one.id) ?? [];
      const result = keepsOldResults ? [...before, ...fresh.result.slice(before.length)] : fresh.result;
      seen.push(await judge(engine, one, { before, after: ledger.of(one.id), fresh: { ...fresh, result } }));
    }
    return seen;
  } finally {
    await bench.close();
    for (const end of ["", "-wal", "-shm"]) rmSync(file + end, { force: true });
  }
};

/** Hour by hour, until nothing is left that time or an event moves. */
const carryAll = async (
  bench: Bench,
  engine: WorkflowEngine,
  { nodes, ids }: { readonly nodes: readonly Node[]; readonly ids: readonly string[] },
): Promise<void> => {
  const events = new Set(["gate", ...eventsOf(nodes)]);
  for (const id of ids) for (const name of events) await engine.sendEvent(id, name);
  for (let round = 0; round < 6; round++) {
    await during(bench, engine.tick(), 20_000);
    const { counts } = await engine.overview();
    if (counts.completed + counts.blocked + counts.failed === ids.length) return;
    await bench.host.advance(HOUR);
  }
};

const eventsOf = (nodes: readonly Node[]): readonly string[] =>
  nodes.flatMap((node) =>
    "body" in node ? eventsOf(node.body) : "name" in node && (node.type === "gate" || node.as === "event") ? [node.name] : [],
  );

interface Fresh {
  readonly effects: readonly string[];
  readonly result: readonly string[];
}

/** The same code from its start, without a stop. */
const FRESH = "fresh";

interface Fresh {
  readonly effects: readonly string[];
  readonly result: readonly string[];
}

/** What the code asks for, by identity, when it runs from its start. */
export const askedBy = async (nodes: readonly Node[]): Promise<ReadonlySet<string>> => {
  const bench = await openBench([routeOf(nodes, { note: () => {}, fails: false })]);
  try {
    await bench.engine.start("route", { at: -1, how: "sleep" }, { id: FRESH });
    await carryAll(bench, bench.engine, { nodes, ids: [FRESH] });
    return new Set((await bench.engine.history(FRESH)).steps.map(keyOf));
  } finally {
    await bench.close();
  }
};

interface Facts {
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly fresh: Fresh;
}

const judge = async (engine: WorkflowEngine, one: Case, { before, after, fresh }: Facts): Promise<Seen> => {
  const { status, reason, reasonDetail, output } = await engine.getStatus(one.id);
  if (status === "blocked" && reason === "diverged") {
    const harm = after.length === 0 ? [] : [`new steps have run: ${after.join(", ")}`];
    return { ...one, verdict: "diverged", harm, detail: reasonDetail };
  }
  const harm = [
    ...(status === "completed" ? [] : [`it is ${status} (${String(reason)}): ${String(reasonDetail)}`]),
    ...repeated(before, after, fresh.effects),
    ...(status === "completed" && !Bun.deepEquals(output, fresh.result) ? [`its result is ${JSON.stringify(output)}`] : []),
  ];
  return { ...one, verdict: "harmless", harm, detail: null };
};

/** An effect may happen as often as the new code wants it, or had happened already. */
const repeated = (before: readonly string[], after: readonly string[], fresh: readonly string[]): readonly string[] => {
  const count = (list: readonly string[], effect: string): number => list.filter((one) => one === effect).length;
  return [...new Set(after)]
    .filter((effect) => count(before, effect) + count(after, effect) > Math.max(count(before, effect), count(fresh, effect)))
    .map((effect) => `${effect} has happened again`);
};
