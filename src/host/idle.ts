/**
 * The moment in which the process has nothing left to do.
 *
 * It comes when only background timers and promises that never settle remain, and again whenever that is so anew. It is the last moment of
 * the process: a listener that goes on sets a timer or a turn, since microtasks alone do not keep a process.
 *
 * It does not come while a top-level `await` holds the main module: Bun 1.4.5 then hangs. A program that wants to be told starts its work
 * without one.
 */
import type { Cancel } from "../engine/host.ts";

export const onIdle = (listener: () => void): Cancel => {
  // The event brings the exit code, which is none of the listener's business.
  const hear = (): void => listener();
  process.on("beforeExit", hear);
  return () => {
    process.off("beforeExit", hear);
  };
};
