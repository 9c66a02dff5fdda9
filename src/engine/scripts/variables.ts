/** What the carrier of a script tells it by its environment, beside where the project lies. */
import { SCRIPT_ENVIRONMENT } from "../../model/scripts/environment.ts";
import { inputVariables } from "../../model/scripts/input.ts";
import { type CarrySettings, keepsMs } from "../carry-settings.ts";
import type { LoadedPass } from "../load.ts";
import type { Claimed } from "../store.ts";

/** The longest duration that there is: 100 years. */
const LONGEST_MS = 36_500 * 86_400_000;

export const variablesOf = (
  { workflow, input }: LoadedPass,
  { execution, lease }: Claimed,
  settings: CarrySettings,
): Readonly<Record<string, string>> => {
  const retry = workflow.definition.script?.retry ?? null;
  return {
    ...inputVariables(input),
    [SCRIPT_ENVIRONMENT.execution]: execution.id,
    [SCRIPT_ENVIRONMENT.term]: String(lease.term),
    // As a duration, so that a `wf run` inside can read it, too.
    [SCRIPT_ENVIRONMENT.hold]: `${Math.min(Math.floor(keepsMs(execution, settings)), LONGEST_MS)}ms`,
    ...(retry === null ? {} : { [SCRIPT_ENVIRONMENT.retry]: String(retry) }),
  };
};
