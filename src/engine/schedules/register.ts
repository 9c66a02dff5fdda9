/**
 * What becomes of the stored schedules when the files have been read. Pure: decided inside the transaction that stores it.
 *
 *     in the files          stored           becomes
 *     yes                   no               new: its first slot is the next one from now, nothing is made up for
 *     yes                   yes              as the file says; with another pattern or zone the next slot is counted from now
 *     no, the file loads    yes              forgotten
 *     no, it is gone        yes              forgotten
 *     its file is broken    yes              kept, with the problem: its slots wait
 *
 * A pause, and what has been counted, outlive every edit.
 */
import type { SchedulePolicy } from "../../model/schedule/config.ts";
import type { ScheduleRecord } from "../../model/schedule/record.ts";
import { slotAfter } from "../../model/schedule/slots.ts";
import type { ScheduleChange } from "../store/schedules.ts";
import { timingOf } from "./timing.ts";

export interface FoundSchedule {
  readonly name: string;
  readonly file: string;
  readonly policy: SchedulePolicy;
  readonly inputText: string | null;
  readonly problem: string | null;
}

export interface Findings {
  readonly found: readonly FoundSchedule[];
  readonly broken: readonly { readonly file: string; readonly problem: string }[];
  /** False where the files may be those of another project. */
  readonly mayForget: boolean;
}

export const registered = (
  rows: readonly ScheduleRecord[],
  { found, broken, mayForget }: Findings,
  { now, zone }: { readonly now: number; readonly zone: string },
): Required<Pick<ScheduleChange, "put" | "forget">> => {
  const put = found.map((one) =>
    merged(
      rows.find(({ name }) => name === one.name),
      one,
      { now, zone },
    ),
  );
  const left = rows.filter(({ name }) => !found.some((one) => one.name === name));
  const culprits = left.map((row) => ({ row, culprit: broken.find(({ file }) => row.file === file || row.file.startsWith(`${file}/`)) }));
  return {
    put: [...put, ...culprits.flatMap(({ row, culprit }) => (culprit === undefined ? [] : [withProblem(row, culprit.problem, now)]))],
    forget: mayForget ? culprits.flatMap(({ row, culprit }) => (culprit === undefined ? [row.name] : [])) : [],
  };
};

/** Since when stays, as long as it is the same. */
export const withProblem = (row: ScheduleRecord, problem: string | null, now: number): ScheduleRecord => ({
  ...row,
  problem,
  problemAt: problem === null ? null : row.problem === problem ? row.problemAt : now,
});

const merged = (
  row: ScheduleRecord | undefined,
  { name, file, policy, inputText, problem }: FoundSchedule,
  { now, zone }: { readonly now: number; readonly zone: string },
): ScheduleRecord => {
  const { cron, overlap, catchUp, windowMs, jitterMs } = policy;
  const isOwnTimezone = policy.timezone !== null;
  const kept = row === undefined || row.isOwnTimezone ? zone : row.timezone;
  const timezone = policy.timezone ?? kept;
  const isSame = row?.cron === cron && row.timezone === timezone;
  const nextAt = isSame ? row.nextAt : (slotAfter(timingOf({ cron, timezone }), now) ?? null);
  const told = {
    name,
    workflow: name,
    cron,
    timezone,
    isOwnTimezone,
    overlap,
    catchUp,
    windowMs,
    jitterMs,
    inputText,
    file,
    nextAt,
    seenAt: now,
  };
  return withProblem({ ...(row ?? FRESH), ...told }, problem, now);
};

const FRESH = {
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
} as const satisfies Partial<ScheduleRecord>;
