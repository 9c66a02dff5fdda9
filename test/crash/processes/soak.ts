/**
 * The soak: processes that carry executions are killed at random, one after the other, and replaced, until enough have been.
 *
 *     clerk     starts executions, so that there is always work; is never killed
 *     workers   sweep until they are killed
 *
 * Then calm: nobody is killed any more, and everything has to end.
 */
import { eventually, playground } from "../../support/wf.ts";
import { Actor, endActors } from "./actor-process.ts";
import type { Chance } from "./chance.ts";
import { executions, historyBreaches } from "./database.ts";
import type { Fault } from "./faults.ts";
import { judgeLines, readLedger, rerunsByExecution, STEPS, type StepsInput } from "./steps.ts";

export interface SoakPlan {
  readonly chance: Chance;
  readonly kills: number;
  readonly workers: number;
  /** Executions that a worker holds at once. */
  readonly concurrency: number;
  readonly fault?: Fault;
  /** By when everything has to be over, once nobody is killed any more. */
  readonly calmMs: number;
}

export interface SoakFacts {
  readonly kills: number;
  readonly executions: number;
  /** How many times an owner died in the middle of an execution. */
  readonly restarts: number;
  readonly reruns: number;
  readonly violations: readonly string[];
  readonly unfinished: readonly string[];
  readonly calmedInMs: number;
}

const INPUT: StepsInput = { steps: 25, stepMs: 4, napEvery: 8 };

/** Between two kills; a worker lives that times the number of workers. */
const KILL_EVERY_MS = [30, 100] as const;

/** Looked after every so many kills. */
const TOP_UP_EVERY = 10;
const TOP_UP_BELOW = 40;
const TOP_UP_BY = 40;

export const soak = async (plan: SoakPlan): Promise<SoakFacts> => {
  const at = playground({ "steps.ts": STEPS });
  try {
    return await soakIn(at.folder, plan);
  } finally {
    await endActors();
    at.remove();
  }
};

const soakIn = async (folder: string, { chance, kills, workers, concurrency, fault = "none", calmMs }: SoakPlan): Promise<SoakFacts> => {
  const clerk = new Actor();
  await clerk.ask({ do: "open", folder });
  const ids: string[] = [];
  const startMore = async (): Promise<void> => {
    const more = Array.from({ length: TOP_UP_BY }, (_, at) => `e${String(ids.length + at).padStart(6, "0")}`);
    ids.push(...more);
    await clerk.ask({ do: "start", workflow: "steps", ids: more, input: INPUT });
  };
  const hire = (): Actor => {
    const worker = new Actor();
    worker.tell({ do: "open", folder, fault });
    worker.tell({ do: "toil", concurrency });
    return worker;
  };
  await startMore();
  const crew = Array.from({ length: workers }, hire);
  for (let killed = 0; killed < kills; killed++) {
    await Bun.sleep(chance.between(...KILL_EVERY_MS));
    const victim = chance.between(0, workers);
    await crew[victim]?.kill();
    crew[victim] = hire();
    if (killed % TOP_UP_EVERY === 0 && unfinished(folder).length < TOP_UP_BELOW) await startMore();
  }
  const calmAt = performance.now();
  await eventually("everything is over", () => unfinished(folder).length === 0, calmMs).catch(() => {});
  const calmedInMs = performance.now() - calmAt;
  return { kills, calmedInMs, ...factsOf(folder, ids) };
};

const unfinished = (folder: string): readonly string[] =>
  executions(folder)
    .filter(({ status }) => status !== "completed")
    .map(({ id, status }) => `${id} ${status}`);

const factsOf = (folder: string, ids: readonly string[]) => {
  const lines = readLedger(folder);
  const found = executions(folder);
  const { violations, reruns } = judgeLines(lines, INPUT.steps, ids);
  const byExecution = rerunsByExecution(lines, INPUT.steps);
  // Steps run one after another, so the death of an owner cuts off one of them at most.
  const tooMany = found
    .filter(({ id, restarts }) => (byExecution.get(id) ?? 0) > restarts)
    .map(({ id, restarts }) => `${id}: ${byExecution.get(id)} reruns after ${restarts} restarts`);
  return {
    executions: ids.length,
    restarts: found.reduce((sum, { restarts }) => sum + restarts, 0),
    reruns,
    violations: [...violations, ...tooMany, ...historyBreaches(folder, INPUT.steps)],
    unfinished: unfinished(folder),
  };
};
