/**
 * Leaving the asynchronous context of the code that called us: for work of ours that a call of theirs has set off.
 *
 * Contexts follow timers and promises. Without this, a heartbeat that was first set up inside an execution would belong to it for
 * ever, and so would every error in it.
 */
import type { AsyncLocalStorage } from "node:async_hooks";

type Runner = <T>(fn: () => T) => T;

let leave: Runner | undefined;

/** Until `rememberOutside` was called there is no context of ours to leave. */
export const outside: Runner = (fn) => (leave === undefined ? fn() : leave(fn));

/**
 * Takes the present context as the outside; only the first call counts. To be called before a context is entered.
 *
 * The module is loaded here and not at the top: it costs 0.9 ms, which a tick with nothing due need not pay.
 */
export const rememberOutside = (): void => {
  if (leave !== undefined) return;
  const hooks = process.getBuiltinModule("node:async_hooks") as { AsyncLocalStorage: typeof AsyncLocalStorage };
  leave = hooks.AsyncLocalStorage.snapshot();
};
