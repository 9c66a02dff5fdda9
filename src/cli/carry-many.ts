/**
 * Carrying several executions in the foreground side by side: shows the progress of all, prints one document or a list, and gives the
 * worst of their exit codes.
 */
import type { Client } from "../model/client.ts";
import { exitOfOutcome, type Failure } from "./act-on-each.ts";
import { type Carried, exitOfCarried } from "./carried.ts";
import { type CarryMeans, startDeadline } from "./carry.ts";
import type { CommandContext } from "./command.ts";
import { worstExit } from "./exit-codes.ts";
import { watchProgress } from "./progress.ts";
import { reportAll, reportCarried } from "./report.ts";

/** The same as a tick's. */
const MAX_AT_ONCE = 100;

export interface ManyToCarry {
  readonly client: Client;
  readonly ids: readonly string[];
  /** Undefined where nothing was said: then the project's settings hold. */
  readonly holdMs: number | undefined;
  readonly timeoutMs: number | undefined;
  /** A list is printed even of one: what was asked for could have been several. */
  readonly isList: boolean;
  /** What could not even be begun: told after the others. */
  readonly failures?: readonly Failure[];
  carry(id: string, means: CarryMeans): Promise<Carried>;
}

export const carryManyAndReport = async (context: CommandContext, many: ManyToCarry): Promise<number> => {
  const { client, ids, holdMs = context.configuration.settings.holdMs } = many;
  const progress = await watchProgress(context, { alone: ids.length === 1 ? ids[0] : undefined });
  const deadline = startDeadline(context, many.timeoutMs);
  const means: CarryMeans = { client, holdMs, deadline, onProgress: progress.listener };
  try {
    const carried = await sideBySide(ids, (id) => many.carry(id, means));
    progress.stop();
    const reports = carried.map((each) => ({ carried: each }));
    const [only] = reports;
    if (only !== undefined && !many.isList) await reportCarried(context, client, only);
    else await reportAll(context, client, reports, many.failures);
    return worstExit([...carried.map((each) => exitOfCarried(each, context.signal)), ...(many.failures ?? []).map(exitOfOutcome)]);
  } finally {
    deadline.clear();
    progress.stop();
  }
};

/** Results in the order of the ids. */
async function sideBySide<T>(ids: readonly string[], act: (id: string) => Promise<T>): Promise<readonly T[]> {
  const results: T[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < ids.length; index = next++) results[index] = await act(ids[index] ?? "");
  };
  await Promise.all(Array.from({ length: Math.min(MAX_AT_ONCE, ids.length) }, work));
  return results;
}
