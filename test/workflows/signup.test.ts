/** The trial outlives the process, and every message goes out once. */
import { afterEach, expect, test } from "bun:test";
import { readOutbox, sendOnce } from "../../workflows/outbox.ts";
import signup from "../../workflows/signup.ts";
import { openWorkbench, tickToTheEnd, type Workbench } from "./bench.ts";

let at: Workbench;
afterEach(() => at.close());

const subjects = async (): Promise<readonly string[]> =>
  (await readOutbox(at.path("outbox.jsonl"))).map(({ to, subject }) => `${to}: ${subject}`);

test("two messages before the trial, one after it, three days later and in another process", async () => {
  at = await openWorkbench(signup);
  const { id } = await at.bench.engine.start(signup, { email: "ada@example.com", outbox: at.path("outbox.jsonl") });
  expect(await at.bench.engine.carry(id)).toMatchObject({
    status: "sleeping",
    reason: "sleep",
    wakeAt: expect.stringContaining("2026-01-04"),
  });
  const before = await subjects();
  expect(before).toEqual([expect.stringMatching(/^crm: new free customer c-\S+, ada@/), "ada@example.com: Welcome!"]);

  at.bench = await at.bench.reopen();
  expect(await at.bench.engine.tick()).toMatchObject({ claimed: 0 });
  const { status, output } = await tickToTheEnd(at, id);
  expect(status).toBe("completed");
  expect(await subjects()).toEqual([...before, "ada@example.com: How was it?"]);
  expect(before[0]).toContain((output as { customerId: string }).customerId);
});

test("a process that died after it had sent and before that was recorded: nothing is sent twice", async () => {
  at = await openWorkbench(signup);
  const outbox = at.path("outbox.jsonl");
  const { id } = await at.bench.engine.start(signup, { email: "ada@example.com", outbox }, { id: "s-1" });
  // What such a process leaves behind: the message with the key of the step, and no row of the step.
  await sendOnce(outbox, "s-1/step/send%20welcome/1", { to: "ada@example.com", subject: "Welcome!" });
  expect(await tickToTheEnd(at, id)).toMatchObject({ status: "completed" });
  expect((await subjects()).toSorted()).toEqual([
    "ada@example.com: How was it?",
    "ada@example.com: Welcome!",
    expect.stringContaining("crm: new"),
  ]);
});

test.each([
  { email: "ada" },
  { email: "ada@example.com", plan: "gold" as "pro" },
  { email: "ada@example.com", trial: "soon" },
  { email: "ada@example.com", trial: "1mo" },
])("%j is refused, and nothing is created", async (input) => {
  at = await openWorkbench(signup);
  await expect(at.bench.engine.start(signup, { ...input, outbox: at.path("outbox.jsonl") })).rejects.toMatchObject({
    code: "INPUT_INVALID",
  });
  expect(await at.bench.engine.list()).toEqual([]);
  expect(await subjects()).toEqual([]);
});
