/**
 * What people do to executions by hand.
 *
 * What callers may rely on:
 *   1. Each call is one transaction: it is refused and nothing is changed, or it is done and stands in the history with who, when and why.
 *   2. An execution that a live process has in memory is never changed under it. `pause` and `wake` reach its process within a second; what
 *      cannot is refused with EXECUTION_OWNED.
 *   3. With `isDry` everything is checked and nothing is changed; the answer is the execution as it is.
 */
import type { ApprovalView, DecisionView, ExecutionView } from "../views.ts";

export interface ActOptions {
  /** Why, for the history. */
  readonly reason?: string;
  /** Only say whether it could be done. Default false. */
  readonly isDry?: boolean;
}

/** How a step is settled by hand. `skip`: the code gets `undefined` (a wait for an event: `null`). */
export type Settlement =
  | { readonly how: "result"; readonly value: unknown }
  | { readonly how: "failed"; readonly message?: string }
  | { readonly how: "retry" }
  | { readonly how: "skip" };

export interface ForkOptions extends ActOptions {
  /** What had completed before this step is kept; it and what came after runs. Default: the step whose error ended the execution. */
  readonly from?: string;
  /** Another input; default: the same. */
  readonly input?: unknown;
  /** Results of steps, by name, that stand instead of what was recorded, or of running them. */
  readonly set?: Readonly<Record<string, unknown>>;
  /** Id of the new execution. Default: drawn. */
  readonly id?: string;
}

export interface ApprovalDecision {
  /** Which approval. Default: the one that it waits for. */
  readonly name?: string;
  readonly approved: boolean;
  readonly note?: string;
}

export interface DecidedView {
  readonly executionId: string;
  readonly name: string;
  readonly approved: boolean;
  readonly note: string | null;
  readonly by: string;
  /** False: it is kept until the execution asks. */
  readonly isAwaited: boolean;
}

/** A step is named by `name`, `name#n` for a repeat, and `scope/name` inside a scope. */
export interface OperationClient {
  /** Holds it until `resume`: at once, or at the next commit of the process that has it. @throws EXECUTION_OVER */
  pause(id: string, options?: ActOptions): Promise<ExecutionView>;
  /** Lets a paused, blocked or parked execution be taken up now. @throws EXECUTION_OVER */
  resume(id: string, options?: ActOptions): Promise<ExecutionView>;
  /** The same; its count of crashes starts over. @throws EXECUTION_OVER */
  restart(id: string, options?: ActOptions): Promise<ExecutionView>;
  /** Ends its sleep or its wait before the next attempt now; with `step` that one, and the time-out of an event too. */
  wake(id: string, options?: ActOptions & { readonly step?: string }): Promise<ExecutionView>;
  /** Another try from the step that failed, in place, on the code as it is now; finished steps are kept. */
  retry(id: string, options?: ActOptions): Promise<ExecutionView>;
  /** As `Client.cancel`, with an actor. */
  cancel(id: string, options?: ActOptions): Promise<ExecutionView>;
  /** Settles a step by hand. @throws STEP_NOT_FOUND, STEP_AMBIGUOUS, ACTION_REFUSED, EXECUTION_OWNED */
  resolve(id: string, step: string, settlement: Settlement, options?: ActOptions): Promise<ExecutionView>;
  /** A new execution that shares the history up to a step. Gives the new one; when dry, the one it would be made of. */
  fork(id: string, options?: ForkOptions): Promise<ExecutionView>;
  /** A new execution of the same workflow and input, which shares nothing. */
  rerun(id: string, options?: ActOptions & { readonly id?: string }): Promise<ExecutionView>;
  /** Approvals that are waited for, the oldest first. Default limit 100. */
  inbox(filter?: { readonly workflow?: string; readonly limit?: number }): Promise<readonly ApprovalView[]>;
  /** Approves or rejects. One that is not asked for yet is kept. @throws ACTION_REFUSED where it is not clear which, or it is decided */
  decide(id: string, decision: ApprovalDecision, options?: ActOptions): Promise<DecidedView>;
  /** What was done to it by hand, the first first. */
  decisions(id: string): Promise<readonly DecisionView[]>;
}
