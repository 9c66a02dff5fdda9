// Try it: wf run template-name, and wf run template-name card=declined to see it undone
import { Workflow, WorkflowError } from "wflite";
import { z } from "zod";

export default Workflow.define({
  name: "template-name",
  description: "Books a seat and pays for it; when paying fails the seat is free again",
  input: z.object({ card: z.enum(["good", "declined"]).default("good") }),
  async run(ctx, { card }) {
    const seat = await ctx.step("reserve seat", () => ({ number: "12A" }), {
      compensate: (reserved) => console.log(`seat ${reserved.number} is free again`),
    });
    await ctx.step("pay", () => {
      // Permanent: it is not tried again, and what was done so far is undone, last first.
      if (card === "declined") throw new WorkflowError("The card was declined");
    });
    return seat;
  },
});
