/**
 * `ctx.race`: the first to settle, and letting go of what the others wait for.
 *
 * Completions are delivered one at a time in their recorded order, so the winner is the same on every pass without a record of its own.
 */
import type { Racer, RaceResult, WorkflowContext } from "../model/context.ts";
import { fail } from "../model/errors.ts";
import type { Call } from "./call.ts";
import { badName } from "./checks.ts";

/** What a race needs of the pass. */
export interface RacePass {
  openCalls(of: { readonly promise: unknown } | { readonly scope: string }): readonly Call[];
  dropWait(call: Call): void;
}

/** Where the code of a racer runs. */
export interface Lane {
  readonly scope: string;
  readonly branch: { isDropped: boolean };
  readonly ctx: WorkflowContext;
}

interface Runner {
  readonly name: string;
  readonly promise: PromiseLike<unknown>;
  readonly lane: Lane | undefined;
}

export const race = async <const Racers extends Readonly<Record<string, Racer>>>(
  racers: Racers,
  pass: RacePass,
  laneOf: (name: string) => Lane,
): Promise<RaceResult<Racers>> => {
  const runners = Object.entries(racers ?? {}).map(([name, racer]) => start(name, racer, laneOf));
  if (runners.length === 0) throw fail("NAME_INVALID", { what: "race", problem: "nobody takes part in it" });
  const won = (runner: Runner): void => {
    for (const other of runners) if (other !== runner) letGo(other, pass);
  };
  const result = await Promise.race(
    runners.map((runner) =>
      runner.promise.then(
        (value) => ({ runner, outcome: { ok: true as const, value } }),
        (error: unknown) => ({ runner, outcome: { ok: false as const, error } }),
      ),
    ),
  );
  won(result.runner);
  if (!result.outcome.ok) throw result.outcome.error;
  return { winner: result.runner.name, value: result.outcome.value } as RaceResult<Racers>;
};

const start = (name: string, racer: Racer, laneOf: (name: string) => Lane): Runner => {
  const problem = badName("racer", name);
  if (problem !== undefined) throw problem;
  if (typeof racer !== "function") return { name, promise: asPromise(racer), lane: undefined };
  const lane = laneOf(name);
  const run = async (): Promise<unknown> => racer(lane.ctx);
  return { name, promise: run(), lane };
};

const asPromise = (value: unknown): PromiseLike<unknown> =>
  typeof (value as { then?: unknown } | null)?.then === "function" ? (value as PromiseLike<unknown>) : Promise.resolve(value);

const letGo = ({ promise, lane }: Runner, pass: RacePass): void => {
  if (lane !== undefined) lane.branch.isDropped = true;
  for (const call of pass.openCalls(lane === undefined ? { promise } : { scope: lane.scope })) pass.dropWait(call);
};
