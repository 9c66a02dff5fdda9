/** Schedules, their slots to come, and those that were made up for. */
import type { BackfillView, PreviewView, ScheduleView } from "../../model/clients/schedules.ts";
import { formatDuration } from "../../model/duration.ts";
import { age, briefly, instant } from "./age.ts";
import { renderFields } from "./fields.ts";
import type { Look } from "./look.ts";
import { line } from "./safe.ts";
import type { Cell, DrawTable } from "./table.ts";
import { renderValue } from "./value.ts";

export const renderSchedules = (schedules: readonly ScheduleView[], look: Look, drawTable: DrawTable): string =>
  schedules.length === 0
    ? ""
    : drawTable({ head: ["WORKFLOW", "CRON", "ZONE", "NEXT", "LAST", "STATE"], rows: schedules.map((one) => row(one, look)) }, look);

const row = (schedule: ScheduleView, look: Look): readonly Cell[] => [
  schedule.workflow,
  schedule.cron,
  schedule.timezone,
  schedule.nextAt === null ? "" : briefly(schedule.nextAt, look),
  schedule.lastSlotAt === null ? "" : briefly(schedule.lastSlotAt, look),
  state(schedule, look),
];

const state = (schedule: ScheduleView, look: Look): Cell => {
  const counts = countsOf(schedule).join(", ");
  const resumed = schedule.resumed === null ? "" : `resumed by ${line(schedule.resumed.by)} ${age(schedule.resumed.at, look.now)}`;
  const text = [problemOf(schedule), pauseOf(schedule, look) ?? resumed, counts].filter((part) => part !== null && part !== "").join("; ");
  if (schedule.problem !== null) return { text, paint: look.style.red };
  return schedule.paused === null ? text : { text, paint: look.style.magenta };
};

const problemOf = ({ problem }: ScheduleView): string | null => (problem === null ? null : `its slots wait: ${line(problem)}`);

const pauseOf = ({ paused }: ScheduleView, look: Look): string | null =>
  paused === null
    ? null
    : `paused by ${line(paused.by)} ${age(paused.at, look.now)}${paused.reason === null ? "" : `: ${line(paused.reason)}`}`;

const countsOf = ({ unfinished, skipped, missed }: ScheduleView): readonly string[] => [
  ...(unfinished > 0 ? [`${unfinished} not over`] : []),
  ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ...(missed > 0 ? [`${missed} missed`] : []),
];

export const renderSchedule = (schedule: ScheduleView, look: Look): string =>
  renderFields(
    [
      ["workflow", line(schedule.workflow)],
      ["cron", `${line(schedule.cron)}, ${line(schedule.timezone)}`],
      [
        "next",
        schedule.nextAt === null ? (schedule.paused === null ? "never again" : "when it is resumed") : instant(schedule.nextAt, look),
      ],
      ["last", schedule.lastSlotAt === null ? null : instant(schedule.lastSlotAt, look)],
      ["overlap", schedule.overlap],
      ["catch up", `${schedule.catchUp}, at most ${formatDuration(schedule.catchUpWindowMs)} late`],
      ["jitter", schedule.jitterMs === 0 ? null : formatDuration(schedule.jitterMs)],
      ["input", schedule.input === null ? null : renderValue(schedule.input, look.columns - 10)],
      ["counts", countsOf(schedule).join(", ")],
      ["paused", pauseOf(schedule, look)?.replace("paused ", "") ?? null],
      ["resumed", schedule.resumed === null ? null : `by ${line(schedule.resumed.by)} ${age(schedule.resumed.at, look.now)}`],
      ["problem", problemOf(schedule)],
      ["file", line(schedule.file)],
    ],
    look,
  );

export const renderPreview = ({ cron, timezone, slots }: PreviewView, look: Look, drawTable: DrawTable): string => {
  const rows = slots.map(({ at, local, note }): readonly Cell[] => [
    readable(local),
    weekday(local),
    `${at.slice(0, 10)} ${at.slice(11, 19)}Z`,
    note === null ? "" : { text: note, paint: look.style.yellow },
  ]);
  return slots.length === 0
    ? `${line(cron)} never comes again`
    : drawTable({ head: [`IN ${timezone.toUpperCase()}`, "DAY", "UTC", "NOTE"], rows }, look);
};

/** `2026-03-29T03:00:00+02:00` as "2026-03-29 03:00:00 +02:00". */
const readable = (local: string): string => line(`${local.slice(0, 10)} ${local.slice(11, 19)} ${local.slice(19)}`);

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

const weekday = (local: string): string => DAYS[new Date(`${local.slice(0, 10)}T00:00:00Z`).getUTCDay()] ?? "";

export const renderBackfill = ({ dryRun, slots }: BackfillView, look: Look, drawTable: DrawTable): string => {
  const made = dryRun ? "would be started" : "started";
  const rows = slots.map(({ id, local, disposition }): readonly Cell[] => [
    id,
    readable(local),
    disposition === "existing" ? { text: "there already", paint: look.style.dim } : made,
  ]);
  return drawTable({ head: ["ID", "SLOT", ""], rows }, look);
};
