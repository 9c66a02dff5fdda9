/** `wf export`: executions as a bundle, a file that can be carried elsewhere. */
import { closeSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { resolve } from "node:path";
import type { Client } from "../../model/client.ts";
import type { ExportView } from "../../model/clients/bundles.ts";
import type { Command, CommandContext, Invocation } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { FILTER_OPTIONS, givenFilters, readFilter } from "../list-filter.ts";
import { textOption, usage } from "../option-values.ts";
import { readReferences } from "../references.ts";
import { line } from "../render/safe.ts";

/** As many as a filter gives at most. */
const ALL = 10_000;

export const exportCommand: Command = {
  usage: "export [ids...]",
  summary: "write executions to a bundle, a portable file",
  details:
    "An id may be a unique prefix, @last, or - for ids on standard input.\n" +
    "Their children go along, and the code they began on where it was kept.\n" +
    "Sensitive values are never in a bundle; such an execution can only be looked at\n" +
    "where it is imported, and so can one that was exported with --redact.",
  options: {
    ...FILTER_OPTIONS,
    "--limit <count>": `at most so many, the newest (default: ${ALL})`,
    "--redact": "placeholders of the same shape for values, messages, tags and people: for a bug report",
    "--to <file>": "write it there, readable by you alone (default: standard output)",
  },
  examples: [
    "wf export import-7f3k9q2m4d --to import.jsonl",
    "wf export @last --redact --to report.jsonl",
    "wf export --status failed --since 1d --to failed.jsonl",
    "wf export @last | ssh other wf import -",
  ],
  async run({ args, options }, context) {
    const to = textOption(options, "to");
    const target = to === "-" ? undefined : to;
    if (target === undefined && context.out.format === "ids") throw usage("A bundle is no list of ids", "Give --to <file> with it.");
    const client = await context.client();
    const ids = await idsOf(args, options, client, context);
    const redact = options["redact"] === true;
    const isText = context.out.format === "text";
    const write = (text: string): void => context.out.line(isText ? undefined : JSON.parse(text), () => text);
    const view =
      target === undefined ? await client.bundles.export(ids, { redact, write }) : await toFile(resolve(target), client, { ids, redact });
    if (target !== undefined) report(view, resolve(target), context);
    const sensitive = view.executions.filter(({ withheld }) => withheld === "sensitive").length;
    if (sensitive > 0)
      context.out.note(`sensitive values of ${sensitive} ${plural(sensitive)} were left out: there they can only be looked at`);
    return EXIT.ok;
  },
};

const idsOf = async (
  args: readonly string[],
  options: Invocation["options"],
  client: Client,
  context: CommandContext,
): Promise<readonly string[]> => {
  const filters = givenFilters(options);
  if (args.length > 0 && filters.length > 0)
    throw usage(`${filters.join(", ")} chooses executions, and ids were given`, "Leave one of them out.");
  if (args.length === 0 && filters.length === 0) throw usage("Which executions?", "Give ids, or a filter such as --status failed.");
  if (args.length === 0) return (await client.list({ limit: ALL, ...readFilter(options, context.now()) })).map(({ id }) => id);
  const ids: string[] = [];
  for (const reference of await readReferences(args, context)) ids.push(await client.resolveId(reference));
  if (ids.length === 0) throw usage("No ids were given", "Standard input was empty.");
  return ids;
};

/** Under its name only once it is whole; no file is overwritten. */
const toFile = async (
  file: string,
  client: Client,
  { ids, redact }: { readonly ids: readonly string[]; readonly redact: boolean },
): Promise<ExportView> => {
  closeSync(created(file));
  const draft = `${file}.part`;
  try {
    const fd = created(draft);
    try {
      const view = await client.bundles.export(ids, { redact, write: (text) => void writeSync(fd, `${text}\n`) });
      renameSync(draft, file);
      return view;
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    rmSync(draft, { force: true });
    rmSync(file, { force: true });
    throw error;
  }
};

const created = (file: string): number => {
  try {
    return openSync(file, "wx", 0o600);
  } catch (error) {
    const problem = (error as { code?: unknown }).code === "EEXIST" ? "it is there already" : (error as Error).message;
    throw usage(`${file} cannot be written: ${problem}`, "Give another name; nothing is overwritten.");
  }
};

const report = (view: ExportView, file: string, { out }: CommandContext): void => {
  const { executions, sources, redacted } = view;
  const count = executions.length;
  out.result(
    { file, ...view },
    () => `${line(file)}  ${count} ${plural(count)}, ${sources} ${sources === 1 ? "source" : "sources"}${redacted ? ", redacted" : ""}`,
    () => executions.map(({ id }) => id),
  );
};

const plural = (count: number): string => (count === 1 ? "execution" : "executions");
