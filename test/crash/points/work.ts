/**
 * The workflow that every point runs: steps one after another, numbered from 0, that tell a ledger, with a wait in the middle if asked for.
 */
import { closeSync, openSync, writeSync } from "node:fs";
import { defineWorkflow, type WorkflowDefinition } from "../../../src/model/definition.ts";

export interface WorkInput {
  readonly steps: number;
  /** Before the step in the middle. Default: none. */
  readonly wait?: "sleep" | "event";
  readonly sleepMs?: number;
  /** How long a body takes, in ms. Default 0. */
  readonly bodyMs?: number;
}

export const WORK = "work";
/** A body that takes this long is shown as running by a row of its own: a write while the body is under way. In ms. */
const SHOWN_MS = 30;

export const middleOf = (steps: number): number => Math.floor(steps / 2);
/** What the workflow gives in the end. */
export const outputOf = ({ steps, wait }: WorkInput): number =>
  Array.from({ length: steps }, (_, k) => k * k).reduce((sum, square) => sum + square, wait === "event" ? SENT : 0);
/** The payload of the event. */
export const SENT = 1_000_000;
/** Its own id, so that sending it again changes nothing. */
export const SENT_ID = "sent once";

/** `points` makes each line of the ledger a point of its own, since the rigs strike at pwrite64; with `plain` they do not meet it. */
export type LedgerWrite = "points" | "plain";

export const ledgerOf = (folder: string): string => `${folder}/ledger`;

export type Work = WorkflowDefinition<unknown, number>;

export const workOf = (folder: string, how: LedgerWrite): Work =>
  defineWorkflow({
    name: WORK,
    panic: { maxRestarts: 1_000, delay: 1, maxDelay: 1 },
    async run(ctx, input) {
      const { steps, wait, sleepMs = 0, bodyMs = 0 } = input as WorkInput;
      let sum = 0;
      for (let k = 0; k < steps; k++) {
        if (k === middleOf(steps) && wait === "sleep") await ctx.sleep("rest", sleepMs);
        if (k === middleOf(steps) && wait === "event") sum += (await ctx.waitForEvent<number>("go"))?.payload ?? 0;
        sum += await ctx.step("square", async () => {
          note(folder, how, `${ctx.executionId} ${k} begin\n`);
          const ms = k === 1 ? Math.max(bodyMs, SHOWN_MS) : bodyMs;
          if (ms > 0) await Bun.sleep(ms);
          note(folder, how, `${ctx.executionId} ${k} end\n`);
          return k * k;
        });
      }
      return sum;
    },
  });

/** One write a line, at the end of the file, whoever else writes there. Linux appends also where a position is given. */
const note = (folder: string, how: LedgerWrite, line: string): void => {
  const file = openSync(ledgerOf(folder), "a");
  try {
    if (how === "plain") writeSync(file, line);
    else writeSync(file, Buffer.from(line), 0, line.length, 0);
  } finally {
    closeSync(file);
  }
};
