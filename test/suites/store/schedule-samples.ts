/** A schedule to fill a store with. */
import type { ScheduleRecord } from "../../../src/model/schedule/record.ts";
import { NOW } from "./samples.ts";

export const schedule = (parts: Partial<ScheduleRecord> = {}): ScheduleRecord => ({
  name: "report",
  workflow: "report",
  cron: "* * * * *",
  timezone: "UTC",
  isOwnTimezone: true,
  overlap: "skip",
  catchUp: "latest",
  windowMs: 86_400_000,
  jitterMs: 0,
  inputText: null,
  file: "workflows/report.ts",
  nextAt: NOW,
  lastSlotAt: null,
  skipped: 0,
  missed: 0,
  pausedAt: null,
  pausedBy: null,
  pausedReason: null,
  resumedAt: null,
  resumedBy: null,
  problem: null,
  problemAt: null,
  seenAt: NOW,
  ...parts,
});
