/** What became of an execution that was carried in the foreground, and the exit code that says so. */
import { isTerminal } from "../model/status.ts";
import type { ExecutionView } from "../model/views.ts";
import { EXIT, exitOfSignal } from "./exit-codes.ts";
import { exitOfExecution } from "./out.ts";

export interface Carried {
  readonly execution: ExecutionView;
  /** Why it is no longer carried although it has not come to a stop by itself. */
  readonly stopped: "signal" | "timeout" | undefined;
}

/** By itself: no signal does that to an execution. */
export const hasStopped = (execution: ExecutionView): boolean => isTerminal(execution.status) || execution.status === "blocked";

export const exitOfCarried = ({ execution, stopped }: Carried, signal: AbortSignal): number => {
  if (stopped === "signal") return exitOfSignal(signal.reason);
  return stopped === "timeout" ? EXIT.timedOut : exitOfExecution(execution);
};
