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
 *   4. After `park` nothing settles and nothing is thrown: later calls of the code give promises that never settle, and `sink.late`.
 *   5. A recorded completion that the code does not ask for ends the pass as diverged: at once when the code is over, else after a grace.
 */
import type { StepOptions } from "../model/context.ts";
import type { StepIdentity, StepRecord } from "../model/records.ts";
import { Call, kindOf, type Request } from "./call.ts";
import { decodeOutcome } from "./completion.ts";
import { compareDivergence } from "./divergence.ts";
import { Grace } from "./grace.ts";
import { RecordedHistory } from "./history.ts";
import { isWithin, keyOf, RepeatCounter } from "./identity.ts";
import type { Ended, PassEnd, SleepInterrupt } from "./outcome.ts";
import { park } from "./park.ts";
import type { PassOptions } from "./pass-parts.ts";
import { Patches } from "./patches.ts";
import { Queue } from "./queue.ts";

const NOTHING_RECORDED = new RecordedHistory([]);

export class Pass {
  /** Time of the last delivered completion, Temporal's rule for a clock that is the same on every pass. */
  lastDeliveredAt: number;
  /** How the code undoes steps, by their keys. */
  readonly compensations = new Map<string, NonNullable<StepOptions["compensate"]>>();
  readonly #options: PassOptions<Pass>;
  readonly #repeats = new RepeatCounter();
  /** Calls that have not settled, in the order in which they were made. */
  readonly #open = new Set<Call>();
  /** Those of them whose completion is recorded and not delivered yet. */
  readonly #awaiting = new Map<string, Call>();
  #executing = 0;
  #history: RecordedHistory;
  readonly #queue: Queue;
  /** Calls made while recorded completions are still being delivered; `undefined` once the pass is live. */
  #held: Call[] | undefined;
  #ended: Ended | undefined;
  #over = false;
  #turnPlanned = false;
  readonly #grace: Grace;
  readonly #patches: Patches;

  constructor(options: PassOptions<Pass>) {
    this.#options = options;
    this.#history = options.steps.length === 0 ? NOTHING_RECORDED : new RecordedHistory(options.steps);
    this.#queue = new Queue(this.#history.completions);
    this.#held = options.steps.length === 0 ? undefined : [];
    this.#patches = new Patches(options.marks, (id, answer) => this.#over || options.sink.marked(id, answer));
    this.#grace = new Grace(options.after, options.graceMs);
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
      (value) => this.#end({ how: "returned", value }),
      (error: unknown) => this.#end({ how: "threw", error }),
    );
    this.#planTurn();
  }

  /** A durable operation that the code asks for. */
  call(scope: string, name: string, asks: Request): Promise<unknown> {
    const kind = kindOf(asks);
    const identity: StepIdentity = { scope, kind, name, n: this.#repeats.next(scope, kind, name) };
    if (this.#over || this.#ended !== undefined) {
      this.#options.sink.late(identity);
      return park();
    }
    if (asks.type === "step" && asks.options.compensate !== undefined) this.compensations.set(keyOf(identity), asks.options.compensate);
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

  /** The function ends here: what it goes on to do parks. */
  startOver(input: unknown): Promise<never> {
    this.#end({ how: "startsOver", input });
    return park();
  }

  /**
   * Whether an execution that is here for the first time may take a way that older code did not have: nothing that it has recorded lies
   * ahead. The answer is kept, so it stays the same.
   */
  patched(id: string): boolean {
    return this.#patches.answer(id, this.#queue.nextRecorded === undefined && this.#history.isUsedUp);
  }

  /** Of a race that is decided. Steps run on; the end of a wait changes nothing any more. */
  dropWait(call: Call): void {
    if (this.#over || call.asks.type === "step" || !this.#open.delete(call)) return;
    this.#held = this.#held?.filter((held) => held !== call);
    // Its recorded completion still has its turn in the order.
    if (!this.#awaiting.has(call.key)) this.#options.sink.dropped(call);
    call.drop();
  }

  /** Calls that have not settled and belong to `promise`, or were made in a scope. */
  openCalls(of: { readonly promise: unknown } | { readonly scope: string }): readonly Call[] {
    return this.waits().filter((call) => ("scope" in of ? isWithin(call.identity.scope, of.scope) : call.promise === of.promise));
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
    this.#queue.add(call);
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
  waits = (): readonly Call[] => [...this.#open];

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
    if (this.#over || this.#ended !== undefined) return;
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
    const recorded = this.#queue.nextRecorded;
    if (recorded !== undefined) return this.#deliverRecorded(recorded);
    const call = this.#queue.takeCompleted();
    if (call === undefined) return this.#allDelivered();
    if (call.completion !== undefined) this.#settle(call, call.completion);
  }

  #deliverRecorded(next: StepRecord): void {
    const key = keyOf(next);
    const call = this.#awaiting.get(key);
    if (call === undefined) return this.#notAskedFor(next);
    this.#grace.end();
    this.#awaiting.delete(key);
    this.#queue.tellRecorded();
    this.#settle(call, next);
  }

  #settle(call: Call, step: StepRecord): void {
    this.#open.delete(call);
    if (call.isDropped) this.#options.sink.dropped(call, step);
    this.lastDeliveredAt = step.finishedAt ?? this.lastDeliveredAt;
    this.#planTurn();
    try {
      const outcome = decodeOutcome(step, this.#options);
      if (outcome.ok) call.resolve(outcome.value);
      else this.#options.enter(() => call.reject(outcome.error));
    } catch (error) {
      this.#finish();
      this.#options.sink.ended({ type: "undecodable", step, error });
    }
  }

  #allDelivered(): void {
    if (this.#ended !== undefined) return this.#report(this.#ended);
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) for (const call of held) this.#emit(call);
    if (this.#executing > 0 || this.#over) return;
    if (this.#open.size === 0) return this.#options.sink.stalled();
    const forgotten = this.#forgotten();
    if (forgotten !== undefined) return this.#grace.begin(forgotten, () => this.#diverge(forgotten));
    this.#grace.end();
    this.#options.sink.idle();
  }

  /** A wait in progress that the code does not ask for, although it waits for something that it has never waited for before. */
  #forgotten(): StepRecord | undefined {
    return this.#history.isUsedUp || this.waits().every(({ recorded }) => recorded) ? undefined : this.#history.unaskedWait();
  }

  #notAskedFor(next: StepRecord): void {
    if (this.#ended !== undefined) return this.#diverge(next);
    this.#grace.begin(next, () => this.#diverge(next));
  }

  #diverge(expected: StepRecord): void {
    if (this.#over) return;
    const asked = this.waits().map((call) => call.identity);
    const { recorded, delivered } = this.#queue;
    const comparison = compareDivergence({ expected, recorded, delivered, asked, returned: this.#ended !== undefined });
    this.#finish();
    this.#options.sink.ended({ type: "diverged", comparison, isBeforeAnythingNew: expected.order !== null });
  }

  #report(ended: Ended): void {
    const loose = { unfinished: this.waits().map((call) => call.identity), orphans: this.#history.openAndUnasked() };
    this.#finish();
    const { how, ...what } = ended;
    this.#options.sink.ended({ type: how, ...what, ...loose } as PassEnd);
  }

  /** Lets go of everything, so that a parked function and all it holds can be collected. */
  #finish(): void {
    this.#over = true;
    this.#grace.end();
    for (const call of this.#open) call.drop();
    this.#open.clear();
    this.#awaiting.clear();
    this.#executing = 0;
    this.#queue.clear();
    this.#held = undefined;
    this.#history = NOTHING_RECORDED;
  }
}
