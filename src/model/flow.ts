/**
 * How many executions may run at a time, how many may start in a while, and who comes first: the settings of a workflow, and what follows
 * from them for one execution.
 *
 *     concurrency   at most `limit` of a lane are owned by a process at any instant; who finds no place waits, or does not begin at all
 *     rateLimit     at most `limit` begin in any `period`; further ones begin later
 *     priority      among what is due, and among those that wait for a place, the highest comes first
 *
 * A lane is the workflow, or the workflow and what `key` gives for the input.
 */
import type { Duration } from "./config.ts";
import { formatDuration } from "./duration.ts";
import { fail } from "./errors.ts";
import { redactKnown } from "./known-secrets.ts";
import { laneKey } from "./lane.ts";
import { durationMs } from "./retry-settings.ts";

/** What a `key` may give; `1` and `"1"` are the same lane. */
export type FlowKey = string | number | boolean;

export const ON_LIMIT = ["queue", "skip", "cancel-oldest"] as const;
export type OnLimit = (typeof ON_LIMIT)[number];

export interface ConcurrencyOptions<Input> {
  /** How many of a lane run at the same time. A whole number from 1 to 10,000. */
  readonly limit: number;
  /** Makes a lane for each of its values. Default: one lane for the workflow. */
  key?(input: Input): FlowKey;
  /**
   * What becomes of one that comes while `limit` are unfinished. `queue`: it waits for a place. `skip`: it is created as cancelled, with
   * the reason. `cancel-oldest`: the oldest are cancelled to make room. Default `queue`.
   */
  readonly onLimit?: OnLimit;
}

export interface RateLimitOptions<Input> {
  /** How many begin in any `period`. A whole number from 1 to 10,000. */
  readonly limit: number;
  readonly period: Duration;
  /** Counts each of its values by itself. Default: all of the workflow together. */
  key?(input: Input): FlowKey;
}

/** As `WorkflowDefinition` has it, with every default filled in. */
export interface FlowSettings {
  readonly concurrency: { readonly limit: number; readonly key: KeyOf | null; readonly onLimit: OnLimit } | null;
  readonly rateLimit: { readonly limit: number; readonly periodMs: number; readonly key: KeyOf | null } | null;
  readonly priority: number | ((input: unknown) => number);
}

type KeyOf = (input: unknown) => unknown;

/** What the creation of one execution has to obey. Not kept with it: limits are those of the newest start. */
export interface FlowLimits {
  readonly concurrency: { readonly lane: string; readonly limit: number; readonly onLimit: OnLimit } | null;
  readonly rate: { readonly lane: string; readonly limit: number; readonly periodMs: number } | null;
}

export interface Flow {
  readonly priority: number;
  readonly lane: string | null;
  /** Null when nothing limits it. */
  readonly limits: FlowLimits | null;
}

export const PRIORITY_MIN = -100;
export const PRIORITY_MAX = 100;
export const LIMIT_MAX = 10_000;
const KEY_MAX = 500;

export const isPriority = (value: unknown): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= PRIORITY_MIN && value <= PRIORITY_MAX;

export const PRIORITY_RULE = `a priority is a whole number from ${PRIORITY_MIN} to ${PRIORITY_MAX}`;

/** Settings that have been checked by `WorkflowDefinitionSchema`. */
export const resolveFlow = (given: {
  readonly concurrency?: { readonly limit: number; readonly key?: KeyOf | undefined; readonly onLimit?: OnLimit | undefined } | undefined;
  readonly rateLimit?: { readonly limit: number; readonly period: Duration; readonly key?: KeyOf | undefined } | undefined;
  readonly priority?: number | ((input: unknown) => unknown) | undefined;
}): FlowSettings => {
  const { concurrency, rateLimit, priority } = given;
  return {
    concurrency:
      concurrency === undefined
        ? null
        : { limit: concurrency.limit, key: concurrency.key ?? null, onLimit: concurrency.onLimit ?? "queue" },
    rateLimit:
      rateLimit === undefined
        ? null
        : { limit: rateLimit.limit, periodMs: durationMs("rateLimit.period", rateLimit.period), key: rateLimit.key ?? null },
    priority: (priority ?? 0) as FlowSettings["priority"],
  };
};

export interface FlowOf extends FlowSettings {
  readonly name: string;
}

const UNLIMITED: Flow = { priority: 0, lane: null, limits: null };

