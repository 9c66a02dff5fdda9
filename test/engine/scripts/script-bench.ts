/** One execution of a script on the real engine and store, with its process in the test's hands: `x` of workflow `s`. */
import { afterEach, beforeEach } from "bun:test";
import { type Bench, during, openBench } from "../harness.ts";
import type { Progress } from "../../../src/model/progress.ts";
import type { ExecutionView } from "../../../src/model/views.ts";
// Loaded at its first script otherwise, which takes real time and no simulated time.
import "../../../src/engine/scripts/run.ts";
import "../../../src/sqlite/scripts.ts";
import { script, type Scripts, scripts, type StartedScript } from "./scripted.ts";

interface On {
  /** The process that carries it. */
  bench: Bench;
  scripts: Scripts;
  progress: Progress[];
}

/** Of the test that runs. */
export const on = {} as On;

export const openWith = async (header: Parameters<typeof script>[0]): Promise<void> => {
  on.scripts = scripts();
  on.progress = [];
  on.bench = await openBench([script(header)], { scripts: on.scripts.machine, drainGraceMs: 1_000 });
};

export const openedForEach = (): void => {
  beforeEach(() => openWith({}));
  afterEach(() => on.bench.close());
};

/** Begun, with its script running. */
export const running = async (
  options: { readonly holdMs?: number; readonly signal?: AbortSignal } = {},
): Promise<{ readonly started: StartedScript; readonly carried: Promise<ExecutionView>; readonly term: number }> => {
  const { id } = await on.bench.engine.start("s", { table: "orders" }, { id: "x", claim: true });
  const carried = on.bench.engine.carry(id, { holdMs: 0, onProgress: (one) => on.progress.push(one), ...options });
  const started = await nextScript(1);
  return { started, carried, term: Number(started.variables["WF_TERM"]) };
};

export const nextScript = async (count: number): Promise<StartedScript> => {
  for (let round = 0; round < 10_000 && on.scripts.started.length < count; round++) await on.bench.host.settle();
  const found = on.scripts.started[count - 1];
  if (found === undefined) throw new Error("no script was started");
  return found;
};

export const settled = <T>(promise: Promise<T>, ms = 0): Promise<T> => during(on.bench, promise, ms, 100);

export const status = (): Promise<ExecutionView> => on.bench.engine.getStatus("x");

export const rowsOf = async (): Promise<readonly (readonly [string, string])[]> =>
  (await on.bench.engine.history("x")).steps.map((step) => [step.name, step.status] as const);
