/**
 * What a pass asks of the engine: one call a durable operation, each with its identity.
 *
 * `recorded` is the row of an operation that was begun on an earlier pass and has not completed: a sleep with its deadline, a retry with
 * its count. The engine goes on from it instead of beginning again.
 */
import type { StepContext, StepOptions, WaitForEventOptions } from "../model/context.ts";
import type { StepIdentity, StepRecord } from "../model/records.ts";

interface CallBase {
  readonly key: string;
  readonly identity: StepIdentity;
  readonly recorded: StepRecord | undefined;
  /** It reaches the engine on the stack of the code that made it, and so in the asynchronous context of that code. */
  readonly isInline: boolean;
}

export interface StepCall extends CallBase {
  readonly type: "step";
  readonly fn: (step: StepContext) => unknown;
  readonly options: StepOptions;
}

export interface SleepCall extends CallBase {
  readonly type: "sleep";
  /** From the moment the call is carried out; `null` when `until` is given. */
  readonly durationMs: number | null;
  readonly until: number | null;
}

export interface EventCall extends CallBase {
  readonly type: "event";
  readonly timeoutMs: number | null;
  readonly options: WaitForEventOptions<unknown>;
}

export type Call = StepCall | SleepCall | EventCall;

/** A call without what only the pass knows. */
export type CallRequest =
  | Pick<StepCall, "type" | "fn" | "options">
  | Pick<SleepCall, "type" | "durationMs" | "until">
  | Pick<EventCall, "type" | "timeoutMs" | "options">;
