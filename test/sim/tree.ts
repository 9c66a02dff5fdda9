/**
 * Random workflows whose outcome is known without running them.
 *
 * A tree of steps, sleeps and events under sequences, `all` and `race`. What a tree returns does not depend on timing, since the winner of
 * a race is not part of it; which winner each race had is told to the ledger instead, and must be the same on every pass.
 */
import { WorkflowError } from "../../src/model/errors.ts";
import type { WorkflowContext } from "../../src/model/context.ts";

export type Tree =
  | { readonly do: "step"; readonly name: string; readonly lastsMs: number; readonly failures: number; readonly isHopeless: boolean }
  | { readonly do: "sleep"; readonly name: string; readonly ms: number }
  | { readonly do: "event"; readonly name: string }
  | { readonly do: "sequence" | "all" | "race"; readonly name: string; readonly of: readonly Tree[] };

/** What user code tells while it runs. */
export interface Witness {
  body(name: string, attempt: number, lastsMs: number, signal: AbortSignal): Promise<void>;
  delivered(name: string, value: unknown): void;
  won(race: string, winner: number): void;
}

/** Names are unique in a tree, so that each names one node. */
export const randomTree = (chance: () => number, depth = 3, counter = { next: 0 }): Tree => {
  const name = `n${counter.next++}`;
  const kind = chance();
  if (depth === 0 || (kind < 0.45 && depth < 3)) return leaf(name, chance);
  const how = chance();
  const of = Array.from({ length: 2 + Math.floor(chance() * 2) }, () => randomTree(chance, depth - 1, counter));
  return { do: how < 0.4 ? "sequence" : how < 0.75 ? "all" : "race", name, of };
};

const leaf = (name: string, chance: () => number): Tree => {
  const kind = chance();
  if (kind < 0.25) return { do: "sleep", name, ms: [0, 1, 500, 60_000, 3_600_000][Math.floor(chance() * 5)] ?? 0 };
  if (kind < 0.4) return { do: "event", name };
  const lastsMs = chance() < 0.6 ? 0 : Math.floor(chance() * 3_000);
  return { do: "step", name, lastsMs, failures: chance() < 0.25 ? 1 + Math.floor(chance() * 2) : 0, isHopeless: chance() < 0.1 };
};

export const perform = async (tree: Tree, ctx: WorkflowContext, witness: Witness): Promise<unknown> => {
  switch (tree.do) {
    case "step":
      return performStep(tree, ctx, witness);
    case "sleep":
      await ctx.sleep(tree.name, tree.ms);
      return tree.name;
    case "event": {
      const event = await ctx.waitForEvent<string>(tree.name);
      return event?.payload;
    }
    case "sequence": {
      const values: unknown[] = [];
      for (const child of tree.of) values.push(await perform(child, ctx, witness));
      return values;
    }
    case "all":
      return Promise.all(tree.of.map((child) => perform(child, ctx, witness)));
    case "race": {
      const winner = await Promise.race(tree.of.map((child, at) => perform(child, ctx, witness).then(() => at)));
      witness.won(tree.name, winner);
      return tree.name;
    }
    default:
      return tree satisfies never;
  }
};

const performStep = async (tree: Tree & { readonly do: "step" }, ctx: WorkflowContext, witness: Witness): Promise<unknown> => {
  try {
    const value = await ctx.step(
      tree.name,
      async ({ attempt, signal }) => {
        await witness.body(tree.name, attempt, tree.lastsMs, signal);
        if (attempt <= tree.failures) throw new Error(`attempt ${attempt}`);
        if (tree.isHopeless) throw new WorkflowError("hopeless");
        return `did ${tree.name}`;
      },
      { retry: { attempts: 5, delay: 400, jitter: false } },
    );
    witness.delivered(tree.name, value);
    return value;
  } catch (error) {
    witness.delivered(tree.name, String(error));
    return `caught ${(error as Error).message}`;
  }
};

/** What an undisturbed run returns. */
export const outcomeOf = (tree: Tree): unknown => {
  switch (tree.do) {
    case "step":
      return tree.isHopeless ? "caught hopeless" : `did ${tree.name}`;
    case "sleep":
    case "race":
      return tree.name;
    case "event":
      return payloadOf(tree.name);
    case "sequence":
    case "all":
      return tree.of.map(outcomeOf);
    default:
      return tree satisfies never;
  }
};

export const payloadOf = (event: string): string => `payload of ${event}`;

export const eventsOf = (tree: Tree): readonly string[] =>
  tree.do === "event" ? [tree.name] : "of" in tree ? tree.of.flatMap(eventsOf) : [];
