/**
 * An order: stock is reserved, a large one needs a person's yes, money is taken, and it is shipped. Where it ends before that, by an
 * error, a no, or `wf cancel`, what was done is undone, the last part first.
 *
 *     wf run order customer=ada@example.com amount=120
 *     wf run order customer=ada@example.com amount=5000
 *     wf approve @last && wf tick
 *     wf run order customer=ada@example.com amount=120 country=AQ
 *
 * Its effects are lines of `outbox.jsonl`, so that they can be counted, however often the process was killed.
 */
import { resolve } from "node:path";
import { Workflow, WorkflowError } from "wflite";
import { z } from "zod";
import { sendOnce } from "./outbox.ts";

const SERVED = ["DE", "FR", "IT", "JP", "US"];

const Input = z.object({
  customer: z.email(),
  /** On the command line everything after = is text: coerced here. */
  amount: z.coerce.number().positive(),
  country: z.string().length(2).default("DE"),
  /** From here on somebody has to agree. */
  largeFrom: z.coerce.number().positive().default(1_000),
  /** Resolved when the execution starts: a tick by cron begins in another directory. */
  outbox: z
    .string()
    .default("outbox.jsonl")
    .transform((path) => resolve(path)),
});

export default Workflow.define({
  name: "order",
  description: "Sells something, and takes it all back when a part fails",
  input: Input,
  output: z.object({ receipt: z.string(), approvedBy: z.string().nullable() }),
  retry: { attempts: 5, delay: "1s", maxDelay: "1m" },
  async run(ctx, { customer, amount, country, largeFrom, outbox }) {
    const send = (to: string, subject: string, key: string) => sendOnce(outbox, key, { to, subject });

    await ctx.step("reserve stock", ({ idempotencyKey }) => send("stock", `reserve for ${customer}`, idempotencyKey), {
      compensate: (_, { idempotencyKey }) => send("stock", `release for ${customer}`, idempotencyKey),
    });

    let approvedBy: string | null = null;
    if (amount >= largeFrom) {
      const { approved, by, note, timedOut } = await ctx.approve("large order", {
        message: `${amount} for ${customer} to ${country}`,
        timeout: "2d",
      });
      if (!approved) throw new WorkflowError(timedOut ? "Nobody has approved it in time" : `Not approved: ${note ?? "without a reason"}`);
      approvedBy = by;
    }

    const { key: receipt } = await ctx.step("charge", ({ idempotencyKey }) => send("bank", `charge ${amount}`, idempotencyKey), {
      compensate: ({ key }, { idempotencyKey }) => send("bank", `refund ${key}`, idempotencyKey),
    });

    await ctx.step("ship", ({ idempotencyKey }) => {
      if (!SERVED.includes(country)) throw new WorkflowError(`Nothing is shipped to ${country}`);
      return send("carrier", `ship to ${customer} in ${country}`, idempotencyKey);
    });
    return { receipt, approvedBy };
  },
});
