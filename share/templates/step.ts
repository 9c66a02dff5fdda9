// Try it: wf run template-name
import { Workflow } from "wflite";
import { z } from "zod";

export default Workflow.define({
  name: "template-name",
  description: "What it does, in a few words",
  input: z.object({ email: z.email().default("ada@example.org") }),
  retry: { attempts: 3, delay: "1s" },
  async run(ctx, { email }) {
    // What touches the world stands in a step. A service that is given the key does the same thing once, however often it is asked.
    const customer = await ctx.step("create customer", ({ idempotencyKey }) => ({ email, key: idempotencyKey }));
    await ctx.sleep("a moment", "2s");
    await ctx.step("welcome", ({ log }) => log.info(`welcome, ${customer.email}`));
    return customer;
  },
});
