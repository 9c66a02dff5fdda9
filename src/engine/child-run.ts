/**
 * One call for a child execution.
 *
 *     plan ──► child and record of the call, in one write ──► started: done
 *                                                         └─► awaited: look ──over──► its output, or its error
 *                                                               ▲  └─ not yet ──► wait, until it ends here or elsewhere
 *                                                               └───────────────────┘
 */
import { isKeyProblem } from "../model/cipher.ts";
import { encodeError } from "../model/codec/error.ts";
import { fail } from "../model/errors.ts";
import { isPanicError } from "../model/panic.ts";
import type { ExecutionRecord, StepRecord } from "../model/records.ts";
import { isTerminal } from "../model/status.ts";
import type { Call, ChildRequest } from "../replay/call.ts";
import type { Owner, WriteParts } from "./owner.ts";
import { assertSameWork } from "./start.ts";
import type { Claimed, Creation } from "./store.ts";
import { asError, codeOf, encodeOrFail } from "./values.ts";

/** A failure that says nothing about the child. */
const isSystems = (error: unknown): boolean => isPanicError(error) || isKeyProblem(error) || codeOf(error) === "BUSY";

export class ChildRun {
  readonly #carry: Owner;
  readonly #call: Call;
  readonly #asks: ChildRequest;
  readonly #startedAt: number;
  #childId = "";
  /** It is on disk; before that nobody can find it. */
  #isMade = false;
  #looking = false;
  #over = false;

  constructor(carry: Owner, call: Call, asks: ChildRequest) {
    this.#carry = carry;
    this.#call = call;
    this.#asks = asks;
    this.#startedAt = call.recorded?.startedAt ?? carry.clock.now();
  }

  /** It waits for a child that moves in this process. */
  get isHere(): boolean {
    return !this.#over && this.#childId !== "" && this.#carry.children.isHere(this.#childId);
  }

  /** The child it waits for. */
  get awaited(): string | undefined {
    return this.#over || !this.#asks.isAwaited || !this.#isMade ? undefined : this.#childId;
  }

  begin(): void {
    const { recorded } = this.#call;
    if (recorded?.detail == null) return this.#orFail(this.#start());
    this.#childId = recorded.detail;
    this.#isMade = true;
    this.#orFail(this.#lookAgain());
  }

  /** It may have ended. */
  look(): void {
    if (this.awaited !== undefined && !this.#looking) this.#orFail(this.#look());
  }

  /** Nobody waits for it any more. */
  drop(): void {
    this.#over = true;
    this.#carry.endWait(this.#call.key);
  }

  #orFail(work: Promise<void>): void {
    this.#carry.enter();
    work
      .catch((error: unknown) => (isSystems(error) ? this.#carry.panic(asError(error)) : this.#fail(error)))
      .finally(() => this.#carry.leave());
  }

  async #start(): Promise<void> {
    const { workflow, input, options, isAwaited } = this.#asks;
    const { execution, limits } = await this.#carry.children.plan(this.#call.identity, { workflow, input, options });
    if (!this.#carry.mayBegin(this.#call) || (this.#over && isAwaited)) return;
    let claimed: Claimed | undefined;
    const tell = (creation: Creation): void => {
      claimed = creation.created ? creation.claimed : undefined;
      if (!creation.created) this.#assertSame(execution, creation.existing);
    };
    const claim = (execution.wakeAt ?? 0) <= this.#carry.clock.now() && this.#carry.children.mayTake(execution.id);
    const children = [{ execution, limits, claim, tell }];
    this.#childId = execution.id;
    const refused = (error: Error): void => this.#fail(error);
    if (isAwaited) {
      this.#carry.record(this.#row("waiting")); // rides along with the child: one write
      this.#carry.write({ children }, () => this.#started(claimed), refused);
      return;
    }
    const started = (order: number): WriteParts => ({
      steps: [{ ...this.#row("completed"), order, outputText: this.#encode({ id: execution.id }), finishedAt: this.#carry.clock.now() }],
      children,
    });
    this.#over = true;
    this.#carry.complete(this.#call, started, { stored: () => this.#take(claimed), refused });
  }

  #started(claimed: Claimed | undefined): void {
    this.#take(claimed);
    if (this.#call.isDropped) return;
    this.#wait();
    this.#orFail(this.#look());
  }

  /** Made under limits, or to begin later, it may be nobody's yet. */
  #take(claimed: Claimed | undefined): void {
    this.#isMade = true;
    const { children } = this.#carry;
    if (claimed !== undefined) children.adopt(claimed);
    else this.#orFail(children.fetch(this.#childId));
  }

  /** After a crash or a pause it may be nobody's. */
  async #lookAgain(): Promise<void> {
    this.#wait();
    await this.#look();
    if (this.awaited !== undefined) await this.#carry.children.fetch(this.#childId);
  }

  async #look(): Promise<void> {
    this.#looking = true;
    try {
      const child = await this.#carry.children.find(this.#childId);
      if (this.#over || this.#carry.isOver) return;
      if (child === "unreadable") return;
      if (child === undefined) throw fail("EXECUTION_NOT_FOUND", { id: this.#childId });
      if (isTerminal(child.status)) this.#ended(child);
    } finally {
      this.#looking = false;
    }
  }

  #wait(): void {
    const { key, identity } = this.#call;
    this.#carry.wait({ key, identity, for: "child", wakeAt: null, detail: `child "${this.#childId}"`, wake: () => {} });
  }

  #ended({ id, status, outputText, errorText }: ExecutionRecord): void {
    if (status === "completed") return this.#finish({ status: "completed", outputText });
    this.#finish({ status: "failed", errorText: errorText ?? encodeError(fail("CANCELLED", { id })) });
  }

  #fail(error: unknown): void {
    if (!this.#carry.isOver) this.#finish({ status: "failed", errorText: encodeError(asError(error)) });
  }

  #finish(outcome: Pick<StepRecord, "status"> & Partial<StepRecord>): void {
    this.#over = true;
    this.#carry.endWait(this.#call.key);
    const finishedAt = this.#carry.clock.now();
    this.#carry.complete(this.#call, (order) => ({ steps: [{ ...this.#row("completed"), ...outcome, order, finishedAt }] }));
  }

  /** An id that a user gives may belong to other work. */
  #assertSame(wanted: ExecutionRecord, existing: ExecutionRecord): void {
    assertSameWork(wanted, existing, this.#carry.cipher);
  }

  #encode(value: unknown): string {
    return encodeOrFail(`The id of child "${this.#childId}"`, value, this.#carry);
  }

  #row(status: StepRecord["status"]): StepRecord {
    const { scope, kind, name, n } = this.#call.identity;
    return {
      ...{ scope, kind, name, n, status, order: null, attempt: 1, outputText: null, errorText: null },
      ...{ startedAt: this.#startedAt, finishedAt: null, wakeAt: null, flags: 0, detail: this.#childId === "" ? null : this.#childId },
    };
  }
}
