/** What `resume` and `restart` have in common: each wakes executions, then carries them on here as `run` does. */
import type { Client } from "../model/client.ts";
import { CARRY_OPTIONS, carryOnce, DETACH_OPTION, readCarrySettings } from "./carry.ts";
import { carryManyAndReport } from "./carry-many.ts";
import type { Command } from "./command.ts";
import { EXIT } from "./exit-codes.ts";
import { readReferences } from "./references.ts";

type Words = Pick<Command, "usage" | "summary" | "details" | "examples">;

export const wakingCommand = (words: Words, wake: (client: Client, id: string) => Promise<unknown>): Command => ({
  ...words,
  options: { ...CARRY_OPTIONS, ...DETACH_OPTION },
  async run({ args, options }, context) {
    const { detach, holdMs, timeoutMs } = readCarrySettings(options);
    const references = await readReferences(args, context);
    const client = await context.client({ role: "run" });
    // All of them before any is woken: a mistyped id is told at once.
    const ids = [...new Set(await inOrder(references, (reference) => client.resolveId(reference)))];
    await inOrder(ids, (id) => wake(client, id));
    const carry: typeof carryOnce = async (id, means) =>
      detach ? { execution: await client.getStatus(id), stopped: undefined } : carryOnce(id, means);
    const code = await carryManyAndReport(context, { client, ids, holdMs, timeoutMs, isList: args.length !== 1 || args[0] === "-", carry });
    return detach ? EXIT.ok : code;
  },
});

const inOrder = async <T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<readonly R[]> => {
  const results: R[] = [];
  for (const item of items) results.push(await act(item));
  return results;
};
