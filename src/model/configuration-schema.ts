/**
 * Checks what a configuration file, or the environment, says. Every mistake is told at once, each with its key, its value and what would be
 * right; an unknown key with the one that was probably meant.
 */
import { z } from "zod";
import type { WfliteConfig } from "./configuration.ts";
import { DurationSchema, PanicConfigSchema, RetryConfigSchema } from "./definition-schema.ts";
import { parseDuration } from "./duration.ts";
import { quoted } from "./escape.ts";
import { err, ok, type Result } from "./result.ts";
import { unknownKey } from "./unknown-keys.ts";

const whole = (least: number, most: number) => {
  const error = `it takes a whole number from ${least} to ${most}`;
  return z.int({ error }).min(least, { error }).max(most, { error }).optional();
};
const oneOf = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z.enum(words, { error: `it takes ${words.join(", ")}` }).optional();
const section = <Shape extends z.core.$ZodLooseShape>(shape: Shape) => z.strictObject(shape, { error: "it takes an object" }).optional();

const Timezone = z.string({ error: "it takes the name of a time zone" }).refine(
  (name) => {
    try {
      return new Intl.DateTimeFormat("en", { timeZone: name }) !== undefined;
    } catch {
      return false;
    }
  },
  { error: 'it takes the name of a time zone such as "Europe/Paris"' },
);

const Keeping = z
  .union([z.string(), z.number()], { error: 'it takes a duration such as "30d", or "forever"' })
  .refine((value) => value === "forever" || parseDuration(value).ok, { error: 'it takes a duration such as "30d", or "forever"' });

const ConfigSchema = z.strictObject(
  {
    durability: oneOf(["full", "normal"]),
    maxValueBytes: whole(1_024, 67_108_864),
    hold: DurationSchema.optional(),
    output: oneOf(["text", "json", "jsonl", "ids"]),
    timezone: Timezone.optional(),
    retry: RetryConfigSchema.optional(),
    panic: PanicConfigSchema.optional(),
    tick: section({ concurrency: whole(1, 10_000), hold: DurationSchema.optional(), maxTime: DurationSchema.optional() }),
    daemon: section({ concurrency: whole(1, 10_000), grace: DurationSchema.optional(), hold: DurationSchema.optional() }),
    retention: section({
      completed: Keeping.optional(),
      failed: Keeping.optional(),
      cancelled: Keeping.optional(),
      keep: whole(0, 1_000_000),
    }),
  },
  { error: "it takes an object" },
);

/** @param nameOf how people know a key; default: as it is */
export const checkConfiguration = (value: unknown, nameOf = (key: string): string => key): Result<WfliteConfig, string> => {
  const parsed = ConfigSchema.safeParse(value);
  if (parsed.success) return ok(parsed.data);
  return err(parsed.error.issues.flatMap((issue) => problemsOf(issue, value, nameOf)).join("; "));
};

const problemsOf = (issue: z.core.$ZodIssue, whole: unknown, nameOf: (key: string) => string): readonly string[] => {
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(ConfigSchema, issue.path, key));
  const key = nameOf(issue.path.join("."));
  const value = issue.path.reduce<unknown>((found, part) => (found as Readonly<Record<PropertyKey, unknown>>)[part], whole);
  const shown = textOf(value);
  // What says of a duration why it is none has named it.
  if (typeof value === "string" && issue.message.includes(shown)) return [`${key}: ${issue.message}`];
  return [`${key === "" ? "what it exports" : key} is ${shown}: ${issue.message}`];
};

const textOf = (value: unknown): string => {
  if (typeof value === "string") return quoted(value);
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "an object";
  return typeof value === "function" ? "a function" : String(value);
};
