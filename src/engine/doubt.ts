/**
 * A step that begins at most once was cut off in the middle: has it happened?
 *
 *     verify ──{ done: true, result }──► completed with it
 *        ├─────{ done: false }─────────► begins, as the next attempt
 *        └─────undefined, an error, or no verify at all ──► in doubt, until a person says
 */
import type { VerifyAnswer } from "../model/context.ts";
import type { StepRecord } from "../model/records.ts";
import type { Call, StepRequest } from "../replay/call.ts";
import { describeStep } from "../replay/identity.ts";
import { Attempt, type AttemptOwner } from "./attempt.ts";
import type { Owner } from "./owner.ts";
import { asError } from "./values.ts";

/** What the step does with the answer. */
export interface Doubtful {
  happened(attempt: Attempt, result: unknown): void;
  notHappened(): void;
  unknown(why: string): void;
}

export class Doubt implements AttemptOwner {
  readonly carry: Owner;
  readonly call: Call;
  readonly asks: StepRequest;
  readonly timeoutMs: number | null;
  readonly #told: Doubtful;

  constructor(carry: Owner, call: Call, asks: StepRequest, told: Doubtful & { readonly timeoutMs: number | null }) {
    this.carry = carry;
    this.call = call;
    this.asks = { ...asks, fn: asks.options.verify ?? (() => undefined) };
    this.timeoutMs = told.timeoutMs;
    this.#told = told;
  }

  ask(recorded: StepRecord): void {
    if (this.asks.options.verify === undefined) this.#told.unknown("it was cut off in the middle, and it has no `verify`");
    else new Attempt(this, recorded.attempt, false);
  }

  gave(attempt: Attempt, value: unknown): void {
    if (this.carry.isOver) return;
    const answer = value as VerifyAnswer<unknown> | null;
    if (answer?.done === true) this.#told.happened(attempt, answer.result);
    else if (answer?.done === false) this.#told.notHappened();
    else this.#told.unknown("it was cut off in the middle, and `verify` cannot tell whether it has happened");
  }

  threw(_: Attempt, thrown: unknown): void {
    if (this.carry.isOver) return;
    const { message } = asError(thrown);
    this.carry.warn(`\`verify\` of ${describeStep(this.call.identity)} failed: ${message}`);
    this.#told.unknown(`it was cut off in the middle, and \`verify\` failed: ${message}`);
  }
}
