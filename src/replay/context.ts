/**
 * `ctx`: turns what a workflow function calls into calls of its pass.
 *
 * Names and durations are checked here. A mistake rejects the call's promise with a `ValidationError` and leaves no record, so it is the
 * same mistake on every pass, until the code is mended.
 */
import type { Duration } from "../model/config.ts";
import type {
  Approval,
  ApproveOptions,
  ChildOptions,
  Log,
  MapOptions,
  Racer,
  RaceResult,
  StartedChild,
  StepContext,
  StepOptions,
  WaitForEventOptions,
  WorkflowContext,
  WorkflowEvent,
} from "../model/context.ts";
import { fail } from "../model/errors.ts";
import type { ReadShell } from "../model/shell-options.ts";
import type { ShellAttempt, ShellCall, ShellResult } from "../model/shell.ts";
import type { Startable } from "../model/startable.ts";
import type { Transact, TransactionCall, TransactionOptions } from "../model/transaction.ts";
import { calledFromHere } from "./called-from.ts";
import type { Request } from "./call.ts";
import { SeededChance } from "./chance.ts";
import { badFunction, badInstant, badKey, badName, badOptions, readDuration } from "./checks.ts";
import { innerScope, itemScope, keyedScope } from "./identity.ts";
import { mapItems } from "./map.ts";
import { park } from "./park.ts";
import type { Pass } from "./pass.ts";
import { race } from "./race.ts";
import { shellCall } from "./shell-call.ts";

/** What `ctx` knows beside the pass. */
export interface ContextFacts {
  readonly executionId: string;
  readonly workflow: string;
  readonly version: number;
  readonly attempt: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly scheduledFor: number | null;
  /** Seeds `random` and `uuid`; the same on every pass, different for every execution. */
  readonly seed: string;
  /** Made on first use: most workflows never ask for it. */
  readonly signal: () => AbortSignal;
  /** Whether the code that asks runs inside the function of a step, where durable calls have no place. */
  readonly isInsideStep: () => boolean;
  /** Told only of messages that an earlier pass has not written. Made on first use, too. */
  readonly log: () => Log;
  readonly transact: Transact;
  readonly shell: ShellAttempt;
  readonly maxValueBytes: number;
}

export const makeContext = (pass: Pass, facts: ContextFacts): WorkflowContext => {
  return new ScopedContext({ pass, facts, chance: new SeededChance(facts.seed), log: undefined }, "", { isDropped: false });
};

interface Shared {
  readonly pass: Pass;
  readonly facts: ContextFacts;
  readonly chance: SeededChance;
  log: Log | undefined;
}

/** Of the code that a context was given to: once it has lost a race, all that it asks for parks. */
interface Branch {
  isDropped: boolean;
  readonly outer?: Branch;
}

const isDropped = (branch: Branch | undefined): boolean => branch !== undefined && (branch.isDropped || isDropped(branch.outer));

class ScopedContext implements WorkflowContext {
  readonly executionId: string;
  readonly workflow: string;
  readonly version: number;
  readonly attempt: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly #shared: Shared;
  readonly #scope: string;
  readonly #branch: Branch;
  #sh: ShellCall | undefined;

  constructor(shared: Shared, scope: string, branch: Branch) {
    this.#shared = shared;
    this.#scope = scope;
    this.#branch = branch;
    const { facts } = shared;
    this.executionId = facts.executionId;
    this.workflow = facts.workflow;
    this.version = facts.version;
    this.attempt = facts.attempt;
    this.tags = facts.tags;
  }

  get scheduledFor(): Date | null {
    const { scheduledFor } = this.#shared.facts;
    return scheduledFor === null ? null : new Date(scheduledFor);
  }

