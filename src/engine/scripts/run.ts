/**
 * One pass of a script: started under the lease of its carrier, watched, ended with all that it has started.
 *
 *     start ──► runs ──► ends by itself ──► what its calls have left is read ──► completed · failed · parked · blocked · panic
 *                 │                                    ▲
 *                 ├─ release (drain, pause): ends ─────┘
 *                 └─ stop (cancelled, late, a panic of this process): ends ──► its carrier leaves as it wants to
 *
 * What its carrier may rely on:
 *   1. It is told once how the script has ended, and only when nobody of the group does anything any more that could be written.
 *   2. Steps that the script has left running are awaited before the execution parks; at any other end they are ended.
 *   3. After `stop` it is told nothing but that it may leave.
 */
import { isPanicError } from "../../model/panic.ts";
import type { StepRecord } from "../../model/records.ts";
import type { ScriptEnd, ScriptProcess } from "../../model/scripts/machine.ts";
import { isTerminal } from "../../model/status.ts";
import { describeStep } from "../../replay/identity.ts";
import type { CarrySettings } from "../carry-settings.ts";
import type { Desk } from "../desk.ts";
import * as ending from "../ending.ts";
import { failureOf } from "../failure.ts";
import type { LastWrite } from "../ledger.ts";
import type { LoadedPass } from "../load.ts";
import type { Runtime } from "../runtime.ts";
import type { Claimed, ExecutionChange } from "../store.ts";
import type { ScriptPass } from "../store/scripts.ts";
import { asError } from "../values.ts";
import { Prints } from "./prints.ts";
import { variablesOf } from "./variables.ts";
import { isAskedToEnd, verdictOf } from "./verdict.ts";
import { StepWatch } from "./watch.ts";

export interface ScriptRunParts {
  readonly runtime: Runtime;
  readonly claimed: Claimed;
  readonly settings: CarrySettings;
  readonly desk: Pick<Desk, "keepPrint" | "warn">;
  readonly leave: (change: ExecutionChange, reason: Error | undefined, more?: Partial<LastWrite>) => void;
}

/** Steps that outlive their script are looked at so often. */
const LOOK_MS = 200;
/** What ends a whole group of processes, as the end of a service does, reaches this process at the same time as the script. */
const ASKED_MS = 500;

export class ScriptRun {
  readonly #parts: ScriptRunParts;
  readonly #prints: Prints;
  readonly #watch: StepWatch;
  #started: Promise<ScriptProcess> | undefined;
  #file = "";
  #state: "running" | "releasing" | "stopping" | "over" = "running";

