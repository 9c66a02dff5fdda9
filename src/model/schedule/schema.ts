/** The zod schema of a `schedule`. */
import { z } from "zod";
import { formatDuration, parseDuration } from "../duration.ts";
import { CATCH_UPS, LONGEST_JITTER_MS, OVERLAPS, SHORTEST_WINDOW_MS } from "./config.ts";
import { parseCron } from "./cron.ts";
import { parseZone } from "./zone.ts";

const cron = z.string({ error: 'must be a cron pattern, as in "0 9 * * MON"' }).superRefine((text, ctx) => {
  const parsed = parseCron(text);
  if (!parsed.ok) ctx.addIssue({ code: "custom", message: parsed.problem });
});

const timezone = z.string({ error: 'must be the name of a time zone, as in "Europe/Paris"' }).superRefine((name, ctx) => {
  const parsed = parseZone(name);
  if (!parsed.ok) ctx.addIssue({ code: "custom", message: parsed.problem });
});

const duration = (bounds: { readonly min: number; readonly max: number; readonly problem: (shown: string) => string }) =>
  z.union([z.string(), z.number()], { error: 'must be a duration, as in "1h 30m"' }).superRefine((value, ctx) => {
    const parsed = parseDuration(value);
    if (!parsed.ok) ctx.addIssue({ code: "custom", message: parsed.problem });
    else if (parsed.ms < bounds.min || parsed.ms > bounds.max)
      ctx.addIssue({ code: "custom", message: bounds.problem(formatDuration(parsed.ms)) });
  });

export const ScheduleSchema = z.strictObject(
  {
    cron,
    timezone: timezone.optional(),
    overlap: z.enum(OVERLAPS).optional(),
    catchUp: z.enum(CATCH_UPS).optional(),
    catchUpWindow: duration({
      min: SHORTEST_WINDOW_MS,
      max: Number.POSITIVE_INFINITY,
      problem: (shown) => `${shown} is too short: with ticks a minute apart slots would be lost while nothing is wrong; at least "1m"`,
    }).optional(),
    jitter: duration({ min: 0, max: LONGEST_JITTER_MS, problem: (shown) => `${shown} is too long: at most "1d"` }).optional(),
    input: z.unknown().optional(),
  },
  {
    error: (issue) => (issue.code === "invalid_type" ? 'must be an object, as in { cron: "0 9 * * MON" }' : undefined),
  },
);
