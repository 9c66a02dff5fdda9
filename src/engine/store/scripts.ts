/**
 * The part of the port to what is durable that scripts stand on: each `wf step` is a process of its own and writes here by itself.
 *
 *     carrier ── claim ──► term n ── spawns ──► script ──► wf step, wf sleep … (each call names execution and term)
 *        ▲                                                          │
 *        └───────────── passOf(execution, n) ◄── what they left ────┘
 *
 * What its users may rely on, beside the promises of `Store`:
 *   1. Each call is one transaction. It is refused with LEASE_LOST, and changes nothing, unless its pass is the one that goes on: the
 *      execution is owned under that term by a process that is not gone.
 *   2. Repeats of a name are counted within one pass, so the k-th call of a name in a pass is the k-th in every pass.
 *   3. Of any number of processes that call one step, one runs it. Who has begun it may record its result even after its pass is over, as
 *      long as nobody else has begun it since and the execution is not over: what has happened is kept.
 *   4. Once a pass parks, or was stopped, nothing begins in it any more.
 *   5. A finished step is never begun again.
 */
import type { ExecutionRecord, ProcessIdentity, StepIdentity, StepRecord, WorkerRecord } from "../../model/records.ts";

/** Which pass of which execution a call belongs to: the term of its owner's lease. */
export interface PassKey {
  readonly executionId: string;
  readonly term: number;
}

/** What the calls of a pass have left, for whoever carries it. */
export interface ScriptPass {
  /** A wait could not be held, or the pass was stopped: the execution parks when the script ends. */
  readonly parks: boolean;
  /** The earliest end of its open waits. Null: only an event ends them, or there are none. */
  readonly wakeAt: number | null;
  /** The wait that ends first, for the reason of the execution; null when there is none: the execution is due at once. */
  readonly waitsFor: { readonly kind: "sleep" | "event" | "retry"; readonly detail: string } | null;
  /** What is waited for, for `OwnerWrite.waitingFor`: an event that has come since leaves the execution due. */
  readonly events: readonly { readonly name: string; readonly afterCursor: number }[];
  /** Steps that still run, in processes that live: they outlive the script. */
  readonly running: readonly StepIdentity[];
  /** What `wf end` has said. */
  readonly ended: ScriptEnd | null;
  /** A step that begins at most once and was interrupted: the execution is blocked until a person settles it. */
  readonly inDoubt: StepIdentity | null;
}

export interface ScriptEnd {
  /** As in `ExecutionRecord.outputText`; null when nothing was given. */
  readonly outputText: string | null;
  readonly failed: boolean;
}

/** How a call names its step: its repeats are counted, unless it has a key, which its scope holds then. */
export interface ScriptStep {
  readonly scope: string;
  readonly kind: "shell" | "sleep" | "event";
  readonly name: string;
  readonly isKeyed: boolean;
}

/** The same call once more, which is not counted again. */
export type CalledStep = ScriptStep | StepIdentity;

export interface StepStart {
  readonly pass: PassKey;
  readonly step: CalledStep;
  readonly once: boolean;
  /** The process that runs it, which others look up. */
  readonly process: ProcessIdentity;
  /** The scope of the calls that its command makes: whenever it begins, those are counted anew. */
  readonly within?: (identity: StepIdentity) => string;
}

/** Nothing begins: the pass parks, or somebody has asked to cancel the execution. */
export type NothingBegins = { readonly kind: "parked" } | { readonly kind: "cancelled"; readonly reason: string | null };

/** What is to be done with a call of a step. `row` is the step as it is stored now. */
export type StepAnswer =
  | NothingBegins
  /** It is finished: `row` has its output. */
  | { readonly kind: "finished"; readonly row: StepRecord }
  /** It has been begun for this process. `left` is the command that a process which died in the middle of it may have left running. */
  | { readonly kind: "begun"; readonly row: StepRecord; readonly left: ProcessIdentity | null }
  /** Another process runs it, or is between two attempts. */
  | { readonly kind: "elsewhere"; readonly row: StepRecord; readonly process: ProcessIdentity }
  /** The call before it, of the same name and without a key, goes on in this very pass: which is which cannot be told. */
  | { readonly kind: "ambiguous"; readonly row: StepRecord }
  /** It has to wait for its next attempt. */
  | { readonly kind: "resting"; readonly row: StepRecord; readonly until: number }
  | { readonly kind: "in-doubt"; readonly row: StepRecord }
  /** A person has said that it failed. */
  | { readonly kind: "failed"; readonly row: StepRecord };

