/** Whether what was installed does what it is there for: its first tick is waited for, in the database of the project. */
import type { Client } from "../../model/client.ts";
import type { CommandContext } from "../command.ts";
import { pause } from "../pause.ts";
import type { SchedulerKind } from "./scheduler.ts";

const LOOK_EVERY_MS = 500;

interface Waiting {
  readonly client: Client;
  /** Epoch ms: what has ticked before does not count. */
  readonly since: number;
  readonly withinMs: number;
  readonly kind: SchedulerKind;
}

/** When it was seen; null when the time is over, or the signal of the command came first. */
export const firesWithin = async ({ client, since, withinMs, kind }: Waiting, context: CommandContext): Promise<string | null> => {
  const isSeen = (seenAt: string | null): seenAt is string => seenAt !== null && Date.parse(seenAt) >= since;
  const first = await lastTickAt(client);
  if (isSeen(first)) return first;
  const what = kind === "cron" ? "cron to begin the next minute" : "the daemon to begin";
  const spinner = await context.out.spinner(`waiting for ${what}`);
  if (spinner === undefined) context.out.note(`waiting for ${what}`);
  try {
    const endsAt = context.now() + withinMs;
    while (context.now() < endsAt && (await pause(context, LOOK_EVERY_MS))) {
      const seenAt = await lastTickAt(client);
      if (isSeen(seenAt)) return seenAt;
    }
    return null;
  } finally {
    spinner?.stop();
  }
};

export const lastTickAt = async (client: Client): Promise<string | null> => (await client.overview({ limit: 1 })).lastTickAt;
