/**
 * What a pass needs before it can start: the code, the decoded input, the recorded steps. What is missing or damaged blocks this one
 * execution.
 */
import { decodeValue } from "../model/codec/decode.ts";
import { fail } from "../model/errors.ts";
import type { StepRecord } from "../model/records.ts";
import { blocked } from "./ending.ts";
import type { LoadedWorkflow } from "./host.ts";
import type { Runtime } from "./runtime.ts";
import type { Claimed, ExecutionChange } from "./store.ts";
import { asError, codeOf } from "./values.ts";

/** A workflow file that is gone or broken is looked for again after this long; a daemon that sees it change looks at once. */
const DEFINITION_RETRY_MS = 60_000;

export interface LoadedPass {
  readonly workflow: LoadedWorkflow;
  readonly input: unknown;
  readonly steps: readonly StepRecord[];
}

export type Loading = { readonly loaded: LoadedPass } | { readonly blocked: ExecutionChange };

export const loadPass = async (runtime: Runtime, claimed: Claimed): Promise<Loading> => {
  const { execution, pass } = claimed;
  try {
    const input = decodeValue(execution.inputText);
    // Only an earlier pass can have recorded anything.
    const steps = pass === 1 ? [] : ((await runtime.store.history(execution.id))?.steps ?? []);
    const workflow = await runtime.definition(execution.workflow);
    if ("missing" in workflow) {
      return { blocked: blocked("definition-missing", workflow.missing, runtime.clock.now() + DEFINITION_RETRY_MS) };
    }
    return { loaded: { workflow, input, steps } };
  } catch (error) {
    if (codeOf(error) === "CORRUPT") return { blocked: blocked("corrupt", asError(error).message, null) };
    if (error instanceof SyntaxError) {
      const detail = fail("CORRUPT", { what: `execution "${execution.id}"`, problem: error.message }).message;
      return { blocked: blocked("corrupt", detail, null) };
    }
    throw error;
  }
};
