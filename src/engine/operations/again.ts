/**
 * The record of an execution that is made of another one.
 *
 * The input stays as it is stored, so that a schema which changes what it reads does not change it twice. Limits and deadlines are those of
 * the workflow as it is now, where it loads; where it does not, those of the other one: the file may be mended before it is taken up.
 */
import { decodeValue } from "../../model/codec/decode.ts";
import type { WorkflowDefinition } from "../../model/definition.ts";
import { fail } from "../../model/errors.ts";
import { type FlowLimits, flowOf } from "../../model/flow.ts";
import { checkExecutionId, newExecutionId } from "../../model/id.ts";
import { type ExecutionRecord, ORDINARY } from "../../model/records.ts";
import type { EngineParts } from "../family.ts";
import { hiding, newExecution } from "../start.ts";

export interface Again {
  readonly id?: string | undefined;
  readonly origin: string;
  /** Another input, if `has`. */
  readonly input: { readonly has: boolean; readonly value: unknown };
}

export interface AgainRecord {
  readonly execution: ExecutionRecord;
  readonly limits: FlowLimits | null;
}

/** @throws ValidationError for an id or input that will not do; WORKFLOW_NOT_FOUND when there is an input and nothing to check it with */
export async function executionAgain(parts: EngineParts, source: ExecutionRecord, { id, origin, input }: Again): Promise<AgainRecord> {
  const facts = parts.startFacts();
  const wantedId = id ?? newExecutionId(source.workflow, facts.chance);
  const problem = checkExecutionId(wantedId);
  if (problem !== undefined) throw fail("ID_INVALID", { id: String(wantedId), problem });
  if (input.has) {
    const definition = await parts.definitionOf(source.workflow);
    const made = await newExecution(definition, input.value, { id: wantedId, tags: source.tags }, facts);
    return { ...made, execution: { ...made.execution, origin, scheduledFor: source.scheduledFor } };
  }
  const definition = await parts.definitionOf(source.workflow).catch(() => undefined);
  const flow = definition && flowOf(definition, decodeValue(source.inputText, facts.cipher), { hide: hiding(definition) });
  const execution: ExecutionRecord = {
    ...{ ...source, ...ORDINARY, ...NOT_BEGUN },
    ...{ id: wantedId, origin, createdAt: facts.now, wakeAt: facts.now, parentId: null },
    version: definition?.version ?? source.version,
    sourceHash: definition === undefined ? null : facts.sourceOf(definition),
    panic: definition?.panic ?? source.panic,
    deadlineAt: deadlineOf(source, definition, facts.now),
    priority: source.priority,
    // A fact for its code. Its schedule it does not belong to: it would hold up the next slot, and take one that is taken.
    scheduledFor: source.scheduledFor,
    lane: flow?.lane ?? source.lane,
  };
  return { execution, limits: flow?.limits ?? null };
}

const NOT_BEGUN = {
  status: "pending",
  reason: "queued",
  reasonDetail: null,
  outputText: null,
  errorText: null,
  startedAt: null,
  finishedAt: null,
  restarts: 0,
  panics: 0,
} as const satisfies Partial<ExecutionRecord>;

function deadlineOf({ deadlineAt, createdAt }: ExecutionRecord, definition: WorkflowDefinition | undefined, now: number): number | null {
  if (definition !== undefined) return definition.timeoutMs === null ? null : now + definition.timeoutMs;
  return deadlineAt === null ? null : now + Math.max(0, deadlineAt - createdAt);
}
