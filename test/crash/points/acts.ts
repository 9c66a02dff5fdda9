/**
 * What is done to executions in a scenario, and once more after a crash: by the program that is killed, and by the one that comes after it.
 *
 * Each act may be repeated: the ids are given, and so is that of the event.
 */
import type { Client } from "../../../src/model/client.ts";
import { isTerminal } from "../../../src/model/status.ts";
import { SENT, SENT_ID, type Work, type WorkInput } from "./work.ts";

export type Verb = "run" | "tick" | "cancel" | "send" | "prune";

export interface Act {
  readonly verb: Verb;
  readonly ids: readonly string[];
  readonly input: WorkInput;
  /** What is over, and is removed by `prune`. */
  readonly gone?: readonly string[];
}

export interface Acting {
  readonly client: Client;
  readonly work: Work;
  /** Told of what the engine has reported as done, and so must be on disk from then on. */
  readonly acknowledge: (what: Acknowledged, id: string) => void;
}

export type Acknowledged = "started" | "completed" | "cancelled" | "sent" | "removed";

/** Ends a rig that would turn for ever; far above what any recovery takes. */
const SWEEPS_MAX = 300;

export const act = async (acting: Acting, { verb, ids, input, gone = [] }: Act): Promise<void> => {
  const { client, acknowledge } = acting;
  switch (verb) {
    case "run":
      for (const id of ids) await run(acting, id, input);
      return;
    case "tick":
      return sweepUntilOver(acting, ids);
    case "cancel":
      for (const id of ids) {
        const { status } = await client.cancel(id);
        if (status === "cancelled") acknowledge("cancelled", id);
      }
      return;
    case "send":
      for (const id of ids) {
        if (isTerminal((await client.getStatus(id)).status)) continue;
        await client.sendEvent(id, "go", SENT, { id: SENT_ID });
        acknowledge("sent", id);
      }
      return;
    case "prune":
      await client.retention.prune({ olderThan: 0 });
      for (const id of gone) acknowledge("removed", id);
      return;
    default:
      return verb satisfies never;
  }
};

/** What comes after a crash: a person does again what was cut off, and cron does the rest. */
export const recover = async (acting: Acting, asked: Act): Promise<void> => {
  const { client, work } = acting;
  if (asked.verb === "run") for (const id of asked.ids) await client.start(work, asked.input, { id });
  else if (asked.verb !== "tick") await act(acting, asked);
  await sweepUntilOver(acting, asked.ids);
};

const run = async ({ client, work, acknowledge }: Acting, id: string, input: WorkInput): Promise<void> => {
  await client.start(work, input, { id, claim: true });
  acknowledge("started", id);
  const { status } = await client.carry(id, { holdMs: Number.POSITIVE_INFINITY });
  if (status === "completed") acknowledge("completed", id);
};

/** What cron does, a little faster. */
const sweepUntilOver = async ({ client, acknowledge }: Acting, ids: readonly string[]): Promise<void> => {
  for (let sweeps = 0; sweeps < SWEEPS_MAX; sweeps++) {
    await client.tick({ concurrency: 2 });
    const views = await Promise.all(ids.map((id) => client.getStatus(id)));
    for (const { id, status } of views) if (status === "completed") acknowledge("completed", id);
    if (views.every(({ status, reason }) => isTerminal(status) || reason === "event")) return;
    await Bun.sleep(2);
  }
};
