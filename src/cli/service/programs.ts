/** Programs of the system that services are made with, called by name and waited for. */
import { spawnSync } from "node:child_process";
import { usage } from "../option-values.ts";

export interface Answer {
  /** Undefined where there is no such program, or it did not answer in time. */
  readonly status: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** A manager that does not answer within that time is not going to. */
const TIMEOUT_MS = 30_000;

export const call = (program: string, args: readonly string[], stdin = ""): Answer => {
  const { status, stdout, stderr } = spawnSync(program, [...args], {
    ...{ input: stdin, encoding: "utf8", timeout: TIMEOUT_MS },
    // What it says is looked at.
    env: { ...process.env, LC_ALL: "C" },
  });
  return { status: status ?? undefined, stdout: stdout ?? "", stderr: stderr ?? "" };
};

interface Demand {
  readonly stdin?: string;
  /** Exit codes beside 0 that are as good. */
  readonly fine?: readonly number[];
}

/** @throws ValidationError with what it said */
export const demand = (program: string, args: readonly string[], { stdin = "", fine = [] }: Demand = {}): string => {
  const answer = call(program, args, stdin);
  if (answer.status !== undefined && [0, ...fine].includes(answer.status)) return answer.stdout;
  throw failed(program, args, { answer, next: "Nothing else was changed. `wf daemon install --print` shows what to set up by hand." });
};

/** What it said, and what to do next. */
export const failed = (
  program: string,
  args: readonly string[],
  { answer: { status, stderr }, next }: { readonly answer: Answer; readonly next: string },
): Error => {
  const [said = ""] = stderr.trim().split("\n");
  const problem = status === undefined ? "it cannot be called" : said === "" ? `exit code ${status}` : said;
  return usage(`\`${[program, ...args].join(" ")}\` failed: ${problem}`, next);
};
