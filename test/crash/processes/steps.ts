/**
 * The workflow of the rigs, and what its bodies have told.
 *
 * Steps run one after another, numbered from 0. Each body appends `<execution> <step> begin <pid>` and the same with `end` to `ledger`, a
 * file beside the database that no transaction covers, and gives the pid as the step's result.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type LedgerFacts, judge, parseLedger } from "../oracle.ts";

export interface StepsInput {
  readonly steps: number;
  readonly stepMs: number;
  /** A sleep of 15 ms after every so many steps; 0 for none. */
  readonly napEvery: number;
  /** Bodies hold the event loop instead of waiting. */
  readonly spins?: boolean;
}

/** Random kills must not exhaust the restarts; a crash loop has a test of its own. */
export const STEPS = `
import { appendFileSync } from "node:fs";
import { Workflow } from "wflite";
const LEDGER = import.meta.dir + "/../ledger";
export default Workflow.define({
  name: "steps",
  panic: { maxRestarts: 1000, delay: "5ms", maxDelay: "20ms" },
  async run(ctx, { steps, stepMs, napEvery, spins }) {
    for (let k = 0; k < steps; k++) {
      await ctx.step("step", async () => {
        appendFileSync(LEDGER, ctx.executionId + " " + k + " begin " + process.pid + "\\n");
        const until = performance.now() + stepMs;
        if (spins) while (performance.now() < until);
        else if (stepMs > 0) await Bun.sleep(stepMs);
        appendFileSync(LEDGER, ctx.executionId + " " + k + " end " + process.pid + "\\n");
        return process.pid;
      }, { key: k });
      if (napEvery > 0 && k % napEvery === napEvery - 1) await ctx.sleep("nap", 15, { key: k });
    }
    return "through";
  },
});
`;

/** One line of the ledger. */
export interface Told {
  /** As the judge reads it: without the pid. */
  readonly text: string;
  readonly execution: string;
  readonly what: "begin" | "end";
  readonly pid: number;
}

export const readLedger = (folder: string): readonly Told[] =>
  textOf(join(folder, "ledger"))
    .split("\n")
    .flatMap((line) => {
      const [, text, execution, what, pid] = /^((\S+) \d+ (begin|end)) (\d+)$/.exec(line) ?? [];
      if (text === undefined || execution === undefined || (what !== "begin" && what !== "end")) return []; // the last line may be torn
      return [{ text, execution, what, pid: Number(pid) }];
    });

export const judgeLines = (lines: readonly Told[], steps: number, mustFinish: readonly string[]): LedgerFacts =>
  judge(parseLedger(lines.map(({ text }) => `${text}\n`).join("")), steps, mustFinish);

/** How often each execution began a body once more. */
export const rerunsByExecution = (lines: readonly Told[], steps: number): ReadonlyMap<string, number> => {
  const byExecution = Map.groupBy(lines, ({ execution }) => execution);
  return new Map([...byExecution].map(([id, own]) => [id, judgeLines(own, steps, []).reruns]));
};

const textOf = (file: string): string => {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
};
