/**
 * Creating an execution: everything is checked before anything is written.
 */
import { encodeError } from "../model/codec/error.ts";
import type { Cipher } from "../model/cipher.ts";
import { decodeValue } from "../model/codec/decode.ts";
import { isSameValue } from "../model/codec/same.ts";
import type { StartOptions } from "../model/client.ts";
import type { WorkflowDefinition } from "../model/definition.ts";
import { fail } from "../model/errors.ts";
import { type FlowLimits, flowOf } from "../model/flow.ts";
import { checkExecutionId, newExecutionId } from "../model/id.ts";
import { learn, redactKnown } from "../model/known-secrets.ts";
import { type ExecutionRecord, ORDINARY } from "../model/records.ts";
import { durationMs } from "../model/retry-settings.ts";
import { describeIssues } from "../model/schema.ts";
import type { Chance } from "./host.ts";
import { asError, encodeOrFail, isUnstorable, type Storing } from "./values.ts";

export interface StartFacts extends Storing {
  readonly now: number;
  readonly chance: Chance;
  /** Content hash of the source of a definition; null where that is no file. */
  readonly sourceOf: (definition: WorkflowDefinition) => string | null;
}

/** An execution to be. Whoever creates it hands its limits to the store with it. */
export interface NewExecution {
  readonly execution: ExecutionRecord;
  /** Null when nothing limits it. */
  readonly limits: FlowLimits | null;
}

/** @throws ValidationError that names what is wrong; nothing has been written then */
export const newExecution = async (
  definition: WorkflowDefinition,
  input: unknown,
  options: StartOptions,
  facts: StartFacts,
): Promise<NewExecution> => {
  const { now } = facts;
  const id = options.id ?? newExecutionId(definition.name, facts.chance);
  const problem = checkExecutionId(id);
  if (problem !== undefined) throw fail("ID_INVALID", { id: String(id), problem });
  const { parsed, inputText } = await checkInput(definition, input, facts);
  const { priority, lane, limits } = flowOf(definition, parsed, { priority: options.priority, hide: hiding(definition) });
  const execution: ExecutionRecord = {
    id,
    workflow: definition.name,
    version: definition.version,
    sourceHash: facts.sourceOf(definition),
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
    ...ORDINARY,
    priority,
    lane,
  };
  return { execution, limits };
};

/** Keys are kept as they are, where they tell nothing that nobody may read: `wf why` names them. */
export const hiding =
  ({ isSensitive }: WorkflowDefinition) =>
  (keyText: string): string =>
    isSensitive || redactKnown(keyText) !== keyText ? digestOf(keyText) : keyText;

const digestOf = (text: string): string => new Bun.CryptoHasher("sha256").update(text).digest("hex").slice(0, 16);

export const checkInput = async (
  definition: WorkflowDefinition,
  input: unknown,
  storing: Storing,
): Promise<{ readonly parsed: unknown; readonly inputText: string }> => {
  // Before anything is said of it: a schema may repeat what it refuses.
  if (definition.isSensitive) learn(input);
  try {
    const parsed = await parseInput(definition, input);
    return { parsed, inputText: encodeOrFail("The input", parsed, storing, definition.isSensitive) };
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
  if (checked.issues !== undefined)
    throw fail("INPUT_INVALID", { workflow: definition.name, problem: redactKnown(describeIssues(checked.issues)) });
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
export const assertSameWork = (wanted: ExecutionRecord, existing: ExecutionRecord, cipher: Cipher): void => {
  if (existing.workflow === wanted.workflow && isSameValue(existing.inputText, wanted.inputText, cipher)) return;
  throw fail("INPUT_MISMATCH", { id: existing.id, workflow: existing.workflow });
};

export const resultOf = (execution: ExecutionRecord, decode: (errorText: string) => Error, cipher: Cipher): unknown => {
  if (execution.status === "completed") return execution.outputText === null ? undefined : decodeValue(execution.outputText, cipher);
  throw decode(execution.errorText ?? encodeError(new Error(`Execution "${execution.id}" is ${execution.status}`)));
};
