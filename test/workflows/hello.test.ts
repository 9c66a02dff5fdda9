/** The smallest example. */
import { afterEach, expect, test } from "bun:test";
import hello from "../../workflows/hello.ts";
import { openWorkbench, tickToTheEnd, type Workbench } from "./bench.ts";

let at: Workbench;
afterEach(() => at.close());

test("it greets the world", async () => {
  at = await openWorkbench(hello);
  const { id } = await at.bench.engine.start(hello, {});
  expect(await tickToTheEnd(at, id)).toMatchObject({
    status: "completed",
    output: { greeting: "Hello, world!", farewell: "Goodbye, world." },
  });
});

test("it greets whoever it is told to, and a second passes in between", async () => {
  at = await openWorkbench(hello);
  const { id } = await at.bench.engine.start(hello, { name: " Ada " });
  expect(await at.bench.engine.carry(id)).toMatchObject({ status: "sleeping", wakeAt: "2026-01-01T00:00:01.000Z" });
  expect(await tickToTheEnd(at, id)).toMatchObject({ status: "completed", output: { greeting: "Hello, Ada!" } });
});

test("a name of nothing but blanks is refused, and nothing is created", async () => {
  at = await openWorkbench(hello);
  await expect(at.bench.engine.start(hello, { name: "  " })).rejects.toMatchObject({ code: "INPUT_INVALID" });
  expect(await at.bench.engine.list()).toEqual([]);
});