  constructor(parts: ScriptRunParts) {
    const { runtime, claimed, settings, desk } = parts;
    const { id } = claimed.execution;
    this.#parts = parts;
    const { clock, store, timers } = runtime;
    this.#prints = new Prints({
      executionId: id,
      step: null,
      clock,
      keep: (entry) => desk.keepPrint(entry),
      onProgress: settings.onProgress,
    });
    this.#watch = new StepWatch({ id, store, clock, timers, onProgress: settings.onProgress });
  }

  /** While it is, the execution cannot leave without `stop`. */
  get isRunning(): boolean {
    return this.#state !== "over";
  }

  /** @param loaded whose workflow is a script */
  begin(loaded: LoadedPass): void {
    const { runtime, claimed, settings } = this.#parts;
    this.#file = loaded.workflow.definition.script?.file ?? "";
    this.#watch.knows(loaded.steps);
    const onChunk = this.#prints.add.bind(this.#prints);
    const variables = variablesOf(loaded, claimed, settings);
    this.#started = runtime.scripts.start({ file: this.#file, variables, onChunk });
    this.#run(this.#started).catch((error: unknown) => this.#panicked(asError(error)));
  }

  async #run(started: Promise<ScriptProcess>): Promise<void> {
    const script = await this.#startedOrNot(started);
    if (script === undefined) return;
    const end = await script.ended;
    if (this.#state !== "running") return; // whoever ends it goes on
    if (isAskedToEnd(end)) await this.#pause(ASKED_MS);
    const pass = await this.#settled(script);
    if (this.#state === "running") await this.#decide(end, pass);
  }

  async #startedOrNot(started: Promise<ScriptProcess>): Promise<ScriptProcess | undefined> {
    try {
      return await started;
    } catch (error) {
      if (this.#state !== "running") return undefined;
      if (isPanicError(error) || !isRefusal(error)) await this.#panicked(asError(error));
      else this.#leave(ending.failed(error, this.#now()), []);
      return undefined;
    }
  }

  /** Nothing of it may begin; what it runs may end. Its carrier is stopping, or it is to be paused. */
  stopPass(): void {
    const { runtime, claimed } = this.#parts;
    const { executionId, term } = claimed.lease;
    // Should it not be written: the carrier releases it after its grace.
    runtime.store.scripts.stopPass(executionId, term).catch(() => {});
  }

  /** Ends it, and leaves it to the next carrier. */
  release(): void {
    if (this.#state !== "running") return;
    this.#state = "releasing";
    this.#end()
      .then(() => this.#pass())
      .then(async (pass) => {
        if (this.#state === "releasing") await this.#decide({ exitCode: 0, signal: null, stderr: "" }, { ...pass, parks: true });
      })
      .catch((error: unknown) => this.#panicked(asError(error)));
  }

  /** Ends it, whatever comes of it. @param leave with the rows that are still open, if it is the end of the execution */
  stop(isEnd: boolean, leave: (open: readonly StepRecord[]) => void): void {
    if (this.#state === "stopping" || this.#state === "over") return;
    this.#state = "stopping";
    this.#end()
      .then(() => (isEnd ? this.#cancelledRows() : []))
      .catch(() => [])
      .then((open) => {
        this.#state = "over";
        leave(open);
      });
  }

  /** The execution is somebody else's now. */
  abandon(): void {
    this.#state = "over";
    void this.#end();
  }

  /** Ends a wait that is held in place before its time. @param which as `identityText` says it; null is the first that has a time */
  async wake(which: string | null): Promise<void> {
    if (!this.isRunning) return;
    const { runtime, claimed } = this.#parts;
    const { executionId, term } = claimed.lease;
    // In one transaction: a row that its process has settled meanwhile must not wait again.
    await runtime.store.scripts.endWait(executionId, term, which);
  }

  /** Something has been written: it may have been one of its steps. */
  look(): void {
    if (this.isRunning) this.#watch.look();
  }

  async #end(): Promise<void> {
    const script = await this.#started?.catch(() => undefined);
    await script?.stop();
    await script?.ended;
    this.#prints.end();
  }

  /** What its calls have left, once nothing of them runs any more. */
  async #settled(script: ScriptProcess): Promise<ScriptPass> {
    let pass = await this.#pass();
    while (pass.parks && pass.running.length > 0 && this.#state === "running") {
      await this.#pause(LOOK_MS);
      pass = await this.#pass();
    }
    if (pass.running.length === 0 || this.#state !== "running") return pass;
    for (const step of pass.running) this.#parts.desk.warn(leftRunning(step));
    await script.stop();
    return this.#pass();
  }

  async #decide(end: ScriptEnd, pass: ScriptPass): Promise<void> {
    const { execution } = this.#parts.claimed;
    this.#prints.end();
    await this.#watch.end();
    const verdict = verdictOf({ execution, file: this.#file, end, pass, now: this.#now() });
    if ("panic" in verdict) return this.#panicked(verdict.panic);
    const isEnd = isTerminal(verdict.change.status ?? "pending");
    const open = isEnd ? await this.#cancelledRows() : [];
    if (this.#state === "stopping" || this.#state === "over") return;
    this.#leave(verdict.change, open, pass.parks ? { waitingFor: pass.events } : {});
  }

  /** With the count of panics as it is now: its steps have set it back. */
  async #panicked(error: Error): Promise<void> {
    const { runtime, claimed, desk, leave } = this.#parts;
    const stored = await runtime.store.execution(claimed.execution.id).catch(() => undefined);
    if (this.#state === "stopping" || this.#state === "over") return;
    this.#state = "over";
    const execution = { ...claimed.execution, panics: stored?.panics ?? claimed.execution.panics };
    const { change, reason, panic } = failureOf(error, execution, { now: this.#now(), chance: runtime.chance });
    if (panic !== undefined) desk.warn(`System failure: ${error.message}`);
    leave(change, reason, panic === undefined ? {} : { panic });
  }

  #leave(change: ExecutionChange, steps: readonly StepRecord[], more: Partial<LastWrite> = {}): void {
    this.#state = "over";
    this.#parts.leave(change, undefined, steps.length === 0 ? more : { ...more, steps });
  }

  #pass(): Promise<ScriptPass> {
    const { executionId, term } = this.#parts.claimed.lease;
    return this.#parts.runtime.store.scripts.passOf(executionId, term);
  }

  /** Whatever is in progress, ended with its execution. */
  async #cancelledRows(): Promise<readonly StepRecord[]> {
    const history = await this.#parts.runtime.store.history(this.#parts.claimed.execution.id);
    const open = (history?.steps ?? []).filter(({ status }) => OPEN.has(status));
    return open.map((row) => ({ ...row, status: "cancelled", finishedAt: this.#now() }));
  }

  #now(): number {
    return this.#parts.runtime.clock.now();
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#parts.runtime.timers.after(ms, resolve));
  }
}

const OPEN: ReadonlySet<string> = new Set(["running", "retrying", "sleeping", "waiting"] satisfies readonly StepRecord["status"][]);

const isRefusal = (error: unknown): boolean => (error as { readonly code?: unknown } | null)?.code === "SCRIPT_UNSTARTED";

const leftRunning = (step: ScriptPass["running"][number]): string =>
  `${describeStep(step)} was still running when the script ended, and was ended; a script has to \`wait\` for what it has begun`;
