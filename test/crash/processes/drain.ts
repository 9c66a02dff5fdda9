/**
 * One drain: a process that carries executions is told to end at a random point, and what it leaves behind is looked at the moment it has
 * gone.
 */
import type { TickView } from "../../../src/model/views.ts";
import { eventually, type Playground } from "../../support/wf.ts";
import type { Actor } from "./actor-process.ts";
import type { Chance } from "./chance.ts";
import { executions, rows } from "./database.ts";
import { descendants, isRunning } from "./processes.ts";
import { judgeLines, readLedger, type StepsInput, type Told } from "./steps.ts";

export const CODES = { SIGINT: 130, SIGTERM: 143, SIGKILL: 137 } as const;
export type DrainSignal = keyof typeof CODES;

export interface DrainPlan {
  readonly at: Playground;
  readonly carry: "run" | "daemon";
  readonly id: string;
  readonly signal: DrainSignal;
  readonly chance: Chance;
  /** Sees to what is left. Its engine is open. */
  readonly heir: Actor;
}

export interface DrainFacts {
  /** Work was left: the signal came neither before the first step nor after the last. */
  readonly inTheMiddle: boolean;
  readonly tookMs: number;
  readonly violations: readonly string[];
}

const INPUT: StepsInput = { steps: 25, stepMs: 10, napEvery: 9 };

/** Every fifth point is counted from the start of the process, the others from the first step, so that most come in the middle. */
const FROM_START_MS = 250;
const FROM_FIRST_STEP_MS = 350;

const untilPoint = async (chance: Chance, hasBegun: () => boolean): Promise<void> => {
  if (chance.between(0, 5) === 0) return Bun.sleep(chance.between(10, FROM_START_MS));
  await eventually("the first step", hasBegun);
  await Bun.sleep(chance.between(0, FROM_FIRST_STEP_MS));
};

export const drain = async ({ at, carry, id, signal, chance, heir }: DrainPlan): Promise<DrainFacts> => {
  const ids = carry === "run" ? [id] : [`${id}-a`, `${id}-b`, `${id}-c`];
  if (carry === "daemon") await heir.ask({ do: "start", workflow: "steps", ids, input: INPUT });
  const running = carry === "run" ? at.start("run", "steps", "--id", id, "--wait", "--input", JSON.stringify(INPUT)) : at.start("daemon");
  const told = (): readonly Told[] => readLedger(at.folder).filter(({ execution }) => ids.includes(execution));
  await untilPoint(chance, () => told().length > 0);
  const workers = descendants(running.pid);
  const sentAt = performance.now();
  running.kill(signal);
  const { code } = await running.done;
  const tookMs = performance.now() - sentAt;
  const left = executions(at.folder).filter((one) => ids.includes(one.id));
  const open = left.filter(({ status }) => status !== "completed").map((one) => one.id);
  const begun = told().length;
  const violations = [
    ...(code === CODES[signal] || (code === 0 && carry === "run" && open.length === 0) ? [] : [`${id}: it ended with ${code}`]),
    ...left.filter(({ owner }) => owner !== null).map((one) => `${one.id}: ${one.owner} owns it still`),
    ...rows<{ pid: number }>(at.folder, "SELECT pid FROM workers")
      .filter(({ pid }) => pid === running.pid || workers.includes(pid))
      .map(({ pid }) => `${id}: worker ${pid} is in the file still`),
    ...workers.filter(isRunning).map((pid) => `${id}: process ${pid} goes on`),
    ...(await inherited(heir, at.folder, open)),
  ];
  const finished = left.map((one) => one.id);
  const { violations: breaches, reruns } = judgeLines(told(), INPUT.steps, finished);
  const restarted = executions(at.folder).filter((one) => ids.includes(one.id) && one.restarts > 0);
  return {
    inTheMiddle: open.length > 0 && begun > 0,
    tookMs,
    violations: [
      ...violations,
      ...breaches,
      ...(reruns === 0 ? [] : [`${id}: ${reruns} bodies ran again`]),
      ...restarted.map((one) => `${one.id}: counted as died`),
    ],
  };
};

/** Everything that is open is finished by the next to come. The first tick has nothing to wait for but naps of some ms. */
const inherited = async (heir: Actor, folder: string, open: readonly string[]): Promise<readonly string[]> => {
  const isOpen = (): readonly string[] =>
    executions(folder)
      .filter(({ id, status }) => open.includes(id) && status !== "completed")
      .map(({ id, status }) => `${id}: ${status} after the next ticks`);
  await eventually(
    "the next tick goes on",
    async () => {
      await heir.ask<TickView>({ do: "tick", options: { holdMs: 100 } });
      return isOpen().length === 0;
    },
    10_000,
  ).catch(() => {});
  return isOpen();
};
