/**
 * `WorkflowEngine`: executions in this process, over a store and a host. The embedded `Client`.
 *
 * It owns nothing durable: everything it knows it can lose. `close` gives back what it holds.
 */
import type { CarryOptions, Client, ExecutionHandle, ListFilter, SendOptions, StartOptions, TickOptions } from "../model/client.ts";
import { IN_CLEAR } from "../model/cipher.ts";
import type { WorkflowDefinition } from "../model/definition.ts";
import { fail } from "../model/errors.ts";
import { checkName } from "../model/id.ts";
import type { ExecutionRecord } from "../model/records.ts";
import type { Disposition, ExecutionView, HistoryView, LogView, OverviewView, TickView, WhyView, WorkflowView } from "../model/views.ts";
import { Carries } from "./carries.ts";
import { Definitions } from "./definitions.ts";
import { type EngineOptions, noScripts, noTransactions } from "./engine-options.ts";
import { familiesOf, type SlotStarter, slotsOf } from "./families.ts";
import type { EngineParts } from "./family.ts";
import { carryInForeground, type ForegroundParts } from "./foreground.ts";
import type { Cancel, Host } from "./host.ts";
import { overview, resolveId, whyOf } from "./overview.ts";
import { executionView, historyView, logView } from "./reading.ts";
import { Tidier } from "./retention/tidy.ts";
import { ProcessNursery } from "./nursery.ts";
import { RunningSteps } from "./running-steps.ts";
import type { Runtime } from "./runtime.ts";
import { serve } from "./service.ts";
import { assertSameWork, newExecution, resultOf, type StartFacts } from "./start.ts";
import { StateManager } from "./state.ts";
import { noShell } from "./shell-attempt.ts";
import { keepPrint } from "./step-console.ts";
import type { Store } from "./store.ts";
import { decodeStoredError } from "./stored-error.ts";
import { sweep } from "./sweep.ts";
import { Turns } from "./turns.ts";
import { encodeOrFail } from "./values.ts";
import { Worker } from "./worker.ts";

export type { EngineOptions };

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 10_000;

export class WorkflowEngine implements Client {
  readonly #store: Store;
  readonly #state: StateManager;
  readonly #host: Host;
  readonly #runtime: Runtime;
  readonly #worker: Worker;
  readonly #carries: Carries;
  readonly #definitions: Definitions;
  readonly #slots: SlotStarter;
  readonly #tidier: Tidier;
  readonly schedules: Client["schedules"];
  readonly operations: Client["operations"];
  readonly sources: Client["sources"];
  readonly retention: Client["retention"];
  readonly bundles: Client["bundles"];
  readonly looking: Client["looking"];
  readonly #unlisten: readonly Cancel[];
  readonly #closing = new AbortController();

