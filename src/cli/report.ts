/**
 * The result of carrying: the execution's document, or, for people, its steps in short, where it stands, and the command that moves it on.
 */
import type { Client } from "../model/client.ts";
import { isTerminal } from "../model/status.ts";
import type { Disposition, ExecutionView } from "../model/views.ts";
import { documentOf as documentOfOutcome, type Failure, warnOf } from "./act-on-each.ts";
import type { Carried } from "./carried.ts";
import type { CommandContext } from "./command.ts";
import { lookOf } from "./render/look.ts";
import { renderRunResult } from "./render/run-result.ts";

export interface CarryReport {
  readonly carried: Carried;
  readonly disposition?: Disposition | undefined;
}

export const reportCarried = async (context: CommandContext, client: Client, report: CarryReport): Promise<void> => {
  const document = documentOf(report);
  const text = await textOf(context, client, report);
  context.out.result(
    document,
    () => text,
    () => [document.id],
  );
  noteStop(context, report);
};

/** Several executions: a list of documents, and their texts one after the other. */
export const reportAll = async (
  context: CommandContext,
  client: Client,
  reports: readonly CarryReport[],
  failures: readonly Failure[] = [],
): Promise<void> => {
  const texts: string[] = [];
  for (const report of reports) texts.push(await textOf(context, client, report));
  context.out.result(
    [...reports.map(documentOf), ...failures.map(documentOfOutcome)],
    () => texts.join("\n\n"),
    () => reports.map(({ carried }) => carried.execution.id),
  );
  for (const report of reports) noteStop(context, report);
  warnOf(context, failures);
};

const documentOf = ({ carried, disposition }: CarryReport): ExecutionView =>
  disposition === undefined ? carried.execution : { ...carried.execution, disposition };

/** The history is read for people only: programs have `wf history`. */
async function textOf(context: CommandContext, client: Client, { carried: { execution } }: CarryReport): Promise<string> {
  if (context.out.format !== "text") return "";
  const history = await client.history(execution.id);
  const text = renderRunResult({ ...history, execution }, lookOf(context));
  const isTimed = !isTerminal(execution.status) && execution.wakeAt !== null;
  return isTimed ? `${text}\n  goes on by itself where \`wf daemon\` runs, or \`wf tick\` by cron` : text;
}

function noteStop({ out }: CommandContext, { carried: { execution, stopped } }: CarryReport): void {
  if (stopped === undefined) return;
  const { id } = execution;
  const what = stopped === "timeout" ? "the time-out has passed" : "stopped";
  out.note(`${what}, nothing is lost: go on here with \`wf wait ${id}\`, or in the background with \`wf tick\` or \`wf daemon\``);
}
