/** The pass of an execution that has been claimed and loaded: its workflow's function, and the `ctx` it is given. */
import type { ExecutionRecord } from "../model/records.ts";
import { makeContext } from "../replay/context.ts";
import { Pass, type PassSink } from "../replay/pass.ts";
import type { Desk } from "./desk.ts";
import { isInsideStep } from "./inside-step.ts";
import type { LoadedPass } from "./load.ts";
import type { Runtime } from "./runtime.ts";
import { decodeStoredError } from "./stored-error.ts";

export interface WalkParts {
  readonly runtime: Runtime;
  readonly desk: Desk;
  readonly execution: ExecutionRecord;
  /** Which pass it is, from 1. */
  readonly attempt: number;
  readonly signal: () => AbortSignal;
  readonly sink: PassSink;
}

export const passOf = ({ workflow, input, steps }: LoadedPass, parts: WalkParts): Pass => {
  const { runtime, desk, execution, attempt, signal, sink } = parts;
  const { id, version, tags, createdAt, startedAt } = execution;
  const facts = {
    ...{ executionId: id, workflow: execution.workflow, version, tags, attempt, signal },
    seed: `${id}@${createdAt}`,
    log: () => desk.stepLog(null),
    isInsideStep: () => isInsideStep(desk),
  };
  return new Pass({
    run: (pass) => desk.runUserCode(() => workflow.definition.run(makeContext(pass, facts), input)),
    steps,
    sink,
    enter: (fn) => desk.runUserCode(fn),
    decodeError: decodeStoredError,
    turn: runtime.turn,
    after: (ms, fn) => runtime.timers.after(ms, fn),
    startedAt: startedAt ?? createdAt,
    graceMs: runtime.graceMs,
  });
};
