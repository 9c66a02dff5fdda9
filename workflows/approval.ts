/**
 * An expense that a person decides on. Who does not answer in time is passed over; where nobody answers, the expense is declined.
 *
 *     wf run approval employee=Ada amount=120 purpose="train to Paris"
 *     wf send @last decision '{"approved": true, "by": "Grace"}'
 *     wf tick
 */
import { resolve } from "node:path";
import { Workflow, type WorkflowContext } from "wflite";
import { z } from "zod";
import { sendOnce } from "./outbox.ts";

/** Checked here, so that a mistake is told before anything is created. */
const duration = z.string().regex(/^\d+(?:\.\d+)?(?:ms|[smhdw])$/, 'is not a duration such as "3d"');

/** Part of the name of a step. */
const approver = z.string().regex(/^[\w.@-]{1,100}$/);

const Input = z.object({
  employee: z.string().min(1),
  /** On the command line everything after = is text: coerced here. */
  amount: z.coerce.number().positive(),
  purpose: z.string().min(1),
  approvers: z.array(approver).min(1).max(10).default(["manager", "director"]),
  /** How long each of them has. */
  timeout: duration.default("3d"),
  outbox: z
    .string()
    .default("outbox.jsonl")
    .transform((path) => resolve(path)),
});

const Decision = z.object({ approved: z.boolean(), by: z.string().min(1) });

export default Workflow.define({
  name: "approval",
  description: "Pays an expense once somebody has approved it",
  input: Input,
  output: z.object({ outcome: z.enum(["paid", "declined"]), by: z.string().nullable() }),
  async run(ctx, input) {
    const decision = await decide(ctx, input);
    const outcome = decision?.approved ? "paid" : "declined";
    await ctx.step(decision?.approved ? "pay" : "decline", ({ idempotencyKey }) =>
      sendOnce(input.outbox, idempotencyKey, { to: input.employee, subject: `${outcome}: ${input.purpose}, ${input.amount}` }),
    );
    return { outcome, by: decision?.by ?? null };
  },
});

/** Asks one after the other, until one has answered. */
async function decide(ctx: WorkflowContext, { approvers, ...expense }: z.output<typeof Input>): Promise<z.infer<typeof Decision> | null> {
  const { employee, amount, purpose, timeout, outbox } = expense;
  for (const approver of approvers) {
    await ctx.step(`ask ${approver}`, ({ idempotencyKey }) =>
      sendOnce(outbox, idempotencyKey, { to: approver, subject: `approve ${amount} for ${employee}: ${purpose}?` }),
    );
    const event = await ctx.waitForEvent("decision", { timeout, schema: Decision });
    if (event !== null) return event.payload;
    ctx.log.warn(`${approver} has not answered`);
  }
  return null;
}
