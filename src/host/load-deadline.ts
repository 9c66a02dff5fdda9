/** How long the code of a project may take to load. */
import type { Timers } from "../engine/host.ts";

/** Enough for a slow disk and a large package; a top-level `await` that never settles would hold a command for ever. */
const DEADLINE_MS = 10_000;

export const TOO_LATE = `it did not finish loading within ${DEADLINE_MS / 1_000} s; look for a top-level await that never settles`;

/** Undefined when it has not settled by then. */
export const withinDeadline = async <T>(promise: Promise<T>, timers: Pick<Timers, "after">): Promise<T | undefined> => {
  const deadline = Promise.withResolvers<undefined>();
  const cancel = timers.after(DEADLINE_MS, () => deadline.resolve(undefined));
  try {
    return await Promise.race([promise, deadline.promise]);
  } finally {
    cancel();
  }
};
