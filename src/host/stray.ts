/**
 * Errors that were thrown outside every promise and every context (`stray-context.ts`), and the moment in which nothing is left to do.
 *
 * What callers may rely on:
 *   1. While there is a listener, such an error does not end the process.
 *   2. The file is the innermost one of the project in the error's stack, or null: a hint for people, not proof of who is to blame.
 *   3. `onIdle` calls when only background timers and promises that never settle remain, and again whenever that is so anew. It is the
 *      process's last moment: a listener that goes on sets a timer or a turn. Microtasks alone do not keep a process.
 *
 * Bun tells of no idle moment while the main module is held by a top-level `await`: it hangs. A program that wants `onIdle` starts its work
 * without one.
 */
import type { Cancel, StrayErrorListener } from "../engine/host.ts";
import { fileOf } from "./place.ts";

export const onStrayError = (listener: StrayErrorListener, root: string): Cancel => {
  const hear = (error: unknown): void => listener(error, fileOf(error, root));
  process.on("uncaughtException", hear);
  process.on("unhandledRejection", hear);
  return () => {
    process.off("uncaughtException", hear);
    process.off("unhandledRejection", hear);
  };
};

export const onIdle = (listener: () => void): Cancel => {
  // The event has an argument, the exit code, and listeners take none.
  const hear = (): void => listener();
  process.on("beforeExit", hear);
  return () => {
    process.off("beforeExit", hear);
  };
};
