/**
 * A parent that books, has three children, pays what must not be paid twice, and then waits until it is cancelled; what it has done is
 * undone then. All of them tell a ledger outside of the database.
 */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { defineWorkflow, type WorkflowDefinition } from "../../../src/model/definition.ts";

export const PARENT = "parent";
export const CHILDREN = 3;
/** Of them at the same time. */
export const LANES = 2;

const ledgerOf = (folder: string): string => `${folder}/family-ledger`;

export const linesOf = (folder: string): readonly string[] =>
  existsSync(ledgerOf(folder)) ? readFileSync(ledgerOf(folder), "utf8").split("\n").filter(Boolean) : [];

const COMMON = { panic: { maxRestarts: 1_000, delay: 1, maxDelay: 1 } } as const;

export const familyIn = (folder: string): { readonly parent: WorkflowDefinition; readonly kid: WorkflowDefinition } => {
  const note = (line: string): void => appendFileSync(ledgerOf(folder), `${line}\n`);
  const kid = defineWorkflow({
    ...{ name: "kid", ...COMMON },
    async run(ctx, input) {
      const { n } = input as { n: number };
      await ctx.step("prepare", () => note(`prepare ${n}`));
      return ctx.step("square", () => (note(`square ${n}`), n * n));
    },
  });
  const parent = defineWorkflow({
    ...{ name: "parent", ...COMMON },
    async run(ctx) {
      await ctx.step("book", () => note("book"), { compensate: () => note("undo book") });
      const all = Array.from({ length: CHILDREN }, (_, n) => n);
      const squares = await ctx.map("kids", all, (n, item) => item.run(kid, { n }), { concurrency: LANES });
      await ctx.step("pay", () => (note("pay"), squares), { once: true, compensate: () => note("undo pay") });
      await ctx.waitForEvent("never");
    },
  });
  return { parent, kid: kid as WorkflowDefinition };
};
