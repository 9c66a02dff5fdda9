/** Workflows, schedules, bundles, and what commands answer that decide something, as JSON. */
import { z } from "zod";
import type { ExportView, ImportView } from "../../src/model/clients/bundles.ts";
import type { DecidedView } from "../../src/model/clients/operations.ts";
import type { PruneView } from "../../src/model/clients/retention.ts";
import type { BackfillView, PreviewView, ScheduleView } from "../../src/model/clients/schedules.ts";
import { CHECK_VERDICTS, type CheckView } from "../../src/model/clients/sources.ts";
import { STEP_KINDS } from "../../src/model/status.ts";
import type { WorkflowView } from "../../src/model/views.ts";
import { count, disposition, error, instant, status } from "./executions.ts";

const value = z.unknown().describe("any JSON");
/** With the offset of its zone: `2026-03-29T03:00:00+02:00`. */
const local = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[+-]\d\d:\d\d|Z)$/);

export const workflow = z.strictObject({
  name: z.string().nullable().describe("null where the file does not load"),
  version: z.int().nullable(),
  file: z.string(),
  description: z.string().nullable(),
  schedule: z.string().nullable(),
  limits: z.string().nullable().exactOptional(),
  input: value.describe("JSON Schema of the input, or null"),
  error: error.nullable(),
}) satisfies z.ZodType<WorkflowView>;

export const schedule = z.strictObject({
  workflow: z.string(),
  cron: z.string(),
  timezone: z.string(),
  overlap: z.enum(["skip", "queue", "allow", "cancel-previous"]),
  catchUp: z.enum(["skip", "latest", "all"]),
  catchUpWindowMs: count,
  jitterMs: count,
  input: value,
  file: z.string(),
  nextAt: instant.nullable(),
  lastSlotAt: instant.nullable(),
  unfinished: count,
  skipped: count,
  missed: count,
  paused: z.strictObject({ at: instant, by: z.string(), reason: z.string().nullable() }).nullable(),
  resumed: z.strictObject({ at: instant, by: z.string() }).nullable(),
  problem: z.string().nullable(),
}) satisfies z.ZodType<ScheduleView>;

export const preview = z.strictObject({
  workflow: z.string(),
  cron: z.string(),
  timezone: z.string(),
  slots: z.array(z.strictObject({ at: instant, local, note: z.string().nullable() })),
}) satisfies z.ZodType<PreviewView>;

export const backfill = z.strictObject({
  workflow: z.string(),
  dryRun: z.boolean(),
  slots: z.array(z.strictObject({ at: instant, local, id: z.string(), disposition })),
}) satisfies z.ZodType<BackfillView>;

export const checked = z.strictObject({
  id: z.string(),
  workflow: z.string(),
  verdict: z.enum(CHECK_VERDICTS),
  detail: z.string().nullable(),
  recorded: count,
  next: z.array(z.strictObject({ scope: z.string(), kind: z.enum(STEP_KINDS), name: z.string(), n: z.int().min(1), begun: z.boolean() })),
  ends: z.enum(["returns", "throws"]).nullable(),
  pinned: z.boolean(),
  script: z.boolean().describe("its workflow is a script, which is not checked"),
}) satisfies z.ZodType<CheckView>;

export const check = z.strictObject({ checked: count, diverged: count, problems: count, executions: z.array(checked) });

export const sent = z.strictObject({ executionId: z.string(), event: z.string(), id: z.string().nullable(), disposition });

export const decided = z.strictObject({
  executionId: z.string(),
  name: z.string(),
  approved: z.boolean(),
  note: z.string().nullable(),
  by: z.string(),
  isAwaited: z.boolean(),
}) satisfies z.ZodType<DecidedView>;

export const planned = z.strictObject({
  dryRun: z.literal(true),
  workflow: z.string(),
  id: z.string().nullable(),
  input: value,
  tags: z.record(z.string(), z.string()),
  startAt: instant.nullable(),
});

const withheld = z.enum(["redacted", "sensitive"]).nullable();

export const exported = z.strictObject({
  file: z.string(),
  executions: z.array(z.strictObject({ id: z.string(), withheld })),
  sources: count,
  redacted: z.boolean(),
}) satisfies z.ZodType<ExportView & { readonly file: string }>;

export const imported = z.strictObject({
  executions: z.array(z.strictObject({ id: z.string(), workflow: z.string(), status, disposition, withheld })),
  sources: count,
  dryRun: z.boolean(),
}) satisfies z.ZodType<ImportView>;

export const pruned = z.strictObject({
  removed: count,
  statuses: z.strictObject({ completed: count, failed: count, cancelled: count }),
  dryRun: z.boolean(),
  purged: z.boolean(),
  complete: z.boolean(),
}) satisfies z.ZodType<PruneView>;
