/**
 * Knows whether code runs inside the function of a step, and of which, however many awaits deep.
 *
 * A durable call in there would be recorded before its outer step, and asked for after it on the next pass: the execution would look as if
 * its code had changed. So such a call is refused while the mistake is still only a mistake. And what is printed in there is the step's
 * own (`step-console.ts`).
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Call } from "../replay/call.ts";
import type { Owner } from "./owner.ts";

/** A step whose function runs. */
export interface StepAround {
  /** Tells executions apart: a step may well start and await another one. */
  readonly carry: Owner;
  readonly call: Call;
}

const current = new AsyncLocalStorage<StepAround | undefined>();

export const runInsideStep = <T>(step: StepAround, fn: () => T): T => current.run(step, fn);

/** For the function of a workflow: what set its pass off may have been planned by a step, of another execution even. */
export const runOutsideSteps = <T>(fn: () => T): T => current.run(undefined, fn);

export const isInsideStep = (owner: object): boolean => current.getStore()?.carry === owner;

export const stepAround = (): StepAround | undefined => current.getStore();
