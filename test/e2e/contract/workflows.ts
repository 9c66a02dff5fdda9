/** Workflows that stop in every way that an execution can stop. */
export const WORKFLOWS = `
import { Workflow } from "wflite";
export const hello = Workflow.define({
  name: "hello",
  async run(ctx, { name = "world" }) {
    ctx.log.info("greeting", { name });
    await ctx.step("look up", () => name);
    return ctx.step("greet", () => "Hello, " + name);
  },
});
export const chatty = Workflow.define({
  name: "chatty",
  async run(ctx) {
    for (let n = 1; n <= 5; n++) ctx.log.info("line " + n);
    await ctx.waitForEvent("more");
  },
});
export const large = Workflow.define({
  name: "large",
  async run(ctx) {
    for (let n = 0; n < 15; n++) await ctx.step("part", () => "x".repeat(100_000));
  },
});
export const nap = Workflow.define({ name: "nap", run: (ctx) => ctx.sleep("rest", "1h") });
export const ask = Workflow.define({ name: "ask", run: (ctx) => ctx.approve("ship", { message: "Ship it?" }) });
export const listen = Workflow.define({ name: "listen", run: (ctx) => ctx.waitForEvent("go") });
export const bad = Workflow.define({
  name: "bad",
  run: (ctx) => ctx.step("break", () => { throw new TypeError("no such luck"); }, { retry: { attempts: 1 } }),
});
export const nightly = Workflow.define({
  name: "nightly",
  schedule: { cron: "0 2 * * *", timezone: "Europe/Berlin" },
  run: (ctx) => ctx.step("work", () => 1),
});
`;
