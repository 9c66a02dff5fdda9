/** The executions of a schedule, before they are stored: ids, inputs, and when they are to begin. */
import type { WorkflowDefinition } from "../../model/definition.ts";
import { newExecutionId } from "../../model/id.ts";
import { toIso } from "../../model/instant.ts";
import type { ExecutionRecord } from "../../model/records.ts";
import type { SchedulePolicy } from "../../model/schedule/config.ts";
import { type NewExecution, newExecution, type StartFacts } from "../start.ts";
import type { SlotExecution } from "../store/schedules.ts";
import { codeOf } from "../values.ts";

/** Leaves room for the slot in an id of 200. */
const LONGEST_NAME = 175;

/** `report@2026-03-03T09:00:00Z` */
export const slotId = (workflow: string, slot: number): string => `${workflow.slice(0, LONGEST_NAME)}@${toIso(slot).replace(".000Z", "Z")}`;

export interface Scheduled {
  readonly definition: WorkflowDefinition;
  readonly policy: SchedulePolicy;
}

/** @throws INPUT_INVALID when its input does not fit the workflow */
export const slotExecution = async (
  { definition, policy }: Scheduled,
  { slot, origin }: { readonly slot: number | null; readonly origin: "schedule" | "backfill" | "trigger" },
  facts: StartFacts,
): Promise<SlotExecution> => {
  const at = origin === "schedule" && slot !== null ? slot + Math.floor(facts.chance() * policy.jitterMs) : facts.now;
  const id = slot === null ? newExecutionId(definition.name, facts.chance) : slotId(definition.name, slot);
  const { execution, limits } = await withInput(policy.input, (input) => newExecution(definition, input, { id, at }, facts));
  const record: ExecutionRecord = { ...execution, schedule: definition.name, scheduledFor: slot, origin };
  return { record, spareId: newExecutionId(definition.name, facts.chance), limits };
};

/** Why executions could not be started with its input, if so. Told when the file is read, and not first at night. */
export const inputProblem = async ({ definition, policy }: Scheduled, facts: StartFacts): Promise<string | null> => {
  // Storing a sensitive one takes the key, which need not be there yet.
  if (definition.isSensitive) return null;
  try {
    await withInput(policy.input, (input) => newExecution(definition, input, {}, facts));
    return null;
  } catch (error) {
    return (error as Error).message;
  }
};

/** Where none is given: `{}`, as `wf run` has it, or nothing where that is what the schema takes. */
const withInput = async (given: unknown, make: (input: unknown) => Promise<NewExecution>): Promise<NewExecution> => {
  if (given !== undefined) return make(given);
  try {
    return await make({});
  } catch (error) {
    if (codeOf(error) !== "INPUT_INVALID") throw error;
    return make(undefined).catch(() => {
      throw error;
    });
  }
};
