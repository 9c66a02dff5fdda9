/** Schedules and their slots as callers see them. */
import type { ScheduleView, SlotView } from "../../model/clients/schedules.ts";
import { toIsoOfStored as toIso } from "../../model/instant.ts";
import { type Night, nightOf } from "../../model/schedule/night.ts";
import type { ScheduleRecord } from "../../model/schedule/record.ts";
import type { Timing } from "../../model/schedule/slots.ts";

export const scheduleView = (row: ScheduleRecord, unfinished: number): ScheduleView => ({
  workflow: row.workflow,
  cron: row.cron,
  timezone: row.timezone,
  overlap: row.overlap,
  catchUp: row.catchUp,
  catchUpWindowMs: row.windowMs,
  jitterMs: row.jitterMs,
  input: inputOf(row.inputText),
  file: row.file,
  nextAt: row.pausedAt === null ? instant(row.nextAt) : null,
  lastSlotAt: instant(row.lastSlotAt),
  unfinished,
  skipped: row.skipped,
  missed: row.missed,
  paused: row.pausedAt === null ? null : { at: toIso(row.pausedAt), by: row.pausedBy ?? "?", reason: row.pausedReason },
  resumed: row.resumedAt === null ? null : { at: toIso(row.resumedAt), by: row.resumedBy ?? "?" },
  problem: row.problem,
});

const instant = (at: number | null): string | null => (at === null ? null : toIso(at));

const inputOf = (text: string | null): unknown => {
  try {
    return text === null ? null : (JSON.parse(text) as unknown);
  } catch {
    return "(damaged)";
  }
};

export const slotView = (timing: Timing, slot: number): SlotView => ({
  at: toIso(slot),
  local: localTime(timing, slot),
  note: noteOf(timing, slot),
});

/** `2026-03-29T03:00:00+02:00` */
export const localTime = ({ zone }: Pick<Timing, "zone">, at: number): string => {
  const offsetMs = zone.offsetMs(at);
  return `${toIso(at + offsetMs).slice(0, 19)}${offsetText(offsetMs)}`;
};

const offsetText = (offsetMs: number): string => {
  const minutes = Math.round(Math.abs(offsetMs) / 60_000);
  const two = (number: number): string => String(number).padStart(2, "0");
  return `${offsetMs < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
};

const noteOf = (timing: Timing, slot: number): string | null => {
  const night = nightOf(timing, slot);
  return night === undefined ? null : sentence(night, clockOf(slot + timing.zone.offsetMs(slot)));
};

const sentence = (night: Night, clock: string): string => {
  switch (night.kind) {
    case "shifted":
      return `${clockOf(night.meantWall)} does not exist: the clock is put forward, and it runs at ${clock}`;
    case "once":
      return `${clock} comes twice: the clock is put back, and it runs the first time only`;
    case "first-of-two":
      return `${clock} comes twice: the clock is put back, and it runs both times; this is the first`;
    case "second-of-two":
      return `${clock} comes twice: the clock is put back, and it runs both times; this is the second`;
    default:
      return night satisfies never;
  }
};

/** "02:30", with seconds where there are any. */
const clockOf = (wall: number): string => toIso(wall).slice(11, 19).replace(/:00$/, "");
