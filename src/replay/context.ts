/**
 * `ctx`: turns what a workflow function calls into calls of its pass.
 *
 * Names and durations are checked here. A mistake rejects the call's promise with a `ValidationError` and leaves no record, so it is the
 * same mistake on every pass, until the code is mended.
 */
import type { Duration } from "../model/config.ts";
import type { Log, StepContext, StepOptions, WaitForEventOptions, WorkflowContext, WorkflowEvent } from "../model/context.ts";
import { MAX_DURATION_MS, parseDuration } from "../model/duration.ts";
import { fail } from "../model/errors.ts";
import { checkName } from "../model/id.ts";
import { toIso } from "../model/instant.ts";
import type { Request } from "./call.ts";
import { SeededChance } from "./chance.ts";
import { innerScope, keyedScope } from "./identity.ts";
import type { Pass } from "./pass.ts";

/** What `ctx` knows beside the pass. */
export interface ContextFacts {
  readonly executionId: string;
  readonly workflow: string;
  readonly version: number;
  readonly attempt: number;
  readonly tags: Readonly<Record<string, string>>;
  /** Seeds `random` and `uuid`; the same on every pass, different for every execution. */
  readonly seed: string;
  /** Made on first use: most workflows never ask for it. */
  readonly signal: () => AbortSignal;
  /** Whether the code that asks runs inside the function of a step, where durable calls have no place. */
  readonly isInsideStep: () => boolean;
  /** Told only of messages that an earlier pass has not written. Made on first use, too. */
  readonly log: () => Log;
}

/** Latest instant a `Date` can hold, in ms. */
const MAX_INSTANT = 8.64e15;

export const makeContext = (pass: Pass, facts: ContextFacts): WorkflowContext => {
  return new ScopedContext({ pass, facts, chance: new SeededChance(facts.seed), log: undefined }, "");
};

interface Shared {
  readonly pass: Pass;
  readonly facts: ContextFacts;
  readonly chance: SeededChance;
  log: Log | undefined;
}

class ScopedContext implements WorkflowContext {
  readonly executionId: string;
  readonly workflow: string;
  readonly version: number;
  readonly attempt: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly #shared: Shared;
  readonly #scope: string;

  constructor(shared: Shared, scope: string) {
    this.#shared = shared;
    this.#scope = scope;
    const { facts } = shared;
    this.executionId = facts.executionId;
    this.workflow = facts.workflow;
    this.version = facts.version;
    this.attempt = facts.attempt;
    this.tags = facts.tags;
  }

  get log(): Log {
    const { pass, facts } = this.#shared;
    return (this.#shared.log ??= liveLog(pass, facts.log()));
  }

  get signal(): AbortSignal {
    return this.#shared.facts.signal();
  }

  step<T>(name: string, fn: (step: StepContext) => T | Promise<T>, options: StepOptions<T> = {}): Promise<T> {
    const problem = badName("step", name) ?? badFunction(name, fn) ?? badKey(name, options.key);
    if (problem !== undefined) return Promise.reject(problem);
    const scope = options.key === undefined ? this.#scope : keyedScope(this.#scope, name, String(options.key));
    return this.#call(scope, name, { type: "step", fn, options: options as StepOptions }) as Promise<T>;
  }

  sleep(first: Duration, second?: Duration): Promise<void> {
    const named = second !== undefined;
    const name = named ? String(first) : "sleep";
    const parsed = parseDuration(named ? second : first);
    const problem =
      badName("sleep", name) ?? (parsed.ok ? undefined : fail("DURATION_INVALID", { where: `sleep "${name}"`, problem: parsed.problem }));
    if (problem !== undefined || !parsed.ok) return Promise.reject(problem);
    return this.#call(this.#scope, name, { type: "sleep", durationMs: parsed.ms, until: null }) as Promise<void>;
  }

  sleepUntil(name: string, at: Date | number): Promise<void> {
    const until = typeof at === "number" ? at : at instanceof Date ? at.getTime() : Number.NaN;
    const problem = badName("sleep", name) ?? badInstant(name, at, until, this.now());
    if (problem !== undefined) return Promise.reject(problem);
    return this.#call(this.#scope, name, {
      type: "sleep",
      durationMs: null,
      until: Math.round(until),
    }) as Promise<void>;
  }

  waitForEvent<Payload = unknown>(name: string, options: WaitForEventOptions<Payload> = {}): Promise<WorkflowEvent<Payload> | null> {
    const parsed = options.timeout === undefined ? undefined : parseDuration(options.timeout);
    const problem =
      badName("event", name) ??
      (parsed?.ok === false ? fail("DURATION_INVALID", { where: `timeout of event "${name}"`, problem: parsed.problem }) : undefined);
    if (problem !== undefined) return Promise.reject(problem);
    const timeoutMs = parsed?.ok ? parsed.ms : null;
    const request = { type: "event", timeoutMs, options: options as WaitForEventOptions<unknown> } as const;
    return this.#call(this.#scope, name, request) as Promise<WorkflowEvent<Payload> | null>;
  }

  async scope<T>(name: string, fn: (ctx: WorkflowContext) => T | Promise<T>): Promise<T> {
    const problem = badName("scope", name) ?? badFunction(name, fn);
    if (problem !== undefined) throw problem;
    const inner = innerScope(this.#scope, name, this.#shared.pass.nextScope(this.#scope, name));
    return fn(new ScopedContext(this.#shared, inner));
  }

  #call(scope: string, name: string, asks: Request): Promise<unknown> {
    const { pass, facts } = this.#shared;
    if (facts.isInsideStep()) return Promise.reject(fail("NESTED_CALL", { call: `${asks.type} "${name}"` }));
    return pass.call(scope, name, asks);
  }

  now(): number {
    return this.#shared.pass.lastDeliveredAt;
  }

  random(): number {
    return this.#shared.chance.random();
  }

  uuid(): string {
    return this.#shared.chance.uuid();
  }
}

/** Names are few and called often: what was found good once need not be looked at again. */
const good = new Set<unknown>();
const GOOD_MAX = 10_000;

const badName = (what: string, name: unknown): Error | undefined => {
  if (good.has(name)) return undefined;
  const problem = checkName(what, name);
  if (problem !== undefined) return fail("NAME_INVALID", { what: `${what} name`, problem });
  if (good.size < GOOD_MAX) good.add(name);
  return undefined;
};

const badInstant = (name: string, at: unknown, until: number, now: number): Error | undefined => {
  const where = `sleepUntil "${name}"`;
  if (!(Math.abs(until) <= MAX_INSTANT)) return fail("INSTANT_INVALID", { where, problem: `${String(at)} is not an instant` });
  // Compared with the clock of the pass, so that it is the same mistake on every pass.
  if (until - now > MAX_DURATION_MS) return fail("INSTANT_INVALID", { where, problem: `${toIso(until)} is more than 100 years away` });
  return undefined;
};

const badKey = (name: string, key: string | number | undefined): Error | undefined =>
  key === undefined ? undefined : badName(`"${name}" key`, String(key));

const badFunction = (name: string, fn: unknown): Error | undefined =>
  typeof fn === "function"
    ? undefined
    : fail("NAME_INVALID", { what: `call "${name}"`, problem: `its function is ${fn === null ? "null" : typeof fn}` });

/** Messages of code that an earlier pass has run are not written again. */
const liveLog = (pass: Pass, log: Log): Log => {
  const level =
    (name: keyof Log) =>
    (message: string, data?: unknown): void => {
      if (!pass.isReplaying && !pass.isOver) log[name](message, data);
    };
  return { debug: level("debug"), info: level("info"), warn: level("warn"), error: level("error") };
};
