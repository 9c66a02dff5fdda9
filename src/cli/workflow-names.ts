/** What is told of a workflow that is not there: the nearest name, and the files that may hold it. */
import { fail } from "../model/errors.ts";
import { suggest } from "../model/suggest.ts";
import type { WorkflowView } from "../model/views.ts";

export const namesOf = (workflows: readonly WorkflowView[]): readonly string[] =>
  workflows.flatMap(({ name }) => (name === null ? [] : [name]));

/** @returns WORKFLOW_NOT_FOUND */
export const unknownWorkflow = (name: string, all: readonly WorkflowView[]): Error =>
  fail("WORKFLOW_NOT_FOUND", { name, suggestion: suggest(name, namesOf(all)), problem: brokenProblem(all) });

const FILES_NAMED = 3;

const brokenProblem = (all: readonly WorkflowView[]): string | undefined => {
  const files = all.filter(({ name, error }) => name === null && error !== null).map(({ file }) => file);
  if (files.length === 0) return undefined;
  const more = files.length > FILES_NAMED ? ` and ${files.length - FILES_NAMED} more` : "";
  return `${files.slice(0, FILES_NAMED).join(", ")}${more} ${files.length === 1 ? "does" : "do"} not load`;
};
