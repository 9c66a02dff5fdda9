/**
 * The workflows of a project as a table, and one of them in detail. A file that does not load is a row with its error below it.
 */
import type { ErrorView, WorkflowView } from "../../model/views.ts";
import { renderError } from "./error.ts";
import { fieldColumn, renderFields } from "./fields.ts";
import { indentBy } from "./fit.ts";
import { inputKeys } from "./input-keys.ts";
import type { Look } from "./look.ts";
import { line } from "./safe.ts";
import type { Cell, DrawTable } from "./table.ts";
import { renderValue } from "./value.ts";

export const renderWorkflows = (workflows: readonly WorkflowView[], look: Look, drawTable: DrawTable): string => {
  const table = drawTable({ head: HEAD, rows: workflows.map((workflow) => row(workflow, look)) }, look);
  const broken = workflows.flatMap(({ file, error }) => (error === null ? [] : [brokenText(file, error, look)]));
  return [table, ...broken].join("\n\n");
};

export const renderWorkflow = (workflow: WorkflowView, look: Look): string =>
  renderFields(
    [
      ["name", workflow.name === null ? null : line(workflow.name)],
      ["version", workflow.version === null ? null : String(workflow.version)],
      ["file", line(workflow.file)],
      ["description", workflow.description === null ? null : line(workflow.description)],
      ["schedule", workflow.schedule === null ? null : line(workflow.schedule)],
      ["limits", workflow.limits == null ? null : line(workflow.limits)],
      ["input", workflow.input === null ? null : renderValue(workflow.input, look.columns - fieldColumn(["description"]))],
      ["error", workflow.error === null ? null : renderError(workflow.error, look)],
    ],
    look,
  );

const HEAD = ["NAME", "VERSION", "FILE", "INPUT", "SCHEDULE", "DESCRIPTION"];

const row = (workflow: WorkflowView, look: Look): readonly Cell[] => [
  workflow.name ?? { text: "(broken)", paint: look.style.red },
  workflow.version === null ? "" : String(workflow.version),
  workflow.file,
  inputKeys(workflow.input),
  workflow.schedule ?? "",
  workflow.error === null ? (workflow.description ?? "") : { text: "see below", paint: look.style.red },
];

/** Under the name of the file, where the error itself does not give it. */
const brokenText = (file: string, error: ErrorView, look: Look): string => {
  const text = renderError(error, look);
  return error.message.includes(file) ? text : `${look.style.bold(line(file))}\n${indentBy(2, text)}`;
};