/**
 * @param input as the workflow gets it: checked, with defaults and transforms
 * @param hide makes of the text of a key what everybody may read
 * @throws ValidationError INPUT_INVALID when a key or priority throws for this input, or gives what it may not
 */
export const flowOf = (
  workflow: FlowOf,
  input: unknown,
  { priority, hide }: { readonly priority?: number | undefined; readonly hide: (keyText: string) => string },
): Flow => {
  // Made by another copy of this package, it may know of no limits.
  const { name, concurrency = null, rateLimit = null, priority: own = 0 } = workflow;
  if (concurrency === null && rateLimit === null && own === 0 && priority === undefined) return UNLIMITED;
  const laneOf = (what: string, key: KeyOf | null): string => laneKey(name, key === null ? null : hide(keyText(name, what, key, input)));
  const lane = concurrency === null ? null : laneOf("concurrency.key", concurrency.key);
  const limits: FlowLimits = {
    concurrency: concurrency === null || lane === null ? null : { lane, limit: concurrency.limit, onLimit: concurrency.onLimit },
    rate:
      rateLimit === null ? null : { lane: laneOf("rateLimit.key", rateLimit.key), limit: rateLimit.limit, periodMs: rateLimit.periodMs },
  };
  const isLimited = limits.concurrency !== null || limits.rate !== null;
  return {
    priority: priority === undefined ? priorityOf(name, own, input) : checkPriority(priority),
    lane,
    limits: isLimited ? limits : null,
  };
};

/** "2 at a time for each key, 10 begin in 1m, priority 5", for people; null where nothing is limited. */
export const describeFlow = ({ concurrency = null, rateLimit = null, priority = 0 }: Partial<FlowSettings>): string | null => {
  const each = (key: KeyOf | null): string => (key === null ? "" : " for each key");
  const onLimit = concurrency === null || concurrency.onLimit === "queue" ? "" : ` (${concurrency.onLimit})`;
  const parts = [
    ...(concurrency === null ? [] : [`${concurrency.limit} at a time${each(concurrency.key)}${onLimit}`]),
    ...(rateLimit === null ? [] : [`${rateLimit.limit} begin in ${formatDuration(rateLimit.periodMs)}${each(rateLimit.key)}`]),
    ...(priority === 0 ? [] : [`priority ${typeof priority === "number" ? priority : "by the input"}`]),
  ];
  return parts.length === 0 ? null : parts.join(", ");
};

const keyText = (workflow: string, what: string, key: KeyOf, input: unknown): string => {
  const value = called(workflow, what, key, input);
  const isKey = typeof value === "string" || typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value));
  if (!isKey) throw refused(workflow, `\`${what}\` gave ${kindOf(value)}; a key is a text, a number or a boolean`);
  const text = String(value);
  if (text.length > KEY_MAX) throw refused(workflow, `\`${what}\` gave ${text.length} characters; a key has at most ${KEY_MAX}`);
  // SQLite would make one key of all broken pairs, and end a text at NUL for some readers.
  if (!text.isWellFormed() || text.includes("\0")) throw refused(workflow, `\`${what}\` gave a text that cannot be stored`);
  return text;
};

const priorityOf = (name: string, priority: FlowSettings["priority"], input: unknown): number => {
  if (typeof priority === "number") return priority;
  const value = called(name, "priority", priority, input);
  if (!isPriority(value))
    throw refused(name, `\`priority\` gave ${typeof value === "number" ? String(value) : kindOf(value)}; ${PRIORITY_RULE}`);
  return value;
};

/** Of a start. */
const checkPriority = (priority: number): number => {
  if (isPriority(priority)) return priority;
  const problem = `Invalid priority ${typeof priority === "number" ? String(priority) : kindOf(priority)}`;
  throw fail("USAGE", { problem, next: `Note that ${PRIORITY_RULE}, the highest first; ordinary is 0.` });
};

const called = (workflow: string, what: string, fn: (input: unknown) => unknown, input: unknown): unknown => {
  try {
    return fn(input);
  } catch (error) {
    throw refused(workflow, `\`${what}\` threw: ${error instanceof Error ? error.message : String(error)}`, error);
  }
};

/** Never the value itself: it may be what nobody shall read. */
const kindOf = (value: unknown): string => {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "number") return String(value);
  return value instanceof Promise ? "a promise" : Array.isArray(value) ? "an array" : `a value of type ${typeof value}`;
};

const refused = (workflow: string, problem: string, cause?: unknown): Error =>
  fail("INPUT_INVALID", { workflow, problem: redactKnown(problem) }, cause);
