/** A workflow as it is in its project: what it does not say itself is said by `wf.config.ts`. */
import type { WorkflowDefinition } from "./definition.ts";
import type { PanicPolicy } from "./records.ts";
import { resolvePanic, resolveRetry } from "./retry-settings.ts";
import type { RetryPolicy } from "./retry.ts";

export interface ProjectDefaults {
  readonly retry: RetryPolicy;
  readonly panic: PanicPolicy;
  /** Of schedules that name none. Default: that of the machine. */
  readonly timezone?: string | null;
}

/** A definition that another copy of this package has made may not tell what it was given: it stays as it is. */
export const inProject = (definition: WorkflowDefinition, { retry, panic, timezone }: ProjectDefaults): WorkflowDefinition => {
  const given = definition.given as WorkflowDefinition["given"] | undefined;
  if (given === undefined) return definition;
  return Object.freeze({
    ...definition,
    retry: resolveRetry(given.retry, retry),
    panic: resolvePanic(given.panic, panic),
    schedule: inZone(definition.schedule, timezone ?? null),
  });
};

const inZone = (schedule: WorkflowDefinition["schedule"] | undefined, timezone: string | null): WorkflowDefinition["schedule"] =>
  schedule === null || schedule === undefined ? null : { ...schedule, timezone: schedule.timezone ?? timezone };
