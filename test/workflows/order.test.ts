/** Sold, or all of it taken back: by an error, a no, nobody's answer, a cancellation, and a crash in the middle of that. */
import { afterEach, expect, test } from "bun:test";
import order from "../../workflows/order.ts";
import { readOutbox } from "../../workflows/outbox.ts";
import { openWorkbench, tickToTheEnd, type Workbench } from "./bench.ts";

let at: Workbench;
afterEach(() => at.close());

const DAY_MS = 86_400_000;

const sell = async (more: Readonly<Record<string, unknown>> = {}): Promise<string> => {
  at = await openWorkbench(order);
  const { id } = await at.bench.engine.start(order, {
    customer: "ada@example.com",
    amount: "120",
    outbox: at.path("outbox.jsonl"),
    ...more,
  });
  return id;
};

const letters = async (): Promise<readonly string[]> =>
  (await readOutbox(at.path("outbox.jsonl"))).map(({ to, subject }) => `${to}: ${subject}`);

const RESERVED = "stock: reserve for ada@example.com";
const RELEASED = "stock: release for ada@example.com";

test("a small one is sold at once", async () => {
  const id = await sell();
  expect(await tickToTheEnd(at, id)).toMatchObject({ status: "completed", output: { receipt: `${id}/step/charge/1`, approvedBy: null } });
  expect(await letters()).toEqual([RESERVED, "bank: charge 120", "carrier: ship to ada@example.com in DE"]);
});

test("one that cannot be shipped is refunded and released, in this order, and fails with that error", async () => {
  const id = await sell({ country: "AQ" });
  expect(await tickToTheEnd(at, id)).toMatchObject({ status: "failed", error: { message: "Nothing is shipped to AQ" } });
  expect(await letters()).toEqual([RESERVED, "bank: charge 120", `bank: refund ${id}/step/charge/1`, RELEASED]);
});

test("a large one asks, and says who has agreed", async () => {
  const id = await sell({ amount: 5000 });
  await at.bench.engine.tick();
  expect(await at.bench.engine.getStatus(id)).toMatchObject({ status: "waiting", reasonDetail: 'approval "large order"' });
  expect(await at.bench.engine.operations.inbox()).toMatchObject([{ id, message: "5000 for ada@example.com to DE" }]);
  await at.bench.engine.operations.decide(id, { approved: true });
  expect(await tickToTheEnd(at, id)).toMatchObject({ status: "completed", output: { approvedBy: expect.any(String) } });
});

test.each([
  [
    "a no",
    async (id: string) => void (await at.bench.engine.operations.decide(id, { approved: false, note: "no credit" })),
    "Not approved: no credit",
  ],
  ["nobody's answer", async () => void (await at.bench.host.advance(2 * DAY_MS)), "Nobody has approved it in time"],
])("after %s the stock is released, and no money was taken", async (_, answer, message) => {
  const id = await sell({ amount: 5000 });
  await at.bench.engine.tick();
  await answer(id);
  expect(await tickToTheEnd(at, id)).toMatchObject({ status: "failed", error: { message } });
  expect(await letters()).toEqual([RESERVED, RELEASED]);
});

test("cancelled while it waits, it is undone by whoever takes it up, and once, though a process dies at it", async () => {
  const id = await sell({ amount: 5000 });
  await at.bench.engine.tick();
  await at.bench.engine.cancel(id, "changed her mind");
  at.bench.engine.tick().catch(() => {});
  await at.bench.host.settle(20);
  at.bench = await at.bench.crash();
  await at.bench.host.advance(60_000);
  expect(await tickToTheEnd(at, id)).toMatchObject({ status: "cancelled" });
  expect(await letters()).toEqual([RESERVED, RELEASED]);
});
