/**
 * One wait for an event.
 *
 *     look ──found──► take it and complete, in one write ──taken by another wait──► look again
 *       │ none
 *       └──► record the wait ──► look again when events have come; at the time-out complete with null
 *
 * An event that does not fit the schema or the match stays where it is, for a later wait; the first is said in the log.
 */
import type { Approval } from "../model/context.ts";
import { STEP_FLAGS, type StepRecord } from "../model/records.ts";
import { identityText } from "../model/step-reference.ts";
import { describeIssues } from "../model/schema.ts";
import { isKeyProblem } from "../model/cipher.ts";
import { isSealed } from "../model/codec/format.ts";
import { decodeValue } from "../model/codec/decode.ts";
import { encodeError } from "../model/codec/error.ts";
import type { Call, EventRequest } from "../replay/call.ts";
import type { Owner } from "./owner.ts";
import type { PendingEvent, WaitingFor } from "./store.ts";
import { asError, encodeOrFail } from "./values.ts";

export class EventRun {
  /** How far it has looked; an event with a higher cursor is news. */
  seenCursor = 0;
  readonly #carry: Owner;
  readonly #call: Call;
  readonly #asks: EventRequest;
  readonly #row: StepRecord;
  #waiting = false;
  #looking = false;
  #lookAgain = false;
  #fromFirst = false;
  #over = false;

