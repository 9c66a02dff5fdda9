/**
 * What a bundle holds, as plain data and as the schema it is checked with.
 *
 *     {"kind":"bundle", format, wflite, stateVersion, exportedAt, redacted, executions}
 *     {"kind":"source", checksum, body}                 once for each source that an execution behind it names
 *     {"kind":"execution", checksum, body}
 *     {"kind":"end", executions, sources}               without it, a bundle is cut off
 *
 * Values stay the text that the codec wrote, whose version is `stateVersion`.
 */
import { z } from "zod";
import { checkExecutionId, checkWorkflowName } from "../id.ts";
import { LOG_LEVELS } from "../records.ts";
import { EXECUTION_STATUSES, REASONS, STEP_KINDS, STEP_STATUSES } from "../status.ts";

/** Grows when an older wf would read a bundle wrongly. */
export const BUNDLE_FORMAT = 1;

const Instant = z.int();
const OptionalInstant = Instant.nullable();
const OptionalText = z.string().nullable();
const Count = z.int().min(0);

const Identity = { scope: z.string(), kind: z.enum(STEP_KINDS), name: z.string(), n: z.int().min(1) };

const Execution = z.strictObject({
  id: z.string().refine((id) => checkExecutionId(id) === undefined, { error: "is no id of an execution" }),
  workflow: z.string().refine((name) => checkWorkflowName(name) === undefined, { error: "is no name of a workflow" }),
  version: z.int(),
  sourceHash: OptionalText,
  status: z.enum(EXECUTION_STATUSES),
  reason: z.enum(REASONS).nullable(),
  reasonDetail: OptionalText,
  wakeAt: OptionalInstant,
  inputText: z.string(),
  outputText: OptionalText,
  errorText: OptionalText,
  createdAt: Instant,
  startedAt: OptionalInstant,
  finishedAt: OptionalInstant,
  deadlineAt: OptionalInstant,
  restarts: Count,
  panics: Count,
  panic: z.strictObject({ maxRestarts: z.int(), delayMs: z.int(), factor: z.number(), maxDelayMs: z.int() }),
  parentId: OptionalText,
  tags: z.record(z.string(), z.string()),
  priority: z.int().min(-100).max(100),
  lane: OptionalText,
  schedule: OptionalText,
  scheduledFor: OptionalInstant,
  origin: OptionalText,
  generation: Count,
  startSource: OptionalText,
  isPinned: z.boolean(),
  isDetached: z.boolean(),
});

const Step = z.strictObject({
  ...Identity,
  status: z.enum(STEP_STATUSES),
  order: z.int().min(1).nullable(),
  attempt: z.int(),
  outputText: OptionalText,
  errorText: OptionalText,
  startedAt: Instant,
  finishedAt: OptionalInstant,
  wakeAt: OptionalInstant,
  flags: Count,
  detail: OptionalText,
});

const Attempt = z.strictObject({ ...Identity, attempt: z.int(), startedAt: Instant, finishedAt: Instant, errorText: z.string() });

const Event = z.strictObject({
  id: z.string(),
  name: z.string(),
  kind: z.enum(["event", "approval"]),
  payloadText: z.string(),
  sentAt: Instant,
  consumedBy: OptionalText,
  consumedAt: OptionalInstant,
});

const Log = z.strictObject({
  at: Instant,
  level: z.enum(LOG_LEVELS),
  source: z.enum(["user", "wf"]),
  message: z.string(),
  dataText: OptionalText,
  step: OptionalText,
});

const Decision = z.strictObject({ at: Instant, by: z.string(), action: z.string(), detail: OptionalText, reason: OptionalText });

export const BundledExecutionSchema = z.strictObject({
  execution: Execution,
  /** Its last pass; 0 when it has never run. */
  pass: Count,
  cancel: z.strictObject({ at: Instant, reason: OptionalText }).nullable(),
  steps: z.array(Step),
  attempts: z.array(Attempt),
  events: z.array(Event),
  logs: z.array(Log),
  panics: z.array(z.strictObject({ at: Instant, cause: z.string() })),
  marks: z.array(z.strictObject({ name: z.string(), value: z.boolean() })),
  decisions: z.array(Decision),
  /** Values of it are not there: placeholders stand for them, and it can only be looked at. */
  withheld: z.enum(["redacted", "sensitive"]).nullable(),
});

/** Each list in the order in which its rows came to be. */
export type BundledExecution = z.infer<typeof BundledExecutionSchema>;
export type BundledEvent = z.infer<typeof Event>;

/** `files` as base64. */
export const BundledSourceSchema = z.strictObject({ hash: z.string().min(1), savedAt: Instant, files: z.base64() });
export type BundledSource = z.infer<typeof BundledSourceSchema>;

export const BundleLineSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("bundle"),
    format: z.literal(BUNDLE_FORMAT),
    wflite: z.string(),
    stateVersion: z.int(),
    exportedAt: z.string(),
    redacted: z.boolean(),
    executions: Count,
  }),
  z.strictObject({ kind: z.literal("source"), checksum: z.string(), body: BundledSourceSchema }),
  z.strictObject({ kind: z.literal("execution"), checksum: z.string(), body: BundledExecutionSchema }),
  z.strictObject({ kind: z.literal("end"), executions: Count, sources: Count }),
]);
export type BundleLine = z.infer<typeof BundleLineSchema>;
