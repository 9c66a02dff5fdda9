/**
 * The smallest workflow: a step, a short sleep, a step.
 *
 *     wf run hello
 *     wf run hello name=Ada
 */
import { Workflow } from "wflite";
import { z } from "zod";

export default Workflow.define({
  name: "hello",
  description: "Greets somebody, waits a second, says goodbye",
  input: z.object({ name: z.string().trim().min(1).default("world") }),
  output: z.object({ greeting: z.string(), farewell: z.string() }),
  async run(ctx, { name }) {
    const greeting = await ctx.step("greet", () => `Hello, ${name}!`);
    await ctx.sleep("a moment", "1s");
    const farewell = await ctx.step("say goodbye", () => `Goodbye, ${name}.`);
    return { greeting, farewell };
  },
});
