/**
 * `WorkflowEngine`: executions in this process, over a store and a host. The embedded `Client`.
 *
 * It owns nothing durable: everything it knows it can lose. `close` gives back what it holds.
 */
import type { CarryOptions, Client, ExecutionHandle, ListFilter, StartOptions, TickOptions } from "../model/client.ts";
import type { WorkflowDefinition } from "../model/definition.ts";
import { fail } from "../model/errors.ts";
import { checkName } from "../model/id.ts";
import type { ExecutionRecord, WorkerRole } from "../model/records.ts";
import { isTerminal } from "../model/status.ts";
import type { Disposition, ExecutionView, HistoryView, LogView, OverviewView, TickView, WhyView, WorkflowView } from "../model/views.ts";
import { Carries } from "./carries.ts";
import { Definitions } from "./definitions.ts";
import { carryInForeground, type ForegroundParts } from "./foreground.ts";
import type { Cancel, Host } from "./host.ts";
import { overview, resolveId, whyOf } from "./overview.ts";
import { executionView, historyView, logView } from "./reading.ts";
import { RunningSteps } from "./running-steps.ts";
import type { Runtime } from "./runtime.ts";
import { serve } from "./service.ts";
import { assertSameWork, newExecution, resultOf } from "./start.ts";
import { StateManager } from "./state.ts";
import type { Store } from "./store.ts";
import { decodeStoredError } from "./stored-error.ts";
import { sweep } from "./sweep.ts";
import { Turns } from "./turns.ts";
import { encodeOrFail } from "./values.ts";
import { Worker } from "./worker.ts";

