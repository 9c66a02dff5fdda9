/** How the settings of a `schedule`, once checked, become a policy. */
import type { Duration } from "../config.ts";
import { durationMs } from "../retry-settings.ts";
import { DEFAULT_WINDOW_MS, type ScheduleConfig, type SchedulePolicy } from "./config.ts";
import { parseCron } from "./cron.ts";
import { parseZone } from "./zone.ts";

export const resolveSchedule = (config: ScheduleConfig): SchedulePolicy => {
  const parsed = parseCron(config.cron);
  const zone = config.timezone === undefined ? undefined : parseZone(config.timezone);
  return {
    cron: parsed.ok ? parsed.cron.text : config.cron,
    timezone: zone?.ok === true ? zone.zone.name : null,
    overlap: config.overlap ?? "skip",
    catchUp: config.catchUp ?? "latest",
    windowMs: milliseconds("schedule.catchUpWindow", config.catchUpWindow, DEFAULT_WINDOW_MS),
    jitterMs: milliseconds("schedule.jitter", config.jitter, 0),
    input: config.input,
  };
};

const milliseconds = (where: string, given: Duration | undefined, fallback: number): number =>
  given === undefined ? fallback : durationMs(where, given);
