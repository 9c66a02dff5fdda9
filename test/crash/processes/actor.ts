/**
 * A process of a rig: `bun actor.ts`. It does what it is told over standard input, a JSON document a line, and answers each with one line.
 *
 * It stands for a `wf tick` or a worker of `wf daemon` where starting the whole command each time would cost more than what is tested.
 */
import type { Client, TickOptions } from "../../../src/model/client.ts";
import type { Fault } from "./faults.ts";
import { contend, type Contention } from "./contend.ts";

export type Order =
  | { readonly do: "open"; readonly folder: string; readonly fault?: Fault }
  | { readonly do: "start"; readonly workflow: string; readonly ids: readonly string[]; readonly input: unknown }
  | { readonly do: "tick"; readonly options?: Pick<TickOptions, "concurrency" | "maxExecutions" | "holdMs"> }
  | { readonly do: "toil"; readonly concurrency: number }
  | { readonly do: "contend"; readonly contention: Contention }
  | { readonly do: "close" };

let client: Client | undefined;

const engine = (): Client => {
  if (client === undefined) throw new Error("it was not told to open anything");
  return client;
};

const obey = async (order: Order): Promise<unknown> => {
  switch (order.do) {
    case "open": {
      const { openWith } = await import("./engine.ts");
      client = await openWith(order.folder, order.fault ?? "none");
      return "opened";
    }
    case "start":
      return Promise.all(order.ids.map(async (id) => (await engine().start(order.workflow, order.input, { id })).disposition));
    case "tick":
      return engine().tick(order.options ?? {});
    case "toil":
      return toil(order.concurrency);
    case "contend":
      return contend(order.contention);
    case "close":
      await client?.close();
      client = undefined;
      return "closed";
    default:
      return order satisfies never;
  }
};

/** Sweeps until it is killed. */
const toil = async (concurrency: number): Promise<never> => {
  for (;;) {
    const { claimed } = await engine().tick({ concurrency });
    await Bun.sleep(claimed === 0 ? 10 : 0);
  }
};

const answer = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value ?? null)}\n`);

for await (const line of console) {
  try {
    answer({ said: await obey(JSON.parse(line) as Order) });
  } catch (error) {
    answer({ threw: String(error) });
  }
}
