/**
 * A workflow with a limit, and what its bodies have told of who ran at the same time.
 *
 * Each body appends `begin <execution> <lane> <pid>` and `end …` to `gate`, a file beside the database that no transaction covers; a rig
 * that is about to kill a process appends `kill <pid>`. Appending is one write, so the lines are in the order of what happened.
 */
import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface GatedInput {
  readonly lane: string;
  readonly stepMs: number;
}

/** @param limit of each lane; 0 for none */
export const gated = (limit: number): string => `
import { appendFileSync } from "node:fs";
import { Workflow } from "wflite";
const GATE = import.meta.dir + "/../gate";
export default Workflow.define({
  name: "gated",
  panic: { maxRestarts: 1000, delay: "5ms", maxDelay: "20ms" },
  ${limit === 0 ? "" : `concurrency: { limit: ${limit}, key: (input) => input.lane },`}
  async run(ctx, { lane, stepMs }) {
    const work = (name) => ctx.step(name, async () => {
      const who = ctx.executionId + " " + lane + " " + process.pid + "\\n";
      appendFileSync(GATE, "begin " + who);
      await Bun.sleep(stepMs);
      appendFileSync(GATE, "end " + who);
    });
    await work("first");
    await ctx.sleep("nap", 5);
    await work("second");
  },
});
`;

export const noteKill = (folder: string, pid: number): void => appendFileSync(join(folder, "gate"), `kill ${pid}\n`);

export interface Crowd {
  /** The most that ran at the same time, for each lane. */
  readonly most: Readonly<Record<string, number>>;
  /** Executions whose bodies have both ended. */
  readonly through: number;
}

export const readGate = (folder: string): Crowd => judgeGate(readFileSync(join(folder, "gate"), "utf8").split("\n"));

export function judgeGate(lines: readonly string[]): Crowd {
  const inside = new Map<string, { readonly lane: string; readonly pid: string }>();
  const most: Record<string, number> = {};
  const ends = new Map<string, number>();
  for (const line of lines) {
    const [what, id = "", lane = "", pid = ""] = line.split(" ");
    if (what === "kill") for (const [who, body] of inside) if (body.pid === id) inside.delete(who);
    if (what === "end") {
      inside.delete(`${id} ${pid}`);
      ends.set(id, (ends.get(id) ?? 0) + 1);
    }
    if (what !== "begin") continue;
    inside.set(`${id} ${pid}`, { lane, pid });
    most[lane] = Math.max(most[lane] ?? 0, [...inside.values()].filter((body) => body.lane === lane).length);
  }
  return { most, through: [...ends.values()].filter((count) => count >= 2).length };
}
