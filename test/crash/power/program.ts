/**
 * The program that is recorded: `bun program.ts <workload as JSON>`.
 *
 * It uses the product as any program would, says what was acknowledged in lines of a file, and ends by killing itself, so that a WAL is
 * left behind:
 *
 *     ack <execution> start        its creation was acknowledged
 *     ack <execution> <step>       the promise of the step has resolved
 *     ack <execution> end          its end was reported
 */
import { Database } from "bun:sqlite";
import { openSync, writeSync } from "node:fs";
import type { Client, WorkflowContext } from "../../../src/index.ts";
import { Workflow } from "../../../src/model/workflow.ts";
import { openEngine } from "../../../src/open.ts";
import { acknowledgementsOf, databaseOf, drawnFrom, executionId, stepResult, type Workload } from "./workload.ts";

const work = JSON.parse(process.argv[2] ?? "{}") as Workload;

const replaced = (text: string, from: string, to: string): string => {
  if (!text.includes(from)) throw new Error(`the settings of a connection do not hold "${from}" any more`);
  return text.replace(from, to);
};

const { run } = Database.prototype;
Database.prototype.run = function (this: Database, sql: string, ...rest: []) {
  if (!sql.includes("PRAGMA synchronous")) return run.call(this, sql, ...rest);
  const small = replaced(sql, "wal_autocheckpoint = 1000;", `wal_autocheckpoint = ${work.checkpointPages};`);
  return run.call(this, work.durability === "off" ? replaced(small, "synchronous = FULL;", "synchronous = OFF;") : small);
} as typeof run;

const acknowledgements = openSync(acknowledgementsOf(work.folder), "a");
const acknowledge = (execution: string, what: string | number): void => void writeSync(acknowledgements, `ack ${execution} ${what}\n`);

const step = async (ctx: WorkflowContext, number: number): Promise<void> => {
  const chance = drawnFrom(work.seed, ctx.executionId, number, "kind");
  await ctx.step(
    `s${number}`,
    async ({ attempt }) => {
      if (attempt === 1 && chance < 0.08) throw new Error("the first attempt fails");
      return stepResult(ctx.executionId, number);
    },
    { retry: { attempts: 2, delay: 1, jitter: false } },
  );
  acknowledge(ctx.executionId, number);
  if (chance > 0.95) await ctx.sleep(`nap ${number}`, 1);
};

const definition = Workflow.define({
  name: "power",
  async run(ctx: WorkflowContext, input: { readonly steps: number }) {
    for (let number = 0; number < input.steps; number++) await step(ctx, number);
    return ctx.executionId;
  },
});

const carry = async (client: Client, id: string): Promise<void> => {
  await client.start(definition, { steps: work.steps }, { id, claim: true });
  acknowledge(id, "start");
  const { status } = await client.carry(id, { holdMs: Number.POSITIVE_INFINITY });
  if (status !== "completed") throw new Error(`${id} ended as ${status}`);
  acknowledge(id, "end");
};

const perSession = Math.ceil(work.executions / work.sessions);
for (let session = 0; session < work.sessions; session++) {
  const durability = work.durability === "normal" ? "normal" : "full";
  const client = await openEngine({ cwd: work.folder, db: databaseOf(work.folder), durability });
  for (let done = 0; done < perSession;) {
    // Together they share commits; alone each step is a commit of its own.
    const together = Math.min(perSession - done, 1 + Math.floor(3 * drawnFrom(work.seed, session, done, "together")));
    await Promise.all(Array.from({ length: together }, (_, at) => carry(client, executionId(session * perSession + done + at))));
    done += together;
  }
  if (session < work.sessions - 1) await client.close();
}
process.kill(process.pid, "SIGKILL");
