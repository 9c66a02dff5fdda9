/** `wf list`: the workflows that were found, and what is wrong with the others. */
import type { WorkflowView } from "../../model/views.ts";
import type { Command, CommandContext } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { hasWorkflowsFolder, isNothingYet } from "../nothing-yet.ts";
import { lookOf } from "../render/look.ts";
import { tablesFor } from "../render/table.ts";
import { renderWorkflow, renderWorkflows } from "../render/workflows.ts";
import { namesOf, unknownWorkflow } from "../workflow-names.ts";

export const list: Command = {
  usage: "list [workflow]",
  summary: "the workflows found",
  details: "A file that does not load is listed with its error and hides no other. In the input, ? marks what may be left out.",
  examples: ["wf list", "wf list signup", "wf list --json", "wf list -o ids"],
  async run({ args: [name] }, context) {
    const all = await readWorkflows(context);
    const workflows = name === undefined ? all : named(name, all);
    if (workflows.length === 0)
      context.out.note("no workflows yet: put a file into workflows/ that exports `Workflow.define({ name, run })`");
    const drawTable = await tablesFor(context.out);
    context.out.result(workflows, () => render(workflows, name), ids(workflows));
    const { typesState } = await import("../starting/types.ts");
    if (typesState(context.root) === "old")
      context.out.note("the types in .wf/types are of another version of wf: `wf init` makes them anew");
    return EXIT.ok;

    function render(shown: readonly WorkflowView[], only: string | undefined): string {
      const look = lookOf(context);
      if (shown.length === 0) return "";
      return only === undefined
        ? renderWorkflows(shown, look, drawTable)
        : shown.map((workflow) => renderWorkflow(workflow, look)).join("\n\n");
    }
  },
};

/**
 * They are read through the client, so a project with workflows gets its database here if it has none. Elsewhere none is made: a folder
 * that is no project has no workflows, and stays as it is.
 */
const readWorkflows = async (context: CommandContext): Promise<readonly WorkflowView[]> => {
  try {
    const client = await context.client({ create: hasWorkflowsFolder(context) });
    return await client.workflows();
  } catch (error) {
    if (isNothingYet(error, context)) return [];
    throw error;
  }
};

/** @throws WORKFLOW_NOT_FOUND with the nearest name, and with the files that may hold it */
const named = (name: string, all: readonly WorkflowView[]): readonly WorkflowView[] => {
  const found = all.filter((workflow) => workflow.name === name);
  if (found.length === 0) throw unknownWorkflow(name, all);
  return found;
};

const ids = (workflows: readonly WorkflowView[]) => (): readonly string[] => namesOf(workflows);
