/** What looking after the database answers, as JSON. */
import { z } from "zod";
import type { ExaminationView } from "../../src/model/examination.ts";
import type {
  BackupView,
  CheckView,
  DamageView,
  MigrateView,
  MiscountView,
  RecountView,
  RepairView,
  StatsView,
  VacuumView,
} from "../../src/model/maintenance.ts";
import { count, instant } from "./executions.ts";

export const damage = z.strictObject({
  executionId: z.string(),
  what: z.enum(["execution", "step", "steps", "event"]),
  name: z.string().nullable(),
  problem: z.string(),
}) satisfies z.ZodType<DamageView>;

const miscount = z.strictObject({
  workflow: z.string(),
  status: z.string(),
  kept: count,
  found: count,
}) satisfies z.ZodType<MiscountView>;

export const dbCheck = z.strictObject({
  file: z.string(),
  ok: z.boolean(),
  pages: z.array(z.string()),
  executions: count,
  steps: count,
  damaged: z.array(damage),
  miscounts: z.array(miscount),
}) satisfies z.ZodType<CheckView>;

export const recounted = z.strictObject({ mended: z.array(miscount) }) satisfies z.ZodType<RecountView>;

export const repaired = z.strictObject({
  executionId: z.string(),
  how: z.enum(["run-again", "accept", "restore"]),
  done: z.array(z.string()),
}) satisfies z.ZodType<RepairView>;

export const backup = z.strictObject({ file: z.string(), backup: z.string(), sizeBytes: count }) satisfies z.ZodType<BackupView>;

export const dbStats = z.strictObject({
  file: z.string(),
  schema: z.int(),
  sqlite: z.string(),
  sizeBytes: count,
  walBytes: count,
  freeBytes: count,
  rows: z.record(z.string(), count),
  oldestExecutionAt: instant.nullable(),
  migrations: z.array(z.strictObject({ number: z.int(), name: z.string(), appliedAt: instant })),
}) satisfies z.ZodType<StatsView>;

export const vacuumed = z.strictObject({
  file: z.string(),
  beforeBytes: count,
  afterBytes: count,
}) satisfies z.ZodType<VacuumView>;

export const migrated = z.strictObject({
  file: z.string(),
  from: z.int(),
  to: z.int(),
  copy: z.string().nullable(),
}) satisfies z.ZodType<MigrateView>;

export const examined = z.strictObject({
  settings: z.array(z.strictObject({ key: z.string(), value: z.unknown(), from: z.string() })).exactOptional(),
  file: z.string(),
  ok: z.boolean(),
  findings: z.array(
    z.strictObject({
      what: z.string(),
      level: z.enum(["ok", "warning", "problem"]),
      text: z.string(),
      next: z.string().nullable(),
    }),
  ),
}) satisfies z.ZodType<ExaminationView>;
