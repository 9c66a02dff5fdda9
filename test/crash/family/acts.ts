/** What is done to the family, and once more after a crash: each act may be repeated. */
import type { Client } from "../../../src/model/client.ts";
import { isTerminal } from "../../../src/model/status.ts";
import { familyIn, PARENT } from "./work.ts";

export interface Acting {
  readonly client: Client;
  readonly folder: string;
  /** Told of what is reported as done, and so must be on disk from then on. */
  readonly acknowledge: (what: "started" | "cancelled") => void;
}

/** Ends a rig that would turn for ever. */
const SWEEPS_MAX = 300;

/** Starts the parent, carries it to its wait, cancels it, and carries it to its end. */
export const act = async ({ client, folder, acknowledge }: Acting): Promise<void> => {
  const { parent } = await known(client, folder);
  await client.start(parent, undefined, { id: PARENT, claim: true });
  acknowledge("started");
  await client.carry(PARENT);
  await client.cancel(PARENT, "enough");
  if ((await client.carry(PARENT)).status === "cancelled") acknowledge("cancelled");
};

/** What comes after a crash: a person does again what was cut off and settles what is in doubt, and cron does the rest. */
export const recover = async ({ client, folder }: Acting): Promise<void> => {
  const { parent } = await known(client, folder);
  await client.start(parent, undefined, { id: PARENT });
  for (let sweeps = 0; sweeps < SWEEPS_MAX; sweeps++) {
    await client.tick();
    const { status, reason } = await client.getStatus(PARENT);
    if (reason === "in-doubt") await client.operations.resolve(PARENT, "pay", { how: "result", value: null });
    if (reason === "event") await client.cancel(PARENT, "enough");
    if (isTerminal(status) && (await client.list({ statuses: ["pending", "running", "sleeping", "waiting"] })).length === 0) return;
    await Bun.sleep(2);
  }
};

/** So that executions of their names find them. */
const known = async (client: Client, folder: string): Promise<ReturnType<typeof familyIn>> => {
  const family = familyIn(folder);
  await client.validate(family.parent, undefined);
  await client.validate(family.kid, { n: 0 });
  return family;
};
