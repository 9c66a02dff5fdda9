/**
 * Asking the person at the terminal before many executions are changed at once, or for good.
 *
 * In a script, in cron and in a pipe nobody is there: what was said is done.
 */
import type { CommandContext, Invocation, OptionTable } from "./command.ts";
import { usage } from "./option-values.ts";

export const YES_OPTION: OptionTable = { "--yes": "do not ask, however many there are" };

/** Whether there is somebody to be asked, and something that they have not said already. */
export const mayAsk = ({ canAsk }: Pick<CommandContext, "canAsk">, options: Invocation["options"]): boolean =>
  canAsk && options["yes"] !== true && options["dryRun"] !== true;

/** @throws ValidationError where the answer is not yes */
export const confirm = async (question: string, { ask }: Pick<CommandContext, "ask">): Promise<void> => {
  const answer = await ask(`${question} [y/N] `);
  if (/^y(es)?$/i.test(answer?.trim() ?? "")) return;
  throw usage("Stopped: nothing was done", "Answer y, or give --yes.");
};
