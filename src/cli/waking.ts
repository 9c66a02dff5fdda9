/** What `resume` and `restart` have in common: each wakes executions, then carries them on here as `run` does. */
import type { Client } from "../model/client.ts";
import { CARRY_OPTIONS, type CarryMeans, carryOnce, DETACH_OPTION, readCarrySettings, startDeadline } from "./carry.ts";
import { type Carried, exitOfCarried } from "./carried.ts";
import type { Command } from "./command.ts";
import { EXIT, worstExit } from "./exit-codes.ts";
import { watchProgress } from "./progress.ts";
import { readReferences } from "./references.ts";
import { reportAll, reportCarried } from "./report.ts";

type Words = Pick<Command, "usage" | "summary" | "details" | "examples">;

export const wakingCommand = (words: Words, wake: (client: Client, id: string) => Promise<unknown>): Command => ({
  ...words,
  options: { ...CARRY_OPTIONS, ...DETACH_OPTION },
  async run({ args, options }, context) {
    const settings = readCarrySettings(options);
    const references = await readReferences(args, context);
    const client = await context.client({ role: "run" });
    // All of them before any is woken: a mistyped id is told at once.
    const ids = [...new Set(await inOrder(references, (reference) => client.resolveId(reference)))];
    await inOrder(ids, (id) => wake(client, id));
    const progress = await watchProgress(context, { isAlone: ids.length === 1 });
    const deadline = startDeadline(context, settings.timeoutMs);
    const means: CarryMeans = { client, holdMs: settings.holdMs, deadline, onProgress: progress.listener };
    const move = async (id: string): Promise<Carried> =>
      settings.detach ? { execution: await client.getStatus(id), stopped: undefined } : carryOnce(id, means);
    try {
      const carried = await Promise.all(ids.map(move));
      progress.stop();
      const reports = carried.map((each) => ({ carried: each }));
      const [only] = reports;
      if (only !== undefined && reports.length === 1 && args[0] !== "-") await reportCarried(context, client, only);
      else await reportAll(context, client, reports);
      return settings.detach ? EXIT.ok : worstExit(carried.map((each) => exitOfCarried(each, context.signal)));
    } finally {
      deadline.clear();
      progress.stop();
    }
  },
});

const inOrder = async <T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<readonly R[]> => {
  const results: R[] = [];
  for (const item of items) results.push(await act(item));
  return results;
};
