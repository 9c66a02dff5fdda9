/** What a workflow returns, checked by its schema and encoded. */
import type { WorkflowDefinition } from "../model/definition.ts";
import { fail } from "../model/errors.ts";
import { describeIssues } from "../model/schema.ts";
import { encodeOrFail, type Storing } from "./values.ts";

/** @throws ValidationError OUTPUT_INVALID, VALUE_UNSUPPORTED, VALUE_TOO_LARGE; WfliteError KEY_UNUSABLE */
export const checkOutput = async (definition: WorkflowDefinition, value: unknown, storing: Storing): Promise<string> => {
  const what = `workflow "${definition.name}"`;
  if (definition.output === null) return encodeOrFail(`The output of ${what}`, value, storing, definition.isSensitive);
  const checked = await definition.output["~standard"].validate(value);
  if (checked.issues !== undefined) throw fail("OUTPUT_INVALID", { what, problem: describeIssues(checked.issues) });
  return encodeOrFail(`The output of ${what}`, checked.value, storing, definition.isSensitive);
};
