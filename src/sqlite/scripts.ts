/** The SQLite half of `ScriptStore`: each call is one transaction, and has a file of its own in `scripts/`. */
import type { PendingEvent, StoreHost } from "../engine/store.ts";
import type {
  BeginAnswer,
  NothingBegins,
  PassKey,
  PassNow,
  ScriptBegin,
  ScriptEnd,
  ScriptPass,
  ScriptStore,
  StepAnswer,
  StepEnd,
  StepStart,
  WaitAnswer,
  WaitStart,
} from "../engine/store/scripts.ts";
import type { ProcessIdentity, StepRecord } from "../model/records.ts";
import type { CancelHost } from "./cancel.ts";
import type { FamilyParts } from "./family.ts";
import type { Queries } from "./query.ts";
import { callStep } from "./scripts/call-step.ts";
import { admit, isOwned, passNow, stopPass } from "./scripts/passes.ts";
import { isStepStored } from "./tables/steps.ts";

/** What `FamilyParts` has, and the process of a single call, too. */
export interface ScriptParts extends Pick<FamilyParts, "read" | "change"> {
  readonly db: Queries;
  readonly host: StoreHost;
  /** As `change`, for what a power failure may take back: the beginning of a step that may run twice. */
  readonly changeLightly?: FamilyParts["change"];
}

export class SqliteScripts implements ScriptStore {
  readonly #parts: ScriptParts;

  constructor(parts: ScriptParts) {
    this.#parts = parts;
  }

  async passOf(executionId: string, term: number): Promise<ScriptPass> {
    const { passOf } = await import("./scripts/pass-of.ts");
    return this.#parts.read(() => passOf(this.#parts, executionId, term));
  }

  stopPass(executionId: string, term: number): Promise<void> {
    return this.#parts.change(undefined, () => stopPass(this.#parts.db, { executionId, term }));
  }

  async endWait(executionId: string, term: number, which: string | null): Promise<void> {
    const { endWait } = await import("./operations/requests.ts");
    const { change, db, host } = this.#parts;
    await change(undefined, () => isOwned(db, { executionId, term }) && endWait(db, executionId, which, host.now()));
  }

  passNow(executionId: string): Promise<PassNow> {
    return this.#parts.read(() => passNow(this.#parts.db, executionId));
  }

  async callStep(start: StepStart): Promise<StepAnswer> {
    const { executionId } = start.pass;
    const isStored = (answer: StepAnswer): boolean | undefined => ("row" in answer ? this.#isStored(executionId, answer.row) : undefined);
    const change = start.once ? this.#parts.change : this.#lightly;
    const answer = await change(executionId, () => callStep(this.#parts, start), isStored);
    return this.#noticing(start.pass, answer);
  }

  async noteCommand(executionId: string, row: StepRecord, command: ProcessIdentity): Promise<void> {
    const { noteCommand } = await import("./scripts/end-step.ts");
    return this.#lightly(executionId, () => noteCommand(this.#parts, { executionId, row, command }));
  }

  async endStep(end: StepEnd): Promise<StepRecord | undefined> {
    const { endStep } = await import("./scripts/end-step.ts");
    const isStored = (row: StepRecord | undefined): boolean | undefined =>
      row === undefined ? undefined : this.#isStored(end.executionId, row);
    return this.#parts.change(end.executionId, () => endStep(this.#parts, end), isStored);
  }

  /** Of the parts that only waits need, what an event holds is the largest. */
  async callWait(start: WaitStart): Promise<WaitAnswer> {
    const { executionId } = start.pass;
    const [{ callWait }, eventText] = await Promise.all([
      import("./scripts/call-wait.ts"),
      start.step.kind === "event" ? textOfEvents() : noEvents,
    ]);
    const isStored = (answer: WaitAnswer): boolean | undefined => ("row" in answer ? this.#isStored(executionId, answer.row) : undefined);
    const answer = await this.#parts.change(executionId, () => callWait({ ...this.#parts, eventText }, start), isStored);
    return this.#noticing(start.pass, answer);
  }

  async park(pass: PassKey): Promise<void> {
    const { parkPass } = await import("./scripts/end-pass.ts");
    await this.#parts.change(pass.executionId, () => parkPass(this.#parts, pass));
  }

  isParked(pass: PassKey): Promise<boolean> {
    return this.#parts.read(() => admit(this.#parts, pass).kind === "parked");
  }

  async end(pass: PassKey, end: ScriptEnd & { readonly errorText: string | null }): Promise<"noted" | "over" | "still-runs" | "parked"> {
    const [{ endPass }, host] = await Promise.all([import("./scripts/end-pass.ts"), this.#cancelHost()]);
    return this.#parts.change(undefined, () => endPass({ ...this.#parts, host }, pass, end));
  }

  async begin(asked: ScriptBegin): Promise<BeginAnswer> {
    const { begin } = await import("./scripts/begin.ts");
    return this.#parts.change(undefined, (fences) => begin({ ...this.#parts, fences }, asked));
  }

  get #lightly(): FamilyParts["change"] {
    return this.#parts.changeLightly ?? this.#parts.change;
  }

  #isStored(executionId: string, row: StepRecord): boolean {
    return isStepStored(this.#parts.db, executionId, row);
  }

  async #noticing<Answer extends StepAnswer | WaitAnswer>(pass: PassKey, answer: Answer | NothingBegins): Promise<Answer | NothingBegins> {
    if (answer.kind !== "cancelled") return answer;
    const [{ meetCancellation }, host] = await Promise.all([import("./scripts/end-pass.ts"), this.#cancelHost()]);
    await this.#parts.change(undefined, () => meetCancellation({ ...this.#parts, host }, pass));
    return answer;
  }

  async #cancelHost(): Promise<CancelHost> {
    const { encodeError } = await import("../model/codec/error.ts");
    const { host } = this.#parts;
    return {
      now: () => host.now(),
      boot: () => host.boot(),
      self: host.self,
      liveness: (identity) => host.liveness(identity),
      encodeError,
    };
  }
}

const noEvents = (): string => "null";

/** A script reads JSON: what JSON has no form for is given as it prints. */
const asJson = (_: string, value: unknown): unknown => (typeof value === "bigint" ? value.toString() : value);

async function textOfEvents(): Promise<(event: PendingEvent) => string> {
  const { decodeValue } = await import("../model/codec/decode.ts");
  return ({ id, name, sentAt, payloadText }) =>
    JSON.stringify({ id, name, payload: decodeValue(payloadText) ?? null, sentAt: new Date(sentAt).toISOString() }, asJson);
}
