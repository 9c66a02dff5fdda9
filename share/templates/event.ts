// Try it: wf run template-name, then wf send @last paid '{"amount": 12}'
import { Workflow } from "wflite";
import { z } from "zod";

export default Workflow.define({
  name: "template-name",
  description: "Waits for a message from outside",
  input: z.object({ order: z.string().default("o-1") }),
  async run(ctx, { order }) {
    await ctx.step("send invoice", ({ log }) => log.info(`invoice for ${order}`));
    // An event that comes before the wait is kept for it. After a week without one this is null.
    const paid = await ctx.waitForEvent("paid", { timeout: "7d", schema: z.object({ amount: z.number() }) });
    if (paid === null) {
      await ctx.step("remind", ({ log }) => log.warn(`${order} is not paid`));
      return { order, paid: 0 };
    }
    return { order, paid: paid.payload.amount };
  },
});
