/**
 * A pass: one walk of the workflow function from its top, over what is recorded and on into what is new.
 *
 *     run(ctx) ──calls──► open ──(recorded)──► delivery loop: one completion, one turn ──► settles one promise ──► run goes on
 *                          │                        ▲
 *                          └─(new, after the last recorded one)─► sink.call ──► the engine ──► complete(record)
 *
 * What callers may rely on:
 *   1. Completions settle in their recorded order, one a turn of the event loop, live and replayed alike; so native `Promise.all`, `race`,
 *      `any` and `allSettled` decide the same way on every pass, and calls get the same identities.
 *   2. A call without a recorded completion reaches the engine only after all recorded completions have been delivered.
 *   3. `sink.idle` is told when no step executes and the code waits for durable waits only; `sink.stalled` when it waits for nothing known.
 *   4. After `park` nothing settles any more and nothing is thrown: later calls of the code give promises that never settle, and
 *      `sink.late`.
 *   5. A recorded completion that the code does not ask for ends the pass as diverged, at once when the function has returned, else after a
 *      grace.
 */
import type { StepIdentity, StepRecord } from "../model/records.ts";
import type { Call, CallRequest } from "./call.ts";
import { type DecodeError, decodeOutcome } from "./completion.ts";
import { compareDivergence } from "./divergence.ts";
import { RecordedHistory } from "./history.ts";
import { keyOf, prefixOf, RepeatCounter } from "./identity.ts";
import type { PassEnd, SleepInterrupt } from "./outcome.ts";
import { park } from "./park.ts";

/** The engine's side of a pass. Nothing of it is called after `ended` or `park`, but `late`. */
export interface PassSink {
  call(call: Call): void;
  idle(): void;
  stalled(): void;
  ended(end: PassEnd): void;
  late(step: StepIdentity): void;
}

export interface PassOptions {
  readonly run: (pass: Pass) => unknown;
  readonly steps: readonly StepRecord[];
  readonly sink: PassSink;
  /** Calls `fn` in the context of the workflow's code: a rejection that nobody handles must be traced to it. */
  readonly enter: (fn: () => void) => void;
  readonly decodeError: DecodeError;
  /** Runs a function in the next turn of the event loop, after all promise reactions of this one. */
  readonly turn: (fn: () => void) => void;
  /** Time of the execution's start: `ctx.now()` before the first completion. */
  readonly startedAt: number;
  readonly after: (ms: number, fn: () => void) => () => void;
  /** How long code may stay away from the next recorded completion before it counts as changed. */
  readonly graceMs: number;
}

interface OpenCall {
  readonly call: Call;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

type Ended = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: unknown };

export class Pass {
  /** Time of the last delivered completion, Temporal's rule for a clock that is the same on every pass. */
  lastDeliveredAt: number;
  readonly #options: PassOptions;
  readonly #repeats = new RepeatCounter();
  readonly #open = new Map<string, OpenCall>();
  readonly #executing = new Set<string>();
  #history: RecordedHistory;
  #queue: StepRecord[];
  #delivered = 0;
  /** Calls made while recorded completions are still being delivered; `undefined` once the pass is live. */
  #held: Call[] | undefined;
  #ended: Ended | undefined;
  #over = false;
  #turnPlanned = false;
  #cancelGrace: (() => void) | undefined;

  constructor(options: PassOptions) {
    this.#options = options;
    this.#history = new RecordedHistory(options.steps);
    this.#queue = [...this.#history.completions];
    this.#held = options.steps.length === 0 ? undefined : [];
    this.lastDeliveredAt = options.startedAt;
  }

  /** True while the code repeats what an earlier pass has done. */
  get isReplaying(): boolean {
    return this.#held !== undefined;
  }

  get isOver(): boolean {
    return this.#over;
  }

  start(): void {
    let result: unknown;
    try {
      result = this.#options.run(this);
    } catch (error) {
      result = Promise.reject(error);
    }
    Promise.resolve(result).then(
      (value) => this.#end({ ok: true, value }),
      (error: unknown) => this.#end({ ok: false, error }),
    );
    this.#planTurn();
  }

