/**
 * What a pass asks of the engine: one call a durable operation, each with its identity.
 */
import type { ChildOptions, StepContext, StepOptions, WaitForEventOptions } from "../model/context.ts";
import type { StepIdentity, StepRecord } from "../model/records.ts";
import type { Startable } from "../model/startable.ts";
import type { StepKind } from "../model/status.ts";
import { keyOf } from "./identity.ts";

export interface StepRequest {
  readonly type: "step";
  readonly kind: "step" | "shell" | "transaction" | "compensation";
  readonly fn: (step: StepContext) => unknown;
  readonly options: StepOptions;
}

export interface SleepRequest {
  readonly type: "sleep";
  /** From the moment the call is carried out; `null` when `until` is given. */
  readonly durationMs: number | null;
  readonly until: number | null;
}

export interface EventRequest {
  readonly type: "event";
  readonly kind: "event" | "approval";
  readonly timeoutMs: number | null;
  readonly options: WaitForEventOptions<unknown>;
  /** What an approval is about. */
  readonly message: string | null;
}

export interface ChildRequest {
  readonly type: "child";
  readonly workflow: Startable | string;
  readonly input: unknown;
  readonly options: ChildOptions;
  /** For its output, and not only for its start. */
  readonly isAwaited: boolean;
}

export type Request = StepRequest | SleepRequest | EventRequest | ChildRequest;

/** Which kind of row it makes. */
export const kindOf = (asks: Request): StepKind => (asks.type === "step" || asks.type === "event" ? asks.kind : asks.type);

const nothing = (): void => {};

/** Nobody awaits it: what the code awaits was given to it before. */
const NEVER = new Promise<never>(() => {});

/** One call, from the moment the code makes it until its promise settles. */
export class Call {
  readonly identity: StepIdentity;
  readonly asks: Request;
  /**
   * The row of an operation that was begun on an earlier pass and has not completed: a sleep with its deadline, a retry with its count. The
   * engine goes on from it instead of beginning again.
   */
  readonly recorded: StepRecord | undefined;
  /** It reaches the engine on the stack of the code that made it, and so in the asynchronous context of that code. */
  readonly isInline: boolean;
  /** What the code awaits. */
  promise: Promise<unknown>;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
  /** Its pass keeps here what it knows of it. */
  isExecuting = false;
  completion: StepRecord | undefined;
  /** Nobody waits for it any more: it lost a race. */
  isDropped = false;
  #key: string | undefined;

  constructor(identity: StepIdentity, asks: Request, facts: { readonly recorded: StepRecord | undefined; readonly isInline: boolean }) {
    this.identity = identity;
    this.asks = asks;
    this.recorded = facts.recorded;
    this.isInline = facts.isInline;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.promise = promise;
    this.resolve = resolve;
    this.reject = reject;
  }

  /** Never settles now. Lets go of the code that awaits it, since a step that goes on in a dropped pass still holds its call. */
  drop(): void {
    this.isDropped = true;
    this.promise = NEVER;
    this.resolve = this.reject = nothing;
  }

  /** Made on first use: a step that runs to its end needs none. */
  get key(): string {
    return (this.#key ??= keyOf(this.identity));
  }
}
