/** The engine half of `OperationClient`: checks and encodes what people give, and tells the executions of this process at once. */
import { encodeError } from "../../model/codec/error.ts";
import type {
  ActOptions,
  ApprovalDecision,
  DecidedView,
  ForkOptions,
  OperationClient,
  Settlement,
} from "../../model/clients/operations.ts";
import { fail, WorkflowError } from "../../model/errors.ts";
import { checkName } from "../../model/id.ts";
import { toIsoOfStored as toIso } from "../../model/instant.ts";
import { type ExecutionRecord, STEP_FLAGS, type StepRecord } from "../../model/records.ts";
import { refersTo } from "../../model/step-reference.ts";
import type { ApprovalView, DecisionView, ExecutionView } from "../../model/views.ts";
import type { EngineParts } from "../family.ts";
import { decisionView, executionView } from "../reading.ts";
import { forkOrigin } from "../seed.ts";
import type { Act, OpenApproval, StoredSettlement } from "../store/operations.ts";
import { encodeOrFail } from "../values.ts";
import { executionAgain } from "./again.ts";

const INBOX_LIMIT = 100;
const INBOX_MAX = 10_000;

export class EngineOperations implements OperationClient {
  readonly #parts: EngineParts;

  constructor(parts: EngineParts) {
    this.#parts = parts;
  }

  async pause(id: string, options: ActOptions = {}): Promise<ExecutionView> {
    return this.#told(await this.#parts.store.operations.pause(id, this.#act(options)), options);
  }

  async resume(id: string, options: ActOptions = {}): Promise<ExecutionView> {
    return executionView(await this.#parts.store.operations.resume(id, this.#act(options)));
  }

  async restart(id: string, options: ActOptions = {}): Promise<ExecutionView> {
    return executionView(await this.#parts.store.operations.restart(id, this.#act(options)));
  }

  async wake(id: string, options: ActOptions & { readonly step?: string } = {}): Promise<ExecutionView> {
    const act = { ...this.#act(options), step: options.step ?? null };
    return this.#told(await this.#parts.store.operations.wake(id, act), options);
  }

  async retry(id: string, options: ActOptions = {}): Promise<ExecutionView> {
    return executionView(await this.#parts.store.operations.retry(id, this.#act(options)));
  }

  async cancel(id: string, options: ActOptions = {}): Promise<ExecutionView> {
    const { store, carries } = this.#parts;
    const act = this.#act(options);
    const request = { at: act.at, reason: act.reason };
    const ask = async (): Promise<void> => void (await store.operations.cancel(id, request, act));
    await (act.isDry ? ask() : carries.cancel(id, request, ask));
    return executionView(await this.#execution(id));
  }

  async resolve(id: string, step: string, settlement: Settlement, options: ActOptions = {}): Promise<ExecutionView> {
    const stored = await this.#stored(id, step, settlement);
    return executionView(await this.#parts.store.operations.resolve(id, { step, settlement: stored }, this.#act(options)));
  }

  async fork(id: string, options: ForkOptions = {}): Promise<ExecutionView> {
    const source = await this.#execution(id);
    const input = { has: "input" in options, value: options.input };
    const made = await executionAgain(this.#parts, source, { id: options.id, origin: forkOrigin(source), input });
    const set: { readonly step: string; readonly outputText: string }[] = [];
    for (const [step, value] of Object.entries(options.set ?? {})) set.push({ step, outputText: await this.#encode(id, step, value) });
    const fork = { ...made, from: options.from ?? null, set };
    return executionView(await this.#parts.store.operations.fork(id, fork, this.#act(options)));
  }

  async rerun(id: string, options: ActOptions & { readonly id?: string } = {}): Promise<ExecutionView> {
    const source = await this.#execution(id);
    const input = { has: false, value: undefined };
    const made = await executionAgain(this.#parts, source, { id: options.id, origin: `rerun ${id}`, input });
    return executionView(await this.#parts.store.operations.rerun(id, made, this.#act(options)));
  }

  async inbox(filter: { readonly workflow?: string; readonly limit?: number } = {}): Promise<readonly ApprovalView[]> {
    const limit = Math.min(INBOX_MAX, Math.max(1, filter.limit ?? INBOX_LIMIT));
    return (await this.#parts.store.operations.inbox({ ...filter, limit })).map(approvalView);
  }

  async decide(id: string, { name, approved, note }: ApprovalDecision, options: ActOptions = {}): Promise<DecidedView> {
    const problem = name === undefined ? undefined : checkName("approval", name);
    if (problem !== undefined) throw fail("NAME_INVALID", { what: "approval", problem });
    const act = this.#act(options.reason === undefined && note !== undefined ? { ...options, reason: note } : options);
    const { by, at } = act;
    const payloadText = encodeOrFail("The note", { approved, note: note ?? null, by }, this.#parts.runtime);
    const eventId = `a-${at.toString(36)}-${Math.floor(this.#parts.host.chance() * 36 ** 8).toString(36)}`;
    const decision = { name: name ?? null, approved, eventId, payloadText };
    const decided = await this.#parts.store.operations.decide(id, decision, act);
    if (!act.isDry) this.#parts.carries.eventSent(id);
    return { executionId: id, ...decided, approved, note: note ?? null, by };
  }

  async decisions(id: string): Promise<readonly DecisionView[]> {
    await this.#execution(id);
    return (await this.#parts.store.operations.decisions(id)).map(decisionView);
  }

  #act({ reason, isDry = false }: ActOptions): Act {
    const { clock } = this.#parts.host;
    return { at: clock.now(), by: this.#parts.host.actor(), reason: reason ?? null, isDry };
  }

  /** One that this process has in memory itself hears of it now: what a process writes is no news to it. */
  async #told(execution: ExecutionRecord, { isDry }: ActOptions): Promise<ExecutionView> {
    const { carries, store, worker } = this.#parts;
    if (isDry !== true && execution.status === "running") await carries.news(store, worker.record.id);
    return executionView(execution);
  }

  async #stored(id: string, step: string, settlement: Settlement): Promise<StoredSettlement> {
    switch (settlement.how) {
      case "result":
        return { how: "result", outputText: await this.#encode(id, step, settlement.value) };
      case "failed":
        return { how: "failed", errorText: encodeError(new WorkflowError(settlement.message ?? `Step "${step}" was failed by hand`)) };
      case "retry":
      case "skip":
        return settlement;
      default:
        return settlement satisfies never;
    }
  }

  /** Encrypted where the step's own results are; also where that cannot be told. */
  async #encode(id: string, step: string, value: unknown): Promise<string> {
    const isMeant = (one: StepRecord): boolean => refersTo(step, one) && (one.flags & STEP_FLAGS.sensitive) !== 0;
    const isSensitive = await this.#parts.store.history(id).then(
      (history) => history?.steps.some(isMeant) ?? false,
      () => true,
    );
    return encodeOrFail(`The result of step "${step}"`, value, this.#parts.runtime, isSensitive);
  }

  async #execution(id: string): Promise<ExecutionRecord> {
    const execution = await this.#parts.store.execution(id);
    if (execution === undefined) throw fail("EXECUTION_NOT_FOUND", { id });
    return execution;
  }
}

const approvalView = ({ executionId, since, until, ...approval }: OpenApproval): ApprovalView => ({
  id: executionId,
  ...approval,
  since: toIso(since),
  until: until === null ? null : toIso(until),
});
