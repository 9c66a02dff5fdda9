/**
 * Errors that were thrown outside every promise that somebody awaits, told to whoever answers for the code that threw them.
 *
 * A context is entered with `run`, and follows the code asynchronously. What callers may rely on:
 *   1. An error thrown in a timer, a tick or an event handler that was set up inside `run`, and a rejection that nobody handles and that
 *      happened inside `run`, go to the listener of that context and to no other. All others go to those of `onStrayError`.
 *   2. A promise that is rejected from outside counts as outside. Whoever settles promises for code in a context does so inside its `run`.
 *   3. While there is a listener, such an error does not end the process.
 *
 * A context is a `Bun.ModuleGraph` that loads no module: 2 µs to make, 340 bytes, gone when nothing refers to it, and it closes nothing
 * that was opened in it. `AsyncLocalStorage` would not do: Bun keeps its store for thrown errors but not for rejections. Where graphs are
 * missing, `run` only calls, and all errors go to `onStrayError`.
 */
import type { Cancel, StrayContext, StrayErrorListener } from "../engine/host.ts";
import { outside, rememberOutside } from "./outside.ts";
import { fileOf } from "./place.ts";

/** Experimental in Bun 1.4: a later version may not have it. */
type GraphClass = typeof Bun.ModuleGraph;

export const openStrayContext = (listener: (error: unknown) => void, Graph: GraphClass | null = Bun.ModuleGraph ?? null): StrayContext => {
  if (Graph === null) return { run: (fn) => fn() };
  rememberOutside();
  // The listener runs in the context in which the graph was made, and so do the errors of the listener.
  const graph = outside(() => new Graph({ onError: (error) => listener(error) }));
  return { run: (fn) => graph.run(fn) };
};

/** The file told is the innermost one of the project in the error's stack, or null: a hint for people, no proof of who is to blame. */
export const onStrayError = (listener: StrayErrorListener, root: string): Cancel => {
  const hear = (error: unknown): void => {
    if (listener(error, fileOf(error, root)) !== false) return;
    stop();
    setImmediate(() => {
      throw error;
    });
  };
  process.on("uncaughtException", hear);
  process.on("unhandledRejection", hear);
  const stop = (): void => {
    process.off("uncaughtException", hear);
    process.off("unhandledRejection", hear);
  };
  return stop;
};
