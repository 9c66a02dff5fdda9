/**
 * What holds in a project, and where each value comes from.
 *
 *     flags  >  environment  >  wf.config.ts  >  default
 *
 * Flags belong to the commands that have them. The other three are layers here, laid over each other key by key: a `tick` that gives its
 * `hold` alone leaves the other keys of `tick` to the layer below. A key that is given as `undefined` is not given.
 */
import type { Duration } from "./config.ts";
import type { Keeping, TickConfig, WfliteConfig } from "./configuration.ts";
import type { WfliteError } from "./errors.ts";
import type { PanicPolicy } from "./records.ts";
import { durationMs, resolvePanic, resolveRetry } from "./retry-settings.ts";
import { DEFAULT_PANIC, DEFAULT_RETRY, type RetryPolicy } from "./retry.ts";

/** Everything resolved, durations in milliseconds. */
export interface Settings {
  readonly durability: "full" | "normal";
  readonly maxValueBytes: number;
  /** In the foreground. */
  readonly holdMs: number;
  readonly output: "text" | "json" | "jsonl" | "ids";
  /** Of schedules that name none; null where the project names none either. */
  readonly timezone: string | null;
  /** Of workflows that say nothing else. */
  readonly retry: RetryPolicy;
  readonly panic: PanicPolicy;
  /** `maxTimeMs` is null without a bound. */
  readonly tick: { readonly concurrency: number; readonly holdMs: number; readonly maxTimeMs: number | null };
  readonly daemon: { readonly concurrency: number; readonly graceMs: number; readonly holdMs: number };
  readonly retention: RetentionSettings;
}

/** How long executions that are over are kept, in milliseconds from their end; null is for ever. */
export interface RetentionSettings {
  readonly completedMs: number | null;
  readonly failedMs: number | null;
  readonly cancelledMs: number | null;
  /** The newest so many of each workflow stay, however old they are. */
  readonly keep: number;
}

/** One key, `tick.hold`, with its value as it was written; null where there is none. */
export interface Setting {
  readonly key: string;
  readonly value: unknown;
  /** "wf.config.ts", "WF_HOLD", "default". */
  readonly from: string;
}

/** One source of values, checked before. */
export interface Layer {
  readonly values: WfliteConfig;
  /** Where it has the value of a key from. */
  from(key: string): string;
}

export interface Configuration {
  readonly settings: Settings;
  readonly origins: readonly Setting[];
  /** Why the settings are less than what was asked for. */
  readonly problem: WfliteError | undefined;
}

type Deep<T> = { readonly [Key in keyof T]-?: NonNullable<T[Key]> extends object ? Deep<NonNullable<T[Key]>> : NonNullable<T[Key]> };
interface Complete extends Deep<Omit<WfliteConfig, "timezone" | "tick">> {
  readonly timezone: string | null;
  readonly tick: Deep<Omit<TickConfig, "maxTime">> & { readonly maxTime: Duration | null };
}

const { delayMs, maxDelayMs, ...retry } = DEFAULT_RETRY;
const { delayMs: panicDelayMs, maxDelayMs: panicMaxDelayMs, ...panic } = DEFAULT_PANIC;
const DEFAULTS: Complete = {
  durability: "full",
  maxValueBytes: 1_048_576,
  // Long enough for retries and short sleeps, short enough for a person to look on.
  hold: "1m",
  output: "text",
  timezone: null,
  tick: { concurrency: 100, hold: "0s", maxTime: null },
  // A short retry or sleep is cheaper to wait for than to park and replay.
  daemon: { concurrency: 1_000, grace: "10s", hold: "2s" },
  retry: { ...retry, delay: delayMs, maxDelay: maxDelayMs },
  panic: { ...panic, delay: panicDelayMs, maxDelay: panicMaxDelayMs },
  retention: { completed: "forever", failed: "forever", cancelled: "forever", keep: 0 },
};

const keysOf = (values: object, prefix = ""): readonly string[] =>
  Object.entries(values).flatMap(([key, value]) =>
    typeof value === "object" && value !== null ? keysOf(value, `${prefix}${key}.`) : [`${prefix}${key}`],
  );

/** All there are, as `tick.hold`. */
export const SETTING_KEYS = keysOf(DEFAULTS);

/** @param layers the first that gives a key decides it */
export const configurationOf = (layers: readonly Layer[], problem?: WfliteError): Configuration => {
  const origins = SETTING_KEYS.map((key) => originOf(key, layers));
  return { settings: settingsOf(nested(origins)), origins, problem };
};

const originOf = (key: string, layers: readonly Layer[]): Setting => {
  const layer = layers.find(({ values }) => valueAt(values, key) !== undefined);
  if (layer === undefined) return { key, value: valueAt(DEFAULTS, key), from: "default" };
  return { key, value: valueAt(layer.values, key), from: layer.from(key) };
};

const valueAt = (values: unknown, key: string): unknown =>
  key.split(".").reduce((found, part) => (found as Readonly<Record<string, unknown>> | undefined)?.[part], values);

/** `{ tick: { hold } }` of `tick.hold`: each key there is, so the whole. */
const nested = (origins: readonly Setting[]): Complete => {
  const whole: Record<string, unknown> = {};
  for (const { key, value } of origins) {
    const [section = "", name] = key.split(".");
    if (name === undefined) whole[section] = value;
    else whole[section] = { ...(whole[section] as object | undefined), [name]: value };
  }
  return whole as unknown as Complete;
};

const settingsOf = (given: Complete): Settings => {
  const { durability, maxValueBytes, hold, output, timezone, tick, daemon, retention } = given;
  return {
    ...{ durability, maxValueBytes, holdMs: durationMs("hold", hold), output, timezone },
    retry: resolveRetry(given.retry, DEFAULT_RETRY),
    panic: resolvePanic(given.panic, DEFAULT_PANIC),
    tick: {
      concurrency: tick.concurrency,
      holdMs: durationMs("tick.hold", tick.hold),
      maxTimeMs: tick.maxTime === null ? null : durationMs("tick.maxTime", tick.maxTime),
    },
    daemon: {
      concurrency: daemon.concurrency,
      graceMs: durationMs("daemon.grace", daemon.grace),
      holdMs: durationMs("daemon.hold", daemon.hold),
    },
    retention: {
      completedMs: keepingMs("retention.completed", retention.completed),
      failedMs: keepingMs("retention.failed", retention.failed),
      cancelledMs: keepingMs("retention.cancelled", retention.cancelled),
      keep: retention.keep,
    },
  };
};

const keepingMs = (where: string, keeping: Keeping): number | null => (keeping === "forever" ? null : durationMs(where, keeping));

/** Of a project that says nothing. */
export const DEFAULT_CONFIGURATION: Configuration = configurationOf([]);