  get log(): Log {
    const { pass, facts } = this.#shared;
    return (this.#shared.log ??= liveLog(pass, facts.log()));
  }

  get signal(): AbortSignal {
    return this.#shared.facts.signal();
  }

  step<T>(name: string, fn: (step: StepContext) => T | Promise<T>, options: StepOptions<T> = {}): Promise<T> {
    return this.#step("step", name, fn, options as StepOptions) as Promise<T>;
  }

  readonly transaction: TransactionCall = (
    name: string,
    db: unknown,
    fn: (tx: never) => unknown,
    options: TransactionOptions = {},
  ): Promise<never> => {
    const problem = badName("step", name) ?? badFunction(name, fn);
    if (problem !== undefined) return Promise.reject(problem);
    const { transact, maxValueBytes } = this.#shared.facts;
    const body = ({ idempotencyKey, signal }: StepContext): Promise<unknown> => transact(db, idempotencyKey, fn, { maxValueBytes, signal });
    return this.#step("transaction", name, body, options) as Promise<never>;
  };

  /** Made on first use: a context is made for every item of a map. */
  get sh(): ShellCall {
    return (this.#sh ??= shellCall((name, read) => this.#shell(name, read)));
  }

  sleep(first: Duration, second?: Duration): Promise<void> {
    const named = second !== undefined;
    const name = named ? String(first) : "sleep";
    const parsed = readDuration(`sleep "${name}"`, named ? second : first);
    const problem = badName("sleep", name) ?? ("problem" in parsed ? parsed.problem : undefined);
    if (problem !== undefined || "problem" in parsed) return Promise.reject(problem);
    return this.#call(this.#scope, name, { type: "sleep", durationMs: parsed.ms, until: null }) as Promise<void>;
  }

  sleepUntil(name: string, at: Date | number): Promise<void> {
    const until = typeof at === "number" ? at : at instanceof Date ? at.getTime() : Number.NaN;
    const problem = badName("sleep", name) ?? badInstant(name, at, until, this.now());
    if (problem !== undefined) return Promise.reject(problem);
    return this.#call(this.#scope, name, { type: "sleep", durationMs: null, until: Math.round(until) }) as Promise<void>;
  }

  waitForEvent<Payload = unknown>(name: string, options: WaitForEventOptions<Payload> = {}): Promise<WorkflowEvent<Payload> | null> {
    const wait = { kind: "event", options: options as WaitForEventOptions<unknown>, message: null } as const;
    return this.#wait(name, wait) as Promise<WorkflowEvent<Payload> | null>;
  }

  approve(name: string, { timeout, message }: ApproveOptions = {}): Promise<Approval> {
    const options = timeout === undefined ? {} : { timeout };
    return this.#wait(name, { kind: "approval", options, message: message === undefined ? null : String(message) }) as Promise<Approval>;
  }

  run(workflow: Startable | string, input?: unknown, options: ChildOptions = {}): Promise<never> {
    return this.#child(workflow, input, options, true) as Promise<never>;
  }

  start(workflow: Startable | string, input?: unknown, options: ChildOptions = {}): Promise<StartedChild> {
    return this.#child(workflow, input, options, false) as Promise<StartedChild>;
  }

  async map<Item, T>(
    name: string,
    items: readonly Item[],
    fn: (item: Item, ctx: WorkflowContext, index: number) => T | Promise<T>,
    options: MapOptions<Item> = {},
  ): Promise<T[]> {
    const problem = badName("map", name) ?? badFunction(name, fn);
    if (problem !== undefined) throw problem;
    if (isDropped(this.#branch)) return park();
    const scope = innerScope(this.#scope, name, this.#shared.pass.nextScope(this.#scope, name));
    return mapItems({ name, items, options }, (item, key, index) => fn(item, this.#inner(itemScope(scope, key)), index));
  }

  async scope<T>(name: string, fn: (ctx: WorkflowContext) => T | Promise<T>): Promise<T> {
    const problem = badName("scope", name) ?? badFunction(name, fn);
    if (problem !== undefined) throw problem;
    if (isDropped(this.#branch)) return park();
    return fn(this.#inner(innerScope(this.#scope, name, this.#shared.pass.nextScope(this.#scope, name))));
  }

  async race<const Racers extends Readonly<Record<string, Racer>>>(racers: Racers): Promise<RaceResult<Racers>> {
    if (isDropped(this.#branch)) return park();
    const { pass } = this.#shared;
    return race(racers, pass, (name) => {
      const scope = innerScope(this.#scope, name, pass.nextScope(this.#scope, name));
      const branch: Branch = { isDropped: false, outer: this.#branch };
      return { scope, branch, ctx: new ScopedContext(this.#shared, scope, branch) };
    });
  }

  patched(id: string): boolean {
    const problem = badName("patch", id);
    if (problem !== undefined) throw problem;
    return this.#shared.pass.patched(id);
  }

  continueAsNew(input: unknown): Promise<never> {
    if (isDropped(this.#branch)) return park();
    if (this.#shared.facts.isInsideStep()) return Promise.reject(fail("NESTED_CALL", { call: "continueAsNew" }));
    return this.#shared.pass.startOver(input);
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

  #inner(scope: string): WorkflowContext {
    return new ScopedContext(this.#shared, scope, this.#branch);
  }

  #shell(name: string, read: () => ReadShell): Promise<ShellResult> {
    try {
      const problem = name === "" ? undefined : badName("step", name); // an empty script says more
      if (problem !== undefined) throw problem;
      const { task, step } = read();
      const placed = calledFromHere();
      const run = (context: StepContext): Promise<ShellResult> =>
        this.#shared.facts.shell(task, context).catch((error: unknown) => Promise.reject(placed(error)));
      return this.#step("shell", name, run, step) as Promise<ShellResult>;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #step(kind: "step" | "shell" | "transaction", name: string, fn: (step: StepContext) => unknown, options: StepOptions): Promise<unknown> {
    const problem = badName("step", name) ?? badFunction(name, fn) ?? badKey(name, options.key) ?? badOptions(name, options);
    if (problem !== undefined) return Promise.reject(problem);
    const scope = options.key === undefined ? this.#scope : keyedScope(this.#scope, name, String(options.key));
    return this.#call(scope, name, { type: "step", kind, fn, options });
  }

  #wait(
    name: string,
    wait: { readonly kind: "event" | "approval"; readonly options: WaitForEventOptions<unknown>; readonly message: string | null },
  ): Promise<unknown> {
    const { timeout } = wait.options;
    const parsed = timeout === undefined ? { ms: null } : readDuration(`timeout of ${wait.kind} "${name}"`, timeout);
    const problem = badName(wait.kind, name) ?? ("problem" in parsed ? parsed.problem : undefined);
    if (problem !== undefined || "problem" in parsed) return Promise.reject(problem);
    return this.#call(this.#scope, name, { type: "event", timeoutMs: parsed.ms, ...wait });
  }

  #child(workflow: Startable | string, input: unknown, options: ChildOptions, isAwaited: boolean): Promise<unknown> {
    const name = options.name ?? (typeof workflow === "string" ? workflow : workflow?.name);
    const problem = badName("child", name);
    if (problem !== undefined) return Promise.reject(problem);
    return this.#call(this.#scope, name, { type: "child", workflow, input, options, isAwaited });
  }

  #call(scope: string, name: string, asks: Request): Promise<unknown> {
    const { pass, facts } = this.#shared;
    if (isDropped(this.#branch)) return park();
    if (facts.isInsideStep()) return Promise.reject(fail("NESTED_CALL", { call: `${kindOf(asks)} "${name}"` }));
    return pass.call(scope, name, asks);
  }
}

const kindOf = (asks: Request): string => (asks.type === "step" || asks.type === "event" ? asks.kind : asks.type);

/** Messages of code that an earlier pass has run are not written again. */
const liveLog = (pass: Pass, log: Log): Log => {
  const level =
    (name: keyof Log) =>
    (message: string, data?: unknown): void => {
      if (!pass.isReplaying && !pass.isOver) log[name](message, data);
    };
  return { debug: level("debug"), info: level("info"), warn: level("warn"), error: level("error") };
};