/** What is to be done with a call of a wait. */
export type WaitAnswer =
  | NothingBegins
  | { readonly kind: "over"; readonly row: StepRecord }
  | { readonly kind: "waits"; readonly row: StepRecord; readonly until: number | null };

export interface WaitStart {
  readonly pass: PassKey;
  readonly step: CalledStep;
  /** From the first call on; null: without a limit. */
  readonly durationMs: number | null;
}

/** How an attempt has ended. Nothing is recorded unless the row still says that this process makes this attempt. */
export interface StepEnd {
  readonly executionId: string;
  readonly row: StepRecord;
  readonly process: ProcessIdentity;
  readonly outcome:
    | { readonly kind: "completed"; readonly outputText: string }
    /** With `retryAt` it is tried again. */
    | { readonly kind: "failed"; readonly errorText: string; readonly retryAt: number | null }
    /** The attempt does not count: the pass parks within it, or it was interrupted from outside. */
    | { readonly kind: "interrupted"; readonly hasParked: boolean };
}

/** The pass that goes on, or that parked last. */
export interface PassNow {
  readonly pass: PassKey;
  /** Null when nobody owns it any more. */
  readonly owner: WorkerRecord | null;
  readonly origin: string | null;
}

export interface ScriptBegin {
  /** As it is made if there is none of its id. */
  readonly execution: ExecutionRecord;
  /** The script's process. */
  readonly owner: WorkerRecord;
  /** Whether this call comes from that process. */
  comesFrom(process: ProcessIdentity): boolean;
}

export type BeginAnswer =
  | { readonly kind: "begun"; readonly execution: ExecutionRecord; readonly isNew: boolean }
  /** Another process owns it, and lives. */
  | { readonly kind: "owned"; readonly execution: ExecutionRecord; readonly owner: ProcessIdentity }
  | {
      readonly kind: "refused";
      readonly execution: ExecutionRecord;
      /** `not-begun`: the id is that of an execution that came to be in another way. */
      readonly why: "over" | "blocked" | "paused" | "not-begun" | "other-input";
    };

export interface ScriptStore {
  // ── the carrier ──
  /** @throws CORRUPT */
  passOf(executionId: string, term: number): Promise<ScriptPass>;
  /** Nothing begins in this pass any more; what runs is finished and recorded, waits that are held let go. */
  stopPass(executionId: string, term: number): Promise<void>;
  /** A wait ends now, if it still is one and the pass is still that one. @param which as `identityText` says it; null is the first */
  endWait(executionId: string, term: number, which: string | null): Promise<void>;

  // ── the calls of a script ──
  /** @throws EXECUTION_NOT_FOUND, EXECUTION_OVER, LEASE_LOST */
  passNow(executionId: string): Promise<PassNow>;
  callStep(start: StepStart): Promise<StepAnswer>;
  /** The process of the command itself, so that what is left of it can be found. */
  noteCommand(executionId: string, row: StepRecord, command: ProcessIdentity): Promise<void>;
  /** The row as it is now; undefined when nothing was recorded. */
  endStep(end: StepEnd): Promise<StepRecord | undefined>;
  callWait(start: WaitStart): Promise<WaitAnswer>;
  /** From now on nothing begins in this pass: a wait cannot be held. Outside of a workflow file nobody owns the execution any more. */
  park(pass: PassKey): Promise<void>;
  isParked(pass: PassKey): Promise<boolean>;
  /** Within a workflow file its carrier ends it, when the script has ended. @returns whether it is over now */
  end(pass: PassKey, end: ScriptEnd & { readonly errorText: string | null }): Promise<"noted" | "over" | "still-runs" | "parked">;
  begin(begin: ScriptBegin): Promise<BeginAnswer>;
}
