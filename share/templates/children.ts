// Try it: wf run template-name
import { Workflow } from "wflite";
import { z } from "zod";

/** An execution of its own for each file: with its own history, its own retries, and its own place in `wf status`. */
export const one = Workflow.define({
  name: "template-name-one",
  input: z.object({ file: z.string() }),
  output: z.object({ file: z.string(), size: z.number() }),
  async run(ctx, { file }) {
    const size = await ctx.step("measure", () => file.length);
    return { file, size };
  },
});

export default Workflow.define({
  name: "template-name",
  description: "Does the same for each of many, some side by side",
  input: z.object({ files: z.array(z.string()).default(["a.txt", "bb.txt", "ccc.txt"]) }),
  async run(ctx, { files }) {
    const done = await ctx.map("files", files, (file, item) => item.run(one, { file }), { concurrency: 2 });
    return { files: done.length, total: done.reduce((sum, { size }) => sum + size, 0) };
  },
});
