/**
 * `bun test/bench/completion.bench.ts [executions]`: what a person waits for after a key, on a large database against none, in turns so
 * that the machine's mood hits both. Budget: 150 ms, whatever is asked. With `WF_BENCH_DIR` the database is kept there, and taken again.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "./bare.ts";
import { makeCrowd } from "./crowd.ts";

const [EXECUTIONS = 1_000_000] = process.argv.slice(2).map(Number);
const ROUNDS = 30;
const BUDGET_MS = 150;
const wf = join(import.meta.dir, "../../bin/wf");
const kept = process.env["WF_BENCH_DIR"];
const root = kept ?? mkdtempSync(join(tmpdir(), "wf-completion-"));
const folders = { none: join(root, "none"), large: join(root, "large") };

for (const folder of Object.values(folders)) mkdirSync(join(folder, "workflows"), { recursive: true });
const sleeping = Math.floor(EXECUTIONS / 10);
const file = join(folders.large, ".wf.db");
if (!existsSync(file)) await makeCrowd(file, { finished: EXECUTIONS - sleeping, sleeping, workflows: 10 });

const ASKED: readonly (readonly string[])[] = [
  ["hist"],
  ["history", ""],
  ["history", "w"],
  ["history", "workflow-3-"],
  ["history", "workflow-3-7"],
  ["cancel", ""],
  ["retry", "workflow-3-7q"],
  ["run", ""],
  ["resolve", "@last", ""],
];

const ask = (folder: string, words: readonly string[]): { readonly ms: number; readonly lines: number } => {
  const from = performance.now();
  const { stdout } = Bun.spawnSync([wf, "complete-words", "zsh", "--", ...words], { cwd: folder, stdout: "pipe", stderr: "ignore" });
  return { ms: performance.now() - from, lines: stdout.toString().split("\n").length - 2 };
};

for (const words of ASKED) {
  const times = { none: [] as number[], large: [] as number[] };
  let lines = 0;
  for (let round = 0; round < ROUNDS; round++) {
    times.none.push(ask(folders.none, words).ms);
    const answer = ask(folders.large, words);
    times.large.push(answer.ms);
    lines = answer.lines;
  }
  const [none, large, worst] = [median(times.none), median(times.large), Math.max(...times.large)];
  const verdict = worst <= BUDGET_MS ? "" : `  over the budget of ${BUDGET_MS} ms`;
  const figures = `${large.toFixed(1)} ms, at worst ${worst.toFixed(1)}; without a database ${none.toFixed(1)}`;
  console.log(`wf ${words.join(" ").padEnd(24)} ${figures}; ${lines} offered${verdict}`);
}
if (kept === undefined) rmSync(root, { recursive: true, force: true });
