/**
 * Knows whether code runs inside the function of a step, however many awaits deep.
 *
 * A durable call in there would be recorded before its outer step, and asked for after it on the next pass: the execution would look as if
 * its code had changed. So such a call is refused while the mistake is still only a mistake.
 */
import { AsyncLocalStorage } from "node:async_hooks";

const current = new AsyncLocalStorage<object>();

/** @param owner tells executions apart: a step may well start and await another execution */
export const runInsideStep = <T>(owner: object, fn: () => T): T => current.run(owner, fn);

export const isInsideStep = (owner: object): boolean => current.getStore() === owner;
