/**
 * Welcomes a new customer, lets a trial pass, asks how it was. The trial takes days; no process waits for it.
 *
 *     wf run signup email=ada@example.com
 *     wf run signup email=ada@example.com plan=pro trial=10s
 *
 * Its effects are lines of `outbox.jsonl`, so that they can be counted: three for each customer, however often the process was killed.
 */
import { resolve } from "node:path";
import { Workflow } from "wflite";
import { z } from "zod";
import { sendOnce } from "./outbox.ts";

/** Checked here, so that a mistake is told before anything is created. */
const duration = z.string().regex(/^\d+(?:\.\d+)?(?:ms|[smhdw])$/, 'is not a duration such as "3d"');

const Input = z.object({
  email: z.email(),
  plan: z.enum(["free", "pro"]).default("free"),
  trial: duration.default("3d"),
  /** Resolved when the execution starts: a tick by cron begins in another directory. */
  outbox: z
    .string()
    .default("outbox.jsonl")
    .transform((path) => resolve(path)),
});

export default Workflow.define({
  name: "signup",
  description: "Welcomes a new customer",
  input: Input,
  output: z.object({ customerId: z.string() }),
  retry: { attempts: 5, delay: "1s", maxDelay: "1m" },
  async run(ctx, { email, plan, trial, outbox }) {
    // The same on every pass. Drawn inside of a step it would do as well, since results are recorded.
    const customerId = `c-${ctx.uuid()}`;

    await ctx.step("create customer", ({ idempotencyKey }) =>
      sendOnce(outbox, idempotencyKey, { to: "crm", subject: `new ${plan} customer ${customerId}, ${email}` }),
    );
    await ctx.step("send welcome", ({ idempotencyKey }) => sendOnce(outbox, idempotencyKey, { to: email, subject: "Welcome!" }));
    await ctx.sleep("trial", trial);
    await ctx.step("ask how it was", ({ idempotencyKey }) => sendOnce(outbox, idempotencyKey, { to: email, subject: "How was it?" }));
    return { customerId };
  },
});