export interface EngineOptions {
  readonly store: Store;
  readonly host: Host;
  readonly role: WorkerRole;
  /** The process is somebody else's: errors of it that no execution can have made stay its own. Default false. */
  readonly isEmbedded?: boolean;
  /** Version of wflite, kept with the worker. */
  readonly version: string;
  /** Largest stored value in bytes of its text. Default 1 MiB, at most 64 MiB. */
  readonly maxValueBytes?: number;
  /** How long changed-looking code may stay away from the next recorded completion. Default 3,000. */
  readonly graceMs?: number;
  /** How long a running step may go on after `signal` or `close`. Default 10,000. */
  readonly drainGraceMs?: number;
  /** How long a function that waits on nothing may hold up a process that has other work. Default 600,000. */
  readonly stallMs?: number;
}

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
  readonly #unlisten: readonly Cancel[];
  readonly #closing = new AbortController();

  constructor(options: EngineOptions) {
    const { store, host, isEmbedded = false } = options;
    this.#store = store;
    this.#state = new StateManager(store);
    this.#host = host;
    this.#definitions = new Definitions(store, host);
    this.#runtime = {
      ...{ store, clock: host.clock, chance: host.chance, timers: host.timers },
      turn: new Turns(host.timers.turn).plan,
      maxValueBytes: options.maxValueBytes ?? 1_048_576,
      graceMs: options.graceMs ?? 3_000,
      drainGraceMs: options.drainGraceMs ?? 10_000,
      stallMs: options.stallMs ?? 600_000,
      runningSteps: new RunningSteps(host.timers),
      definition: (name) => this.#definitions.load(name),
      openStrayContext: (listener) => host.openStrayContext(listener),
    };
    this.#carries = new Carries(this.#runtime);
    this.#worker = new Worker({ store, host, role: options.role, version: options.version, onNews: () => this.#news() });
    this.#unlisten = [
      host.onIdle(() => this.#carries.failStalled()),
      host.onStrayError((error) => this.#carries.stray(error) || !isEmbedded),
    ];
  }

  // ── starting ──

  async start<Input, Output>(
    workflow: WorkflowDefinition<Input, Output> | string,
    input: Input,
    options: StartOptions = {},
  ): Promise<ExecutionHandle<Output>> {
    const definition = await this.#definitions.of(workflow as WorkflowDefinition | string);
    const wanted = await newExecution(definition, input, options, this.#facts());
    // A delayed one belongs to nobody until it is due.
    const isClaimed = options.claim === true && (wanted.wakeAt ?? 0) <= wanted.createdAt;
    if (isClaimed) await this.#worker.register();
    const outcome = await this.#store.create(wanted, {
      ...(isClaimed ? { claimFor: this.#worker.record } : {}),
      ...(options.ifExists === "replace" ? { replace: true } : {}),
    });
    if (!outcome.created) {
      if (options.ifExists === "fail") throw fail("ID_TAKEN", { id: wanted.id });
      assertSameWork(wanted, outcome.existing);
    } else if (outcome.claimed !== undefined) this.#carries.keep(outcome.claimed);
    return this.#handle(wanted.id, outcome.created ? "created" : "existing");
  }

  async validate(workflow: WorkflowDefinition | string, input: unknown, options: StartOptions = {}): Promise<void> {
    await newExecution(await this.#definitions.of(workflow), input, options, this.#facts());
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
    return sweep(this.#parts(), options);
  }

  serve(options: TickOptions & { readonly signal: AbortSignal }): Promise<void> {
    return serve({ ...this.#parts(), isOutdated: () => this.#host.files.isOutdated() }, options);
  }

  async resume(id: string): Promise<ExecutionView> {
    return this.#wake(id, "resume", false);
  }

  async restart(id: string): Promise<ExecutionView> {
    return this.#wake(id, "restart", true);
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

  async sendEvent(
    executionId: string,
    name: string,
    payload: unknown = null,
    options: { readonly id?: string } = {},
  ): Promise<Disposition> {
    const problem = checkName("event", name) ?? (options.id === undefined ? undefined : checkName("event id", options.id));
    if (problem !== undefined) throw fail("NAME_INVALID", { what: "event", problem });
    const payloadText = encodeOrFail(`The payload of event "${name}"`, payload, this.#runtime.maxValueBytes);
    const { clock, chance } = this.#host;
    const id = options.id ?? `e-${clock.now().toString(36)}-${Math.floor(chance() * 36 ** 8).toString(36)}`;
    const outcome = await this.#store.addEvent(executionId, { id, name, payloadText, sentAt: clock.now() });
    if (outcome === "no-execution") throw fail("EXECUTION_NOT_FOUND", { id: executionId });
    if (outcome === "over") {
      const { status } = await this.#execution(executionId);
      throw fail("EXECUTION_OVER", { id: executionId, status, action: `send event "${name}" to` });
    }
    this.#carries.eventSent(executionId);
    return outcome;
  }

  async cancel(id: string, reason?: string): Promise<ExecutionView> {
    const request = { at: this.#host.clock.now(), reason: reason ?? null };
    await this.#carries.cancel(id, request, async () => {
      if ((await this.#store.requestCancel(id, request)) === undefined) throw fail("EXECUTION_NOT_FOUND", { id });
    });
    return this.getStatus(id);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#carries.drain();
    for (const cancel of this.#unlisten) cancel();
    await this.#carries.giveBack(this.#store);
    // What is not given back is taken from this process once it has ended; nothing that was stored depends on it.
    await this.#worker.stop().catch(() => {});
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
        return resultOf(execution, decodeStoredError) as Output;
      },
    };
  }

  async #wake(id: string, action: string, resetPanics: boolean): Promise<ExecutionView> {
    const { status } = await this.#execution(id);
    if (isTerminal(status)) throw fail("EXECUTION_OVER", { id, status, action });
    const woken = await this.#store.wake(id, { now: this.#host.clock.now(), resetPanics });
    if (woken === undefined) throw fail("EXECUTION_NOT_FOUND", { id });
    return executionView(woken);
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

  #facts(): { now: number; chance: Host["chance"]; maxValueBytes: number } {
    return { now: this.#host.clock.now(), chance: this.#host.chance, maxValueBytes: this.#runtime.maxValueBytes };
  }

  #news(): void {
    // A failed look is repeated at the next news; nothing durable depends on it.
    this.#carries.news(this.#store, this.#worker.record.id).catch(() => {});
  }
}

const limitOf = (limit: number | undefined): number => Math.min(MAX_LIMIT, Math.max(1, limit ?? DEFAULT_LIMIT));
