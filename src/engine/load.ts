/**
 * What a pass needs before it can start: the code, the decoded input, the recorded steps. What is missing or damaged blocks this one
 * execution.
 */
import { isKeyProblem } from "../model/cipher.ts";
import { decodeValue } from "../model/codec/decode.ts";
import { fail } from "../model/errors.ts";
import type { ExecutionRecord, MarkRecord, StepRecord } from "../model/records.ts";
import { blocked, withoutKey } from "./ending.ts";
import type { LoadedWorkflow } from "./host.ts";
import type { Runtime } from "./runtime.ts";
import { codeOfStart } from "./sources/code-change.ts";
import type { Claimed, ExecutionChange } from "./store.ts";
import { asError, codeOf } from "./values.ts";

/** A workflow file that is gone or broken is looked for again after this long; a daemon that sees it change looks at once. */
const DEFINITION_RETRY_MS = 60_000;

export interface LoadedPass {
  readonly workflow: LoadedWorkflow;
  readonly input: unknown;
  readonly steps: readonly StepRecord[];
  readonly marks: readonly MarkRecord[];
}

export type Loading = { readonly loaded: LoadedPass } | { readonly blocked: ExecutionChange };

export const loadPass = async (runtime: Runtime, claimed: Claimed): Promise<Loading> => {
  const { execution, pass } = claimed;
  try {
    const input = inputOf(execution, runtime);
    // Only an earlier pass can have recorded anything, or another execution that this one goes on from.
    const history = pass === 1 && execution.origin === null ? undefined : await runtime.store.history(execution.id);
    const workflow = await workflowOf(execution, runtime);
    if ("missing" in workflow) {
      // What was kept and is gone does not come back by itself.
      const retryAt = execution.isPinned ? null : runtime.clock.now() + DEFINITION_RETRY_MS;
      return { blocked: blocked("definition-missing", workflow.missing, retryAt) };
    }
    return { loaded: { workflow, input, steps: history?.steps ?? [], marks: history?.marks ?? [] } };
  } catch (error) {
    if (codeOf(error) === "CORRUPT") return { blocked: blocked("corrupt", asError(error).message, null) };
    if (isKeyProblem(error)) return { blocked: withoutKey(asError(error), runtime.clock.now()) };
    throw error;
  }
};

const workflowOf = (execution: ExecutionRecord, runtime: Runtime): ReturnType<Runtime["definition"]> =>
  execution.isPinned ? runtime.original(execution.workflow, codeOfStart(execution)) : runtime.definition(execution.workflow);

const inputOf = ({ id, inputText }: ExecutionRecord, { cipher }: Runtime): unknown => {
  try {
    return decodeValue(inputText, cipher);
  } catch (error) {
    if (isKeyProblem(error)) throw error;
    throw fail("CORRUPT", { what: `execution "${id}"`, problem: asError(error).message }, error);
  }
};
