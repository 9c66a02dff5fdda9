/** What `wf daemon install`, `status` and `uninstall` answer, as JSON. */
import { z } from "zod";
import { SCHEDULER_KINDS } from "../../src/cli/service/scheduler.ts";
import { instant } from "./executions.ts";

const kind = z.enum(SCHEDULER_KINDS);
const where = z.string().describe("the file, or the crontab");

export const plan = z.strictObject({ kind, name: z.string(), where, text: z.string() });

export const installed = z.strictObject({
  kind,
  name: z.string(),
  what: z.enum(["created", "renewed", "kept"]),
  where,
  seenAt: instant.nullable().describe("when it was seen to run; null where nobody has looked"),
});

export const state = z.strictObject({
  name: z.string(),
  services: z.array(
    z.strictObject({
      kind,
      where,
      state: z.enum(["ours", "changed", "foreign"]),
      isActive: z.boolean().nullable().describe("null for cron, which starts it every minute"),
    }),
  ),
  lastTickAt: instant.nullable(),
});

export const removed = z.strictObject({ name: z.string(), removed: z.array(z.strictObject({ kind, where })) });
