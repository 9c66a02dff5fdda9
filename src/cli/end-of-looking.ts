/** How a command ends that looks until it is told to stop. */
import type { CommandContext } from "./command.ts";
import { exitOfSignal } from "./exit-codes.ts";

/** Gives the exit code. A terminal writes `^C` where the cursor stands: what comes next, mostly a prompt, begins below it. */
export const endOfLooking = ({ out, signal }: Pick<CommandContext, "out" | "signal">): number => {
  if (out.isTerminal && out.format === "text" && signal.reason === "SIGINT") out.line(null, () => "");
  return exitOfSignal(signal.reason);
};
