/**
 * One point: a fresh database of the user's and a fresh file of executions, the blow, what is there then, the recovery, what is there in
 * the end.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "../../../src/model/client.ts";
import { isTerminal } from "../../../src/model/status.ts";
import { openEngine } from "../../../src/open.ts";
import { type Blow, strike } from "../points/strike.ts";
import type { Outcome } from "../points/sweep.ts";
import type { Order } from "./program.ts";
import { EXECUTION, look, makeShop, type OpenShop, openShop, payWorkflow, type Shop } from "./shop.ts";
import { recordedSteps, wrongAfterBlow, wrongInTheEnd } from "./verdict.ts";
import { PATIENCE_MS } from "../../support/patience.ts";

const SWEEPS_MAX = 300;

/** A database for one point, in its folder. */
export type ShopIn = (folder: string, point: number) => Shop;

export class Rig {
  readonly #folder = mkdtempSync(join(tmpdir(), "wf-transactions-"));
  #program: Promise<string> | undefined;
  #start: Promise<string> | undefined;
  #points = 0;
  /** Points at which a transaction was committed and its step not yet recorded: those that matter most. */
  between = 0;

  /** @param isApart the record of a transaction is written by a commit of its own, for the self-tests */
  async crash(shopIn: ShopIn, blow: Blow, isApart = false): Promise<Outcome> {
    const point = ++this.#points;
    const folder = `${this.#folder}/point-${point}`;
    cpSync(await (this.#start ??= this.#prepare()), folder, { recursive: true });
    const shop = shopIn(folder, point);
    await makeShop(shop);
    const order: Order = { folder, shop, isApart };
    const program = await (this.#program ??= this.#build());
    const struck = await strike([process.execPath, program, JSON.stringify(order)], blow, { cwd: folder, limitMs: PATIENCE_MS });
    const open = openShop(shop);
    try {
      const wrong = struck.wasHit || struck.code === 0 ? [] : [`it ended by itself with ${struck.code}: ${struck.stderr}`];
      return { wasHit: struck.wasHit, wrong: [...wrong, ...(await this.#recover(folder, open))] };
    } finally {
      await open.close();
      rmSync(folder, { recursive: true });
    }
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #recover(folder: string, { db }: OpenShop): Promise<readonly string[]> {
    const client = await openEngine({ cwd: folder, dir: folder, role: "tick" });
    try {
      const steps = await recordedSteps(client);
      const rows = await look(db);
      if (rows.filter(({ kind }) => kind === "payment").length > steps.length) this.between++;
      const wrong = wrongAfterBlow(steps, rows);
      await client.start(payWorkflow(db), {}, { id: EXECUTION });
      await untilOver(client);
      return [...wrong, ...wrongInTheEnd(await client.history(EXECUTION), await look(db))];
    } finally {
      await client.close();
    }
  }

  /** A file of executions that is in use: what its making may meet is another rig's. */
  async #prepare(): Promise<string> {
    const folder = `${this.#folder}/start`;
    mkdirSync(folder);
    const client = await openEngine({ cwd: folder, dir: folder });
    await client.overview();
    await client.close();
    return folder;
  }

  async #build(): Promise<string> {
    const { outputs } = await Bun.build({ entrypoints: [join(import.meta.dir, "program.ts")], target: "bun", outdir: this.#folder });
    return outputs[0]?.path ?? "";
  }
}

const untilOver = async (client: Client): Promise<void> => {
  for (let sweeps = 0; sweeps < SWEEPS_MAX; sweeps++) {
    await client.tick({ concurrency: 2 });
    if (isTerminal((await client.getStatus(EXECUTION)).status)) return;
    await Bun.sleep(2);
  }
};
