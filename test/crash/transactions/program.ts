/**
 * The program that is killed: one execution whose steps are transactions in the user's own database.
 *
 *     argv: the order, as JSON
 */
import { openEngine } from "../../../src/open.ts";
import { apart } from "./faults.ts";
import { EXECUTION, openShop, payWorkflow, type Shop } from "./shop.ts";

export interface Order {
  readonly folder: string;
  readonly shop: Shop;
  /** The record is written by a commit of its own. */
  readonly isApart: boolean;
}

const obey = async ({ folder, shop, isApart }: Order): Promise<void> => {
  const client = await openEngine({ cwd: folder, dir: folder });
  const { db, close } = openShop(shop);
  await client.start(payWorkflow(isApart ? apart(db) : db), {}, { id: EXECUTION, claim: true });
  await client.carry(EXECUTION, { holdMs: Number.POSITIVE_INFINITY });
  await client.close();
  await close();
};

obey(JSON.parse(process.argv[2] ?? "") as Order).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
