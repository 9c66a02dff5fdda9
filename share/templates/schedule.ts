// Try it: wf schedule preview template-name, and wf run template-name for once by hand
import { Workflow } from "wflite";

export default Workflow.define({
  name: "template-name",
  description: "Runs every morning",
  // Slots are started by `wf tick` from cron, or by `wf daemon`: wf daemon install
  schedule: { cron: "0 9 * * *", timezone: "UTC", overlap: "skip", catchUp: "latest" },
  async run(ctx) {
    // The time that the slot was planned for; by hand there is none.
    const day = (ctx.scheduledFor ?? new Date(ctx.now())).toISOString().slice(0, 10);
    const rows = await ctx.step("collect", () => [3, 5, 8]);
    await ctx.step("publish", ({ log }) => log.info(`report of ${day}: ${rows.length} rows`));
    return { day, rows: rows.length };
  },
});
