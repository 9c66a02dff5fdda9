/** The same as the soak, with the command itself: `wf tick` is started, killed a moment later, and started again. */
import { eventually, playground } from "../../support/wf.ts";
import { Actor } from "./actor-process.ts";
import type { Chance } from "./chance.ts";
import { executions, historyBreaches } from "./database.ts";
import { judgeLines, readLedger, rerunsByExecution, STEPS, type StepsInput } from "./steps.ts";

export interface TickKillFacts {
  readonly kills: number;
  /** Ticks that were killed while they owned something. */
  readonly restarts: number;
  readonly violations: readonly string[];
  readonly statuses: readonly string[];
}

/** Long enough that the last kill still finds work: 25 steps of 60 ms. */
const INPUT: StepsInput = { steps: 25, stepMs: 60, napEvery: 10 };
const EXECUTIONS = 8;

/** Every fourth kill is counted from the start of the command, the others from the first body it runs, so that most hit an owner. */
const untilPoint = async (folder: string, chance: Chance): Promise<void> => {
  if (chance.between(0, 4) === 0) return Bun.sleep(chance.between(10, 200));
  const told = readLedger(folder).length;
  await eventually("it runs a body", () => readLedger(folder).length > told);
  await Bun.sleep(chance.between(0, 150));
};

export const killTicks = async (kills: number, chance: Chance): Promise<TickKillFacts> => {
  const at = playground({ "steps.ts": STEPS });
  const clerk = new Actor();
  try {
    await clerk.ask({ do: "open", folder: at.folder });
    const ids: string[] = [];
    const startMore = async (): Promise<void> => {
      const more = Array.from({ length: EXECUTIONS }, (_, n) => `e${ids.length + n}`);
      ids.push(...more);
      await clerk.ask({ do: "start", workflow: "steps", ids: more, input: INPUT });
    };
    await startMore();
    for (let killed = 0; killed < kills; killed++) {
      if (executions(at.folder).every(({ status }) => status === "completed")) await startMore();
      const tick = at.start("tick");
      await untilPoint(at.folder, chance);
      tick.kill("SIGKILL");
      await tick.done;
    }
    await eventually("everything is over", async () => {
      await at.wf("tick");
      return executions(at.folder).every(({ status }) => status === "completed");
    }).catch(() => {});
    const lines = readLedger(at.folder);
    const found = executions(at.folder);
    const byExecution = rerunsByExecution(lines, INPUT.steps);
    const tooMany = found
      .filter(({ id, restarts }) => (byExecution.get(id) ?? 0) > restarts)
      .map(({ id }) => `${id}: more reruns than deaths`);
    return {
      kills,
      restarts: found.reduce((sum, { restarts }) => sum + restarts, 0),
      violations: [...judgeLines(lines, INPUT.steps, ids).violations, ...tooMany, ...historyBreaches(at.folder, INPUT.steps)],
      statuses: found.map(({ status }) => status),
    };
  } finally {
    await clerk.kill();
    at.remove();
  }
};
