/** What the tests of bundles share: engines in files of their own, a workflow with a bit of everything, and the way from one to another. */
import { expect } from "bun:test";
import { defineWorkflow, type WorkflowDefinition } from "../../src/model/definition.ts";
import type { ExportOptions, ImportOptions } from "../../src/model/clients/bundles.ts";
import { type Bench, during, ledger, openBench } from "./harness.ts";

export const opened: Bench[] = [];
/** After each test. */
export const closeAll = async (): Promise<void> => {
  for (const bench of opened.splice(0)) await bench.close();
};

export const bench = async (...definitions: readonly WorkflowDefinition[]): Promise<Bench> => {
  const one = await openBench(definitions);
  opened.push(one);
  return one;
};

export const bundleOf = async (
  { engine }: Bench,
  ids: readonly string[],
  options: Partial<ExportOptions> = {},
): Promise<readonly string[]> => {
  const lines: string[] = [];
  await engine.bundles.export(ids, { write: (line) => void lines.push(line), ...options });
  return lines;
};

const from = (lines: readonly string[]) =>
  async function* () {
    yield* lines;
  };

export const importInto = ({ engine }: Bench, lines: readonly string[], options: ImportOptions = {}) =>
  engine.bundles.import(from(lines), options);

export const done = ledger();

/** Steps around a sleep and an event, with a failure in between that is retried, a log, and a value that is no plain JSON. */
export const signup = defineWorkflow({
  name: "signup",
  retry: { attempts: 3, delay: "1s", jitter: false },
  async run(ctx, input) {
    const { email } = input as { email: string };
    ctx.log.info("begins", { email });
    const made = await ctx.step("create", ({ attempt }) => {
      done.note(`create ${attempt}`);
      if (attempt === 1) throw new Error(`no answer for ${email}`);
      return { email, at: new Date(5) };
    });
    await ctx.sleep("trial", "3d");
    await ctx.step("greet", () => done.note("greet"));
    const survey = await ctx.waitForEvent<{ stars: number }>("survey");
    return { made, stars: survey?.payload.stars ?? 0 };
  },
}) as WorkflowDefinition;

/** Asleep, with a failed attempt behind it. */
export const asleep = async (id = "s-1"): Promise<Bench> => {
  const one = await bench(signup);
  await one.engine.start(signup, { email: "ann@example.org" }, { id, tags: { team: "blue" } });
  await during(one, one.engine.carry(id, { holdMs: 5_000 }), 10_000);
  expect((await one.engine.getStatus(id)).status).toBe("sleeping");
  return one;
};

export const historyOf = async ({ engine }: Bench, id: string) => {
  const { execution, steps, panics } = await engine.history(id);
  const logs = (await engine.logs(id)).map(({ cursor: _, ...entry }) => entry);
  return { execution, steps, panics, logs };
};