  /** A durable operation that the code asks for. */
  call(scope: string, kind: StepIdentity["kind"], name: string, request: CallRequest): Promise<unknown> {
    const prefix = prefixOf(scope, kind, name);
    const identity: StepIdentity = { scope, kind, name, n: this.#repeats.next(prefix) };
    if (this.#over || this.#ended !== undefined) {
      this.#options.sink.late(identity);
      return park();
    }
    const key = prefix + identity.n;
    const recorded = this.#history.take(key);
    const call = Object.assign(request, { key, identity, recorded, isInline: this.#held === undefined }) as Call;
    const promise = new Promise<unknown>((resolve, reject) => {
      this.#open.set(key, { call, resolve, reject });
    });
    if (recorded?.order == null) this.#begin(call);
    else this.#planTurn(); // the delivery loop may be waiting for this very call
    return promise;
  }

  /** The number of the next scope of that name. */
  nextScope(scope: string, name: string): number {
    return this.#repeats.next(prefixOf(scope, "scope", name));
  }

  /** A completion that has been committed just now. Settles its promise at once if nothing else has settled in this turn. */
  complete(step: StepRecord): void {
    if (this.#over) return;
    this.#executing.delete(keyOf(step));
    this.#queue.push(step);
    if (!this.#turnPlanned) this.#deliverNext();
  }

  /** The step is between two attempts: for the pass it is a durable wait. */
  rest(key: string): void {
    this.#executing.delete(key);
    this.#planTurn();
  }

  /** The next attempt of a resting step begins. */
  wakeUp(key: string): void {
    this.#executing.add(key);
  }

  /** Says again whether the code waits: something the engine was looking up has been answered. */
  reconsider(): void {
    this.#planTurn();
  }

  get isExecuting(): boolean {
    return this.#executing.size > 0;
  }

  /** Calls that wait, in the order they were made. */
  waits(): readonly Call[] {
    return [...this.#open.values()].map(({ call }) => call);
  }

  /** Drops the pass: from now on it can do nothing. */
  park(): SleepInterrupt {
    const waits = this.waits().map((call) => call.identity);
    this.#finish();
    return { type: "parked", waits };
  }

  #begin(call: Call): void {
    if (this.#held === undefined) this.#emit(call);
    else this.#held.push(call);
    this.#planTurn();
  }

  #emit(call: Call): void {
    if (call.type === "step") this.#executing.add(call.key);
    this.#options.sink.call(call);
  }

  #end(ended: Ended): void {
    if (this.#over) return;
    this.#ended = ended;
    this.#planTurn();
  }

  #planTurn(): void {
    if (this.#turnPlanned || this.#over) return;
    this.#turnPlanned = true;
    this.#options.turn(() => {
      this.#turnPlanned = false;
      if (!this.#over) this.#deliverNext();
    });
  }

  #deliverNext(): void {
    const next = this.#queue[this.#delivered];
    if (next === undefined) return this.#allDelivered();
    const key = keyOf(next);
    const open = this.#open.get(key);
    if (open === undefined) return this.#notAskedFor(next);
    this.#cancelGrace?.();
    this.#cancelGrace = undefined;
    this.#delivered++;
    this.#open.delete(key);
    this.lastDeliveredAt = next.finishedAt ?? this.lastDeliveredAt;
    this.#planTurn();
    this.#settle(open, next);
  }

  #settle(open: OpenCall, step: StepRecord): void {
    try {
      const outcome = decodeOutcome(step, this.#options.decodeError);
      if (outcome.ok) open.resolve(outcome.value);
      else this.#options.enter(() => open.reject(outcome.error));
    } catch (error) {
      this.#finish();
      this.#options.sink.ended({ type: "undecodable", step, error });
    }
  }

  #allDelivered(): void {
    this.#queue.length = 0;
    this.#delivered = 0;
    if (this.#ended !== undefined) return this.#report(this.#ended);
    const held = this.#held;
    this.#held = undefined;
    for (const call of held ?? []) this.#emit(call);
    if (this.#executing.size > 0 || this.#over) return;
    if (this.#open.size > 0) this.#options.sink.idle();
    else this.#options.sink.stalled();
  }

  #notAskedFor(next: StepRecord): void {
    if (this.#ended !== undefined) return this.#diverge(next);
    this.#cancelGrace ??= this.#options.after(this.#options.graceMs, () => {
      if (!this.#over && this.#queue[this.#delivered] === next) this.#diverge(next);
    });
  }

  #diverge(expected: StepRecord): void {
    const asked = this.waits().map((call) => call.identity);
    const comparison = compareDivergence({ expected, delivered: this.#delivered, asked, returned: this.#ended !== undefined });
    this.#finish();
    this.#options.sink.ended({ type: "diverged", comparison });
  }

  #report(ended: Ended): void {
    const loose = { unfinished: this.waits().map((call) => call.identity), orphans: this.#history.openAndUnasked() };
    this.#finish();
    if (ended.ok) this.#options.sink.ended({ type: "returned", value: ended.value, ...loose });
    else this.#options.sink.ended({ type: "threw", error: ended.error, ...loose });
  }

  /** Lets go of everything, so that a parked function and all it holds can be collected. */
  #finish(): void {
    this.#over = true;
    this.#cancelGrace?.();
    this.#cancelGrace = undefined;
    this.#open.clear();
    this.#executing.clear();
    this.#queue = [];
    this.#held = undefined;
    this.#history = new RecordedHistory([]);
  }
}
