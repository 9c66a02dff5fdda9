// Try it: wf run template-name
import { Workflow } from "wflite";
import { z } from "zod";

export default Workflow.define({
  name: "template-name",
  description: "Runs commands as steps",
  input: z.object({ folder: z.string().default("workflows") }),
  async run(ctx, { folder }) {
    // A value is one argument, whatever is in it: it never becomes a part of the script.
    const { stdout } = await ctx.sh.named("list", { timeout: "1m" })`find ${folder} -type f`;
    const files = stdout.split("\n").filter(Boolean);
    const { stdout: kib } = await ctx.sh.named("measure", { retry: { attempts: 3, delay: "1s" } })`du -sk ${folder} | cut -f 1`;
    return { files: files.length, kib: Number(kib) };
  },
});
