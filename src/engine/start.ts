/**
 * Creating an execution: everything is checked before anything is written.
 */
import { encodeError } from "../model/codec/error.ts";
import { decodeValue } from "../model/codec/decode.ts";
import type { StartOptions } from "../model/client.ts";
import type { WorkflowDefinition } from "../model/definition.ts";
import { fail } from "../model/errors.ts";
import { checkExecutionId, newExecutionId } from "../model/id.ts";
import type { ExecutionRecord } from "../model/records.ts";
import { durationMs } from "../model/retry-settings.ts";
import { describeIssues } from "../model/schema.ts";
import type { Chance } from "./host.ts";
import { asError, encodeOrFail, isUnstorable } from "./values.ts";

export interface StartFacts {
  readonly now: number;
  readonly chance: Chance;
  readonly maxValueBytes: number;
}

/** @throws ValidationError that names what is wrong; nothing has been written then */
export const newExecution = async (
  definition: WorkflowDefinition,
  input: unknown,
  options: StartOptions,
  facts: StartFacts,
): Promise<ExecutionRecord> => {
  const { now } = facts;
  const id = options.id ?? newExecutionId(definition.name, facts.chance);
  const problem = checkExecutionId(id);
  if (problem !== undefined) throw fail("ID_INVALID", { id: String(id), problem });
  const inputText = await checkInput(definition, input, facts.maxValueBytes);
  return {
    id,
    workflow: definition.name,
    version: definition.version,
    sourceHash: null,
    status: "pending",
    reason: "queued",
    reasonDetail: null,
    wakeAt: startAt(options, now),
    inputText,
    outputText: null,
    errorText: null,
    createdAt: now,
    startedAt: null,
    finishedAt: null,
    deadlineAt: definition.timeoutMs === null ? null : startAt(options, now) + definition.timeoutMs,
    restarts: 0,
    panics: 0,
    panic: definition.panic,
    parentId: null,
    tags: options.tags === undefined ? {} : checkTags(options.tags),
  };
};

const checkInput = async (definition: WorkflowDefinition, input: unknown, maxBytes: number): Promise<string> => {
  try {
    return encodeOrFail("The input", await parseInput(definition, input), maxBytes);
  } catch (error) {
    if (isUnstorable(error)) throw fail("INPUT_INVALID", { workflow: definition.name, problem: asError(error).message }, error);
    throw error;
  }
};

const parseInput = async (definition: WorkflowDefinition, input: unknown): Promise<unknown> => {
  if (definition.input === null) return input;
  let checked: Awaited<ReturnType<(typeof definition.input)["~standard"]["validate"]>>;
  try {
    checked = await definition.input["~standard"].validate(input);
  } catch (error) {
    throw fail("INPUT_INVALID", { workflow: definition.name, problem: asError(error).message }, error);
  }
  if (checked.issues !== undefined) throw fail("INPUT_INVALID", { workflow: definition.name, problem: describeIssues(checked.issues) });
  return checked.value;
};

const startAt = ({ delay, at }: StartOptions, now: number): number => {
  if (at !== undefined) {
    const instant = typeof at === "number" ? at : at.getTime();
    if (!(Math.abs(instant) <= 8.64e15)) throw fail("INSTANT_INVALID", { where: "at", problem: `${String(at)} is not an instant` });
    return Math.max(now, Math.round(instant));
  }
  return delay === undefined ? now : now + durationMs("delay", delay);
};

const checkTags = (tags: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
  for (const [key, value] of Object.entries(tags)) {
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(key) || typeof value !== "string" || value.length > 256 || !value.isWellFormed()) {
      throw fail("USAGE", {
        problem: `Invalid tag ${JSON.stringify(`${key}=${String(value)}`.slice(0, 100))}`,
        next: "A tag is key=value: a key of letters, digits, . _ - (at most 64), a value of at most 256 characters.",
      });
    }
  }
  return { ...tags };
};

/** The same id means the same work: another workflow or input under it is an error. */
export const assertSameWork = (wanted: ExecutionRecord, existing: ExecutionRecord): void => {
  if (existing.workflow === wanted.workflow && existing.inputText === wanted.inputText) return;
  throw fail("INPUT_MISMATCH", { id: existing.id, workflow: existing.workflow });
};

export const resultOf = (execution: ExecutionRecord, decode: (errorText: string) => Error): unknown => {
  if (execution.status === "completed") return execution.outputText === null ? undefined : decodeValue(execution.outputText);
  throw decode(execution.errorText ?? encodeError(new Error(`Execution "${execution.id}" is ${execution.status}`)));
};