  constructor(carry: Owner, call: Call, asks: EventRequest) {
    this.#carry = carry;
    this.#call = call;
    this.#asks = asks;
    const now = carry.clock.now();
    const { scope, kind, name, n } = call.identity;
    this.#row = call.recorded ?? {
      ...{ scope, kind, name, n, status: "waiting", order: null, attempt: 1, outputText: null, errorText: null, finishedAt: null },
      ...{ flags: 0, detail: asks.message },
      startedAt: now,
      wakeAt: asks.timeoutMs === null ? null : now + asks.timeoutMs,
    };
  }

  /** What it waits for, and how far it has looked. */
  get waitingFor(): WaitingFor {
    return { name: this.#call.identity.name, kind: this.#asks.kind, afterCursor: this.seenCursor };
  }

  /** Nobody waits for it any more. */
  drop(): void {
    this.#end();
  }

  /**
   * Looks for an event that fits. Calls that meet while it looks are answered by one more look.
   *
   * @param from an event that had been taken may wait again, so those that were seen before say nothing
   */
  look(from?: "the first"): void {
    if (this.#over) return;
    if (from === "the first") this.#fromFirst = true;
    if (this.#looking) this.#lookAgain = true;
    else void this.#lookOnce();
  }

  async #lookOnce(): Promise<void> {
    this.#looking = true;
    this.#carry.enter();
    try {
      const taken = await this.#takeFirst();
      if (!taken && !this.#over) this.#wait();
    } catch (error) {
      this.#carry.panic(asError(error));
    } finally {
      this.#looking = false;
      this.#carry.leave();
    }
    if (!this.#lookAgain) return;
    this.#lookAgain = false;
    this.look();
  }

  async #takeFirst(): Promise<boolean> {
    if (this.#fromFirst) this.seenCursor = 0;
    this.#fromFirst = false;
    for (const event of await this.#carry.pendingEvents(this.#call.identity.name, this.#asks.kind)) {
      if (event.cursor <= this.seenCursor) continue;
      if (event.target != null && event.target !== identityText(this.#call.identity)) {
        this.seenCursor = event.cursor;
        continue;
      }
      const payload = await this.#fitting(event);
      if (this.#over || this.#carry.isOver) return true;
      if (payload !== undefined) return this.#take(event, payload.value);
      this.seenCursor = event.cursor;
    }
    return false;
  }

  async #fitting(event: PendingEvent): Promise<{ readonly value: unknown } | undefined> {
    const { schema, match } = this.#asks.options;
    try {
      let value = decodeValue(event.payloadText, this.#carry.cipher);
      const checked = await schema?.["~standard"].validate(value);
      if (checked?.issues !== undefined) return this.#misfit(event, describeIssues(checked.issues));
      if (checked !== undefined) value = checked.value;
      return match === undefined || match(value) ? { value } : undefined;
    } catch (error) {
      if (isKeyProblem(error)) throw error;
      return this.#misfit(event, asError(error).message);
    }
  }

  #misfit(event: PendingEvent, problem: string): undefined {
    this.#carry.warn(`${this.#what()} (${event.id}) does not fit the wait and is left alone: ${problem}`);
    return undefined;
  }

  #take(event: PendingEvent, payload: unknown): true {
    const { id, name, sentAt } = event;
    const taken = this.#asks.kind === "approval" ? decisionOf(payload) : { id, name, payload, sentAt: new Date(sentAt) };
    const outcome = this.#encode(taken, isSealed(event.payloadText));
    this.#end();
    this.#carry.complete(
      this.#call,
      (order) => ({ steps: [{ ...this.#completed(order, null), ...outcome }], consume: { eventId: id, by: this.#call.identity } }),
      {
        refused: () => {
          if (this.#call.isDropped) return;
          this.#over = false; // another wait of this name has taken it
          this.look();
        },
      },
    );
    return true;
  }

  /** A schema can turn a payload into something that cannot be stored: then the wait fails, with the path. Encrypted as it was sent. */
  #encode(taken: unknown, isSensitive: boolean): Pick<StepRecord, "status" | "outputText" | "errorText"> {
    const { cipher, maxValueBytes } = this.#carry;
    try {
      const outputText = encodeOrFail(() => this.#what(), taken, { cipher, maxValueBytes: maxValueBytes * 2 }, isSensitive);
      return { status: "completed", outputText, errorText: null };
    } catch (error) {
      if (isKeyProblem(error)) throw error;
      return { status: "failed", outputText: null, errorText: encodeError(error) };
    }
  }

  #wait(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    const { key, identity } = this.#call;
    if (this.#call.recorded === undefined) this.#carry.record(this.#row);
    const timeOut = (): void => {
      this.#end();
      const outputText = this.#asks.kind === "approval" ? NOT_IN_TIME : "null";
      this.#carry.complete(this.#call, (order) => ({ steps: [this.#completed(order, outputText)] }));
    };
    this.#carry.wait({
      key,
      identity,
      for: "event",
      wakeAt: this.#row.wakeAt,
      detail: `${identity.kind} "${identity.name}"`,
      wake: timeOut,
    });
  }

  #what(): string {
    return `${this.#asks.kind === "approval" ? "Decision" : "Event"} "${this.#call.identity.name}"`;
  }

  #end(): void {
    this.#over = true;
    this.#waiting = false;
    this.#carry.endWait(this.#call.key);
  }

  #completed(order: number, outputText: string | null): StepRecord {
    return { ...this.#row, status: "completed", order, outputText, finishedAt: this.#carry.clock.now() };
  }
}

/** It was taken by a wait that had lost its race by then: no code was given it, and another wait may have it. */
export const giveBack = (carry: Owner, step: StepRecord, done: () => void): void => {
  const isTaken = step.status === "completed" && step.outputText !== "null" && step.outputText !== NOT_IN_TIME;
  if ((step.kind !== "event" && step.kind !== "approval") || !isTaken || (step.flags & STEP_FLAGS.letGo) !== 0) return;
  carry.enter();
  carry.write({ steps: [{ ...step, flags: step.flags | STEP_FLAGS.letGo }], giveBack: step }, () => {
    done();
    carry.leave();
  });
};

/** As the command has written it; whatever it is, code is given an `Approval`. */
const decisionOf = (payload: unknown): Approval => {
  const { approved, note, by } = (payload ?? {}) as Partial<Record<keyof Approval, unknown>>;
  const textOf = (value: unknown): string | null => (typeof value === "string" ? value : null);
  return { approved: approved === true, note: textOf(note), by: textOf(by), timedOut: false };
};

const NOT_IN_TIME = JSON.stringify({ approved: false, note: null, by: null, timedOut: true } satisfies Approval);
