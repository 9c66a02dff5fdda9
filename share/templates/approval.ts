// Try it: wf run template-name, then wf inbox and wf approve @last
import { Workflow } from "wflite";
import { z } from "zod";

export default Workflow.define({
  name: "template-name",
  description: "Asks a person before it does something",
  input: z.object({ amount: z.coerce.number().positive().default(120) }),
  async run(ctx, { amount }) {
    const decision = await ctx.approve("refund", { message: `pay back ${amount}?`, timeout: "2d" });
    // Nobody has decided in time: that is no as well.
    if (!decision.approved) return { refunded: 0, note: decision.note };
    await ctx.step("refund", ({ log }) => log.info(`paid back ${amount}, said ${decision.by ?? "somebody"}`));
    return { refunded: amount, note: decision.note };
  },
});
