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
import { Call, type Request } from "./call.ts";
import { type DecodeError, decodeOutcome } from "./completion.ts";
import { compareDivergence } from "./divergence.ts";
import { RecordedHistory } from "./history.ts";
import { keyOf, RepeatCounter } from "./identity.ts";
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

const NOTHING_RECORDED = new RecordedHistory([]);

type Ended = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: unknown };

export class Pass {
  /** Time of the last delivered completion, Temporal's rule for a clock that is the same on every pass. */
  lastDeliveredAt: number;
  readonly #options: PassOptions;
  readonly #repeats = new RepeatCounter();
  /** Calls that have not settled, in the order in which they were made. */
  readonly #open = new Set<Call>();
  /** Those of them whose completion is recorded and not delivered yet. */
  readonly #awaiting = new Map<string, Call>();
  #executing = 0;
  #history: RecordedHistory;
  /** Recorded completions, and how many of them have been delivered. */
  #recorded: readonly StepRecord[];
  #delivered = 0;
  /** Calls that have completed on this pass, and how many of them have been told. */
  #completed: Call[] = [];
  #told = 0;
  /** Calls made while recorded completions are still being delivered; `undefined` once the pass is live. */
  #held: Call[] | undefined;
  #ended: Ended | undefined;
  #over = false;
  #turnPlanned = false;
  #cancelGrace: (() => void) | undefined;

  constructor(options: PassOptions) {
    this.#options = options;
    this.#history = options.steps.length === 0 ? NOTHING_RECORDED : new RecordedHistory(options.steps);
    this.#recorded = this.#history.completions;
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
  call(scope: string, name: string, asks: Request): Promise<unknown> {
    const kind = asks.type;
    const identity: StepIdentity = { scope, kind, name, n: this.#repeats.next(scope, kind, name) };
    if (this.#over || this.#ended !== undefined) {
      this.#options.sink.late(identity);
      return park();
    }
    const recorded = this.#history.isUsedUp ? undefined : this.#history.take(keyOf(identity));
    const call = new Call(identity, asks, { recorded, isInline: this.#held === undefined });
    const { promise } = call; // before anybody can park the pass
    this.#open.add(call);
    if (recorded === undefined || recorded.order === null) this.#begin(call);
    else {
      this.#awaiting.set(call.key, call);
      this.#planTurn(); // the delivery loop may be waiting for this very call
    }
    return promise;
  }

  /** The number of the next scope of that name. */
  nextScope(scope: string, name: string): number {
    return this.#repeats.next(scope, "scope", name);
  }

  /** A completion that has been committed just now. Settles its promise at once if nothing else has settled in this turn. */
  complete(call: Call, step: StepRecord): void {
    if (this.#over) return;
    this.#stopped(call);
    call.completion = step;
    this.#completed.push(call);
    if (!this.#turnPlanned) this.#deliverNext();
  }

  /** The step is between two attempts: for the pass it is a durable wait. */
  rest(call: Call): void {
    this.#stopped(call);
    this.#planTurn();
  }

  /** The next attempt of a resting step begins. */
  wakeUp(call: Call): void {
    if (call.isExecuting) return;
    call.isExecuting = true;
    this.#executing++;
  }

  /** Says again whether the code waits: something the engine was looking up has been answered. */
  reconsider(): void {
    this.#planTurn();
  }

  get isExecuting(): boolean {
    return this.#executing > 0;
  }

  /** Calls that wait, in the order they were made. */
  waits(): readonly Call[] {
    return [...this.#open];
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
    if (call.asks.type === "step") this.wakeUp(call);
    this.#options.sink.call(call);
  }

  #stopped(call: Call): void {
    if (!call.isExecuting) return;
    call.isExecuting = false;
    this.#executing--;
  }

  #end(ended: Ended): void {
    if (this.#over) return;
    this.#ended = ended;
    this.#planTurn();
  }

  #planTurn(): void {
    if (this.#turnPlanned || this.#over) return;
    this.#turnPlanned = true;
    this.#options.turn(this.#takeTurn);
  }

  readonly #takeTurn = (): void => {
    this.#turnPlanned = false;
    if (!this.#over) this.#deliverNext();
  };

  #deliverNext(): void {
    const recorded = this.#recorded[this.#delivered];
    if (recorded !== undefined) return this.#deliverRecorded(recorded);
    const call = this.#completed[this.#told];
    if (call === undefined) return this.#allDelivered();
    this.#told++;
    if (call.completion !== undefined) this.#settle(call, call.completion);
  }

  #deliverRecorded(next: StepRecord): void {
    const key = keyOf(next);
    const call = this.#awaiting.get(key);
    if (call === undefined) return this.#notAskedFor(next);
    this.#cancelGrace?.();
    this.#cancelGrace = undefined;
    this.#awaiting.delete(key);
    this.#delivered++;
    this.#settle(call, next);
  }

  #settle(call: Call, step: StepRecord): void {
    this.#open.delete(call);
    this.lastDeliveredAt = step.finishedAt ?? this.lastDeliveredAt;
    this.#planTurn();
    try {
      const outcome = decodeOutcome(step, this.#options.decodeError);
      if (outcome.ok) call.resolve(outcome.value);
      else this.#options.enter(() => call.reject(outcome.error));
    } catch (error) {
      this.#finish();
      this.#options.sink.ended({ type: "undecodable", step, error });
    }
  }

  #allDelivered(): void {
    this.#completed.length = 0;
    this.#told = 0;
    if (this.#ended !== undefined) return this.#report(this.#ended);
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) for (const call of held) this.#emit(call);
    if (this.#executing > 0 || this.#over) return;
    if (this.#open.size > 0) this.#options.sink.idle();
    else this.#options.sink.stalled();
  }

  #notAskedFor(next: StepRecord): void {
    if (this.#ended !== undefined) return this.#diverge(next);
    this.#cancelGrace ??= this.#options.after(this.#options.graceMs, () => {
      if (!this.#over && this.#recorded[this.#delivered] === next) this.#diverge(next);
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
    for (const call of this.#open) call.drop();
    this.#open.clear();
    this.#awaiting.clear();
    this.#executing = 0;
    this.#recorded = [];
    this.#completed = [];
    this.#held = undefined;
    this.#history = NOTHING_RECORDED;
  }
}
