/**
 * The program that is killed: one act on the executions of a folder.
 *
 *     argv: the order, as JSON
 *
 * On its output: `ready` once the engine is open; `ack <what> <id>` for all that the engine has reported as done. An error goes to the
 * other stream and makes it exit with 1.
 */
import { writeSync } from "node:fs";
import { type Acting, type Act, act, recover } from "./acts.ts";
import { engineIn, type Fault } from "./engines.ts";
import { type LedgerWrite, workOf } from "./work.ts";

export interface Order {
  readonly folder: string;
  readonly act: Act;
  readonly ledger: LedgerWrite;
  readonly fault?: Fault;
  /** Not the act, but what comes after it was cut off. */
  readonly isRecovery?: boolean;
}

const say = (line: string): void => void writeSync(1, `${line}\n`);

const obey = async ({ folder, act: asked, ledger, fault, isRecovery }: Order): Promise<void> => {
  const client = await engineIn(folder, fault);
  const work = workOf(folder, ledger);
  await client.validate(work, asked.input); // so that executions of that name find it
  say("ready");
  const acting: Acting = { client, work, acknowledge: (what, id) => say(`ack ${what} ${id}`) };
  await (isRecovery === true ? recover(acting, asked) : act(acting, asked));
  await client.close();
};

obey(JSON.parse(process.argv[2] ?? "") as Order).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
