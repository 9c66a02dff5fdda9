/** What a pass is given: the code, what is recorded, time, and whoever carries out what the code asks for. */
import type { StepIdentity, StepRecord } from "../model/records.ts";
import type { Secrets } from "../model/codec/decode.ts";
import type { Call } from "./call.ts";
import type { DecodeError } from "./completion.ts";
import type { PassEnd } from "./outcome.ts";

/** The engine's side of a pass. Nothing of it is called after `ended` or `park`, but `late`. */
export interface PassSink {
  call(call: Call): void;
  idle(): void;
  stalled(): void;
  ended(end: PassEnd): void;
  /** It has lost a race; told once more with its completion, if that was on its way. */
  dropped(call: Call, completion?: StepRecord): void;
  /** What `patched` has answered, for the first time. */
  marked(id: string, value: boolean): void;
  late(step: StepIdentity): void;
}

export interface PassOptions<Pass> {
  readonly run: (pass: Pass) => unknown;
  readonly steps: readonly StepRecord[];
  /** What `patched` has answered on earlier passes. */
  readonly marks: ReadonlyMap<string, boolean>;
  readonly sink: PassSink;
  /** Calls `fn` in the context of the workflow's code: a rejection that nobody handles must be traced to it. */
  readonly enter: (fn: () => void) => void;
  readonly decodeError: DecodeError;
  /** What encrypted results are read with. */
  readonly secrets?: Secrets;
  /** Runs a function in the next turn of the event loop, after all promise reactions of this one. */
  readonly turn: (fn: () => void) => void;
  /** Time of the execution's start: `ctx.now()` before the first completion. */
  readonly startedAt: number;
  readonly after: (ms: number, fn: () => void) => () => void;
  /** How long code may stay away from the next recorded completion before it counts as changed. */
  readonly graceMs: number;
}
