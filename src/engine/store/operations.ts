/**
 * The part of the port to what is durable that does what people ask of executions by hand.
 *
 * What the engine may rely on, beside the promises of `Store`:
 *   1. Each call is one transaction. It is refused and changes nothing, or it is done and a decision says who did it, when and why.
 *   2. Terminal states are final, but for `retry` and `resolve`, which take a failed execution up again under a new term.
 *   3. What a live process owns is not changed under it: `pause` and `wake` leave a request for it, the others are refused.
 *   4. A request that its owner has not answered is honoured by whatever lets go of the execution: its parking, or the recovery of a dead
 *      owner. None outlives the end of its execution.
 *   5. With `isDry` all checks are made and nothing is changed; the answer is the execution as it is.
 */
import type { FlowLimits } from "../../model/flow.ts";
import type { DecisionRecord, ExecutionRecord, RequestRecord } from "../../model/records.ts";

/** Who does it, when and why. */
export interface Act {
  readonly at: number;
  readonly by: string;
  readonly reason: string | null;
  readonly isDry: boolean;
}

/** A settlement with its value as text. */
export type StoredSettlement =
  | { readonly how: "result"; readonly outputText: string }
  | { readonly how: "failed"; readonly errorText: string }
  | { readonly how: "retry" }
  | { readonly how: "skip" };

/** An execution to be made of another. */
export interface NewAgain {
  readonly execution: ExecutionRecord;
  readonly limits: FlowLimits | null;
}

export interface NewFork extends NewAgain {
  /** Null: the step whose error ended the other. */
  readonly from: string | null;
  /** Steps by name, and what they gave. */
  readonly set: readonly { readonly step: string; readonly outputText: string }[];
}

export interface Decided {
  readonly name: string;
  readonly isAwaited: boolean;
}

export interface NewDecision {
  readonly name: string | null;
  readonly approved: boolean;
  readonly eventId: string;
  readonly payloadText: string;
}

/** An approval that is waited for. */
export interface OpenApproval {
  readonly executionId: string;
  readonly workflow: string;
  readonly scope: string;
  readonly name: string;
  readonly n: number;
  readonly message: string | null;
  readonly since: number;
  readonly until: number | null;
}

/** All throw EXECUTION_NOT_FOUND, and CORRUPT when a row it stands on is damaged. */
export interface OperationStore {
  pause(id: string, act: Act): Promise<ExecutionRecord>;
  resume(id: string, act: Act): Promise<ExecutionRecord>;
  restart(id: string, act: Act): Promise<ExecutionRecord>;
  wake(id: string, act: Act & { readonly step: string | null }): Promise<ExecutionRecord>;
  retry(id: string, act: Act): Promise<ExecutionRecord>;
  cancel(id: string, request: { readonly at: number; readonly reason: string | null }, act: Act): Promise<ExecutionRecord>;
  resolve(id: string, settling: { readonly step: string; readonly settlement: StoredSettlement }, act: Act): Promise<ExecutionRecord>;
  /** Gives the new one; when dry, the one it would be made of. @throws ID_TAKEN */
  fork(id: string, fork: NewFork, act: Act): Promise<ExecutionRecord>;
  rerun(id: string, again: NewAgain, act: Act): Promise<ExecutionRecord>;
  inbox(filter: { readonly workflow?: string; readonly limit: number }): Promise<readonly OpenApproval[]>;
  decide(id: string, decision: NewDecision, act: Act): Promise<Decided>;
  decisions(id: string): Promise<readonly DecisionRecord[]>;
  /** What was asked of the executions that this worker owns, and is not answered. */
  requests(workerId: string): Promise<readonly RequestRecord[]>;
  /** The owner has done what was asked. */
  answered(requests: readonly RequestRecord[]): Promise<void>;
}
