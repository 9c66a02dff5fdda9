/** Both answers, no answer, and an answer that is none. */
import { afterEach, expect, test } from "bun:test";
import approval from "../../workflows/approval.ts";
import { readOutbox } from "../../workflows/outbox.ts";
import { openWorkbench, tickToTheEnd, type Workbench } from "./bench.ts";

let at: Workbench;
afterEach(() => at.close());

const DAY_MS = 86_400_000;

const ask = async (): Promise<string> => {
  at = await openWorkbench(approval);
  const expense = { employee: "Ada", amount: "120", purpose: "train to Paris", outbox: at.path("outbox.jsonl") };
  const { id } = await at.bench.engine.start(approval, expense);
  expect(await at.bench.engine.carry(id)).toMatchObject({ status: "waiting", reason: "event", input: { amount: 120 } });
  return id;
};

const letters = async (): Promise<readonly string[]> =>
  (await readOutbox(at.path("outbox.jsonl"))).map(({ to, subject }) => `${to}: ${subject}`);

test("approved: it is paid", async () => {
  const id = await ask();
  await at.bench.engine.sendEvent(id, "decision", { approved: true, by: "Grace" });
  expect(await tickToTheEnd(at, id)).toMatchObject({ status: "completed", output: { outcome: "paid", by: "Grace" } });
  expect(await letters()).toEqual(["manager: approve 120 for Ada: train to Paris?", "Ada: paid: train to Paris, 120"]);
});

test("not approved: it is declined, and nobody else is asked", async () => {
  const id = await ask();
  await at.bench.engine.sendEvent(id, "decision", { approved: false, by: "Grace" });
  expect(await tickToTheEnd(at, id)).toMatchObject({ status: "completed", output: { outcome: "declined", by: "Grace" } });
  expect(await letters()).toEqual(["manager: approve 120 for Ada: train to Paris?", "Ada: declined: train to Paris, 120"]);
});

test("the manager does not answer for three days: the director is asked, and decides", async () => {
  const id = await ask();
  await at.bench.host.advance(3 * DAY_MS);
  await at.bench.engine.tick();
  expect(await letters()).toHaveLength(2);
  await at.bench.engine.sendEvent(id, "decision", { approved: true, by: "Barbara" });
  expect(await tickToTheEnd(at, id)).toMatchObject({ output: { outcome: "paid", by: "Barbara" } });
});

test("nobody answers: it is declined after six days, by nobody", async () => {
  const id = await ask();
  const { output, finishedAt } = await tickToTheEnd(at, id);
  expect(output).toEqual({ outcome: "declined", by: null });
  expect(finishedAt).toBe("2026-01-07T00:00:00.000Z");
  expect(await letters()).toEqual([
    "manager: approve 120 for Ada: train to Paris?",
    "director: approve 120 for Ada: train to Paris?",
    "Ada: declined: train to Paris, 120",
  ]);
});

test("an answer that does not fit is left alone and said in the log; the next one counts", async () => {
  const id = await ask();
  await at.bench.engine.sendEvent(id, "decision", { approved: "yes" });
  await at.bench.engine.tick();
  expect(await at.bench.engine.getStatus(id)).toMatchObject({ status: "waiting" });
  expect((await at.bench.engine.logs(id)).map(({ message }) => message)).toContainEqual(expect.stringContaining("does not fit"));
  await at.bench.engine.sendEvent(id, "decision", { approved: true, by: "Grace" });
  expect(await tickToTheEnd(at, id)).toMatchObject({ output: { outcome: "paid" } });
});
