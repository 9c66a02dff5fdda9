/** The client that the calls of `Workflow` use. Apart from `workflow.ts`, which loads zod. */
import type { Client } from "./client.ts";

let open: (() => Client | Promise<Client>) | undefined;

/** Whoever has an engine binds it here once; the last binding counts. */
export const bindClient = (opener: (() => Client | Promise<Client>) | undefined): void => {
  open = opener;
};

/** @throws Error when no engine is open in this process */
export const boundClient = async (): Promise<Client> => {
  if (open === undefined) throw new Error("Workflow calls need an open engine: run under `wf`, or call `openEngine()` first");
  return open();
};
