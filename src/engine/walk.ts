/** The pass of an execution that has been claimed and loaded: its workflow's function, and the `ctx` it is given. */
import type { ExecutionRecord } from "../model/records.ts";
import type { Transact } from "../model/transaction.ts";
import { makeContext } from "../replay/context.ts";
import { Pass } from "../replay/pass.ts";
import type { PassSink } from "../replay/pass-parts.ts";
import type { Desk } from "./desk.ts";
import { isInsideStep, runOutsideSteps } from "./inside-step.ts";
import type { LoadedPass } from "./load.ts";
import type { Runtime } from "./runtime.ts";
import { seedOf } from "./seed.ts";
import { attemptsOn } from "./shell-attempt.ts";
import { decodeStoredError } from "./stored-error.ts";

export interface WalkParts {
  readonly runtime: Runtime;
  readonly desk: Pick<Desk, "stepLog" | "runUserCode">;
  readonly execution: ExecutionRecord;
  /** Which pass it is, from 1. */
  readonly attempt: number;
  readonly signal: () => AbortSignal;
  readonly sink: PassSink;
}

/** What an execution decides about its pass; the rest of what a pass tells is its desk's. */
export type CarrySink = Pick<PassSink, "call" | "idle" | "stalled" | "ended">;

export const sinkOf = (carry: CarrySink, desk: Desk): PassSink => ({
  call: (call) => carry.call(call),
  idle: () => carry.idle(),
  stalled: () => carry.stalled(),
  ended: (end) => carry.ended(end),
  dropped: (call, completion) => desk.drop(call, completion),
  marked: (id, value) => desk.mark(id, value),
  late: (step) => desk.late(step),
});

export const passOf = ({ workflow, input, steps, marks }: LoadedPass, parts: WalkParts): Pass => {
  const { runtime, desk, execution, attempt, signal, sink } = parts;
  const { id, version, tags, createdAt, startedAt, scheduledFor } = execution;
  const { maxValueBytes } = runtime;
  // Of this very execution: its id may be given to another one later, or at the same time in another project with the same database.
  const transact: Transact = (db, key, fn, limits) => runtime.transact(db, `${key}@${createdAt}`, fn, limits);
  const facts = {
    ...{ executionId: id, workflow: execution.workflow, version, tags, attempt, signal, scheduledFor, transact, maxValueBytes },
    shell: attemptsOn(runtime.shell),
    seed: seedOf(execution),
    log: () => desk.stepLog(null),
    isInsideStep: () => isInsideStep(desk),
  };
  return new Pass({
    run: (pass) => runOutsideSteps(() => desk.runUserCode(() => workflow.definition.run(makeContext(pass, facts), input))),
    steps,
    marks: new Map(marks.map(({ name, value }) => [name, value])),
    sink,
    enter: (fn) => desk.runUserCode(fn),
    decodeError: decodeStoredError,
    secrets: runtime.cipher,
    turn: runtime.turn,
    after: (ms, fn) => runtime.timers.after(ms, fn),
    startedAt: startedAt ?? createdAt,
    graceMs: runtime.graceMs,
  });
};
