/** Waiting inside of a command, no longer than until its signal. */
import type { CommandContext } from "./command.ts";

/** Gives true when the time has passed, false when the signal came first. */
export const pause = ({ after, signal }: Pick<CommandContext, "after" | "signal">, ms: number): Promise<boolean> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve(false);
    const stop = (): void => {
      cancel();
      resolve(false);
    };
    const cancel = after(ms, () => {
      signal.removeEventListener("abort", stop);
      resolve(true);
    });
    signal.addEventListener("abort", stop, { once: true });
  });