  constructor(options: EngineOptions) {
    const { store, host, isEmbedded = false } = options;
    this.#store = store;
    this.#state = new StateManager(store);
    this.#host = host;
    this.#definitions = new Definitions(store, host, options.defaults);
    const nursery = new ProcessNursery({
      ...{ store, clock: host.clock, timers: host.timers, closing: this.#closing.signal },
      ...{ carries: () => this.#carries, worker: () => this.#worker },
      ...{ definitionOf: (workflow) => this.#definitions.called(workflow), startFacts: () => this.#facts() },
    });
    this.#runtime = {
      ...{ store, clock: host.clock, chance: host.chance, timers: host.timers, cipher: host.cipher },
      turn: new Turns(host.timers.turn).plan,
      maxValueBytes: options.maxValueBytes ?? 1_048_576,
      graceMs: options.graceMs ?? 3_000,
      drainGraceMs: options.drainGraceMs ?? 10_000,
      stallMs: options.stallMs ?? 600_000,
      runningSteps: new RunningSteps(host.timers),
      definition: (name) => this.#definitions.load(name),
      original: (name, hash) => this.#definitions.original(name, hash),
      openStrayContext: (listener) => host.openStrayContext(listener),
      children: nursery,
      ...{ transact: options.transact ?? noTransactions, shell: options.shell ?? noShell, scripts: options.scripts ?? noScripts },
    };
    this.#carries = new Carries(this.#runtime, () => nursery.someoneLeft());
    this.#worker = new Worker({ store, host, role: options.role, version: options.version, onNews: () => this.#news() });
    this.#tidier = new Tidier({ store, host, retention: options.retention, closing: this.#closing.signal });
    this.#unlisten = [
      host.onIdle(() => this.#carries.failStalled()),
      host.onStrayError((error) => this.#carries.stray(error) || !isEmbedded),
      host.onConsole(keepPrint),
    ];
    ({
      schedules: this.schedules,
      operations: this.operations,
      sources: this.sources,
      retention: this.retention,
      bundles: this.bundles,
      looking: this.looking,
    } = familiesOf(this.#familyParts()));
    this.#slots = slotsOf(this.#familyParts());
  }

  // ── starting ──

  async start<Input, Output>(
    workflow: WorkflowDefinition<Input, Output> | string,
    input: Input,
    options: StartOptions = {},
  ): Promise<ExecutionHandle<Output>> {
    const definition = await this.#definitions.of(workflow as WorkflowDefinition | string);
    const { execution: wanted, limits } = await newExecution(definition, input, options, this.#facts());
    // A delayed one belongs to nobody until it is due.
    const isClaimed = options.claim === true && (wanted.wakeAt ?? 0) <= wanted.createdAt;
    // Not one after the other, so that they share a commit: without its row no process gets anything.
    const registered = isClaimed ? this.#worker.register() : undefined;
    const created = this.#store.create(wanted, {
      ...(isClaimed ? { claimFor: this.#worker.record } : {}),
      ...(options.ifExists === "replace" ? { replace: true } : {}),
      limits,
    });
    const [outcome] = await Promise.all([created, registered]);
    // What had to make room may be in this process.
    if (limits?.concurrency?.onLimit === "cancel-oldest") this.#news();
    if (!outcome.created) {
      if (options.ifExists === "fail") throw fail("ID_TAKEN", { id: wanted.id });
      assertSameWork(wanted, outcome.existing, this.#host.cipher);
    } else if (outcome.claimed !== undefined) this.#carries.keep(outcome.claimed);
    return this.#handle(wanted.id, outcome.created ? "created" : "existing");
  }

  async validate(workflow: WorkflowDefinition | string, input: unknown, options: StartOptions = {}): Promise<void> {
    await newExecution(await this.#definitions.of(workflow), input, options, { ...this.#facts(), cipher: IN_CLEAR });
  }

  /** Starts and carries to the end in this process. */
  async execute<Input>(
    workflow: WorkflowDefinition<Input>,
    input: Input,
    options: StartOptions & CarryOptions = {},
  ): Promise<ExecutionView> {
    const { id } = await this.start(workflow, input, { ...options, claim: true });
    return this.carry(id, { holdMs: Number.POSITIVE_INFINITY, ...options });
  }

  // ── moving ──

  async carry(id: string, options: CarryOptions = {}): Promise<ExecutionView> {
    return executionView(await carryInForeground(this.#parts(), id, options));
  }

  tick(options: TickOptions = {}): Promise<TickView> {
    return sweep({ ...this.#parts(), slots: this.#slots, tidier: this.#tidier, missing: this.#definitions.missing }, options);
  }

  serve(options: TickOptions & { readonly signal: AbortSignal }): Promise<void> {
    const { files } = this.#host;
    const more = { slots: this.#slots, tidier: this.#tidier, missing: this.#definitions.missing };
    return serve({ ...this.#parts(), ...more, isOutdated: () => files.isOutdated() }, options);
  }

  async resume(id: string): Promise<ExecutionView> {
    return this.operations.resume(id);
  }

  async restart(id: string): Promise<ExecutionView> {
    return this.operations.restart(id);
  }

  // ── reading ──

  resolveId(reference: string): Promise<string> {
    return resolveId(this.#store, reference);
  }

  async getStatus(id: string): Promise<ExecutionView> {
    return executionView(await this.#execution(id));
  }

  overview(filter: ListFilter = {}): Promise<OverviewView> {
    return overview(this.#store, this.#host, { ...filter, limit: limitOf(filter.limit) });
  }

  async list(filter: ListFilter = {}): Promise<readonly ExecutionView[]> {
    return (await this.#store.list({ ...filter, limit: limitOf(filter.limit) })).map(executionView);
  }

  async history(id: string): Promise<HistoryView> {
    return historyView(await this.#state.load(id));
  }

  async logs(id: string, options: { readonly after?: number; readonly limit?: number } = {}): Promise<readonly LogView[]> {
    await this.#execution(id);
    return (await this.#store.logs(id, options.after ?? 0, limitOf(options.limit ?? MAX_LIMIT))).map(logView);
  }

  async why(id: string): Promise<WhyView> {
    return whyOf(this.#store, this.#host, await this.#execution(id));
  }

  workflows(): Promise<readonly WorkflowView[]> {
    return this.#definitions.views();
  }

  // ── acting ──

  async sendEvent(executionId: string, name: string, payload: unknown = null, options: SendOptions = {}): Promise<Disposition> {
    const problem = checkName("event", name) ?? (options.id === undefined ? undefined : checkName("event id", options.id));
    if (problem !== undefined) throw fail("NAME_INVALID", { what: "event", problem });
    const payloadText = encodeOrFail(`The payload of event "${name}"`, payload, this.#runtime, options.sensitive);
    const { clock, chance } = this.#host;
    const id = options.id ?? `e-${clock.now().toString(36)}-${Math.floor(chance() * 36 ** 8).toString(36)}`;
    const outcome = await this.#store.addEvent(executionId, { id, name, payloadText, sentAt: clock.now() });
    if (outcome === "no-execution") throw fail("EXECUTION_NOT_FOUND", { id: executionId });
    if (outcome === "over") {
      const { status } = await this.#execution(executionId);
      throw fail("EXECUTION_OVER", { id: executionId, status, action: `send event "${name}" to` });
    }
    this.#carries.eventSent(executionId);
    options.onId?.(id);
    return outcome;
  }

  async cancel(id: string, reason?: string): Promise<ExecutionView> {
    return this.operations.cancel(id, reason === undefined ? {} : { reason });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#carries.drain();
    for (const cancel of this.#unlisten) cancel();
    await this.#carries.giveBack(this.#store);
    // What is not given back is taken from this process once it has ended; nothing that was stored depends on it.
    await this.#worker.stop().catch(() => {});
    await this.#definitions.sources.clear().catch(() => {});
    await this.#store.close();
  }

  // ── inside ──

  #handle<Output>(id: string, disposition: Disposition): ExecutionHandle<Output> {
    return {
      id,
      disposition,
      status: () => this.getStatus(id),
      cancel: async (reason) => void (await this.cancel(id, reason)),
      result: async () => {
        const execution = await carryInForeground(this.#parts(), id, { holdMs: Number.POSITIVE_INFINITY });
        return resultOf(execution, decodeStoredError, this.#host.cipher) as Output;
      },
    };
  }

  async #execution(id: string): Promise<ExecutionRecord> {
    const execution = await this.#store.execution(id);
    if (execution === undefined) throw fail("EXECUTION_NOT_FOUND", { id });
    return execution;
  }

  #parts(): ForegroundParts {
    const { clock, timers } = this.#host;
    return {
      store: this.#store,
      worker: this.#worker,
      carries: this.#carries,
      clock,
      timers,
      closing: this.#closing.signal,
    };
  }

  #familyParts(): EngineParts {
    return {
      ...{ store: this.#store, host: this.#host, runtime: this.#runtime, definitions: this.#definitions },
      ...{ carries: this.#carries, worker: this.#worker },
      startFacts: () => this.#facts(),
      carry: (id, options = {}) => carryInForeground(this.#parts(), id, options),
      definitionOf: (workflow) => this.#definitions.of(workflow),
    };
  }

  #facts(): StartFacts {
    const { chance, cipher, maxValueBytes } = this.#runtime;
    return { now: this.#host.clock.now(), chance, cipher, maxValueBytes, sourceOf: this.#definitions.sourceOf };
  }

  #news(): void {
    // A failed look is repeated at the next news; nothing durable depends on it.
    this.#carries.news(this.#store, this.#worker.record.id).catch(() => {});
  }
}

const limitOf = (limit: number | undefined): number => Math.min(MAX_LIMIT, Math.max(1, limit ?? DEFAULT_LIMIT));
