/** `wf import`: the executions of a bundle. */
import { createReadStream, existsSync } from "node:fs";
import { createInterface } from "node:readline";
import type { ImportedView } from "../../model/clients/bundles.ts";
import type { Command, CommandContext } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { textOption, usage } from "../option-values.ts";
import { line } from "../render/safe.ts";

export const importCommand: Command = {
  usage: "import <bundle>",
  summary: "keep the executions of a bundle here",
  details:
    "The bundle is a file that `wf export` wrote, or - for standard input.\n" +
    "What is over stays as it is. What is not arrives paused, so that nothing runs in\n" +
    "two places: `wf resume` carries it on here, and finished steps do not run again.\n" +
    "All of it is checked first; with an id that another execution has, nothing is kept.",
  options: {
    "--id <id>": "another id, for the execution of a bundle that holds one",
    "--dry-run": "check the bundle, and keep nothing",
  },
  examples: ["wf import failed.jsonl", "wf import report.jsonl --dry-run", "wf export @last | wf import - --id import-copy"],
  async run({ args: [bundle = ""], options }, context) {
    const lines = await linesOf(bundle, context);
    const id = textOption(options, "id");
    const dryRun = options["dryRun"] === true;
    const client = await context.client({ create: true });
    const view = await client.bundles.import(lines, { dryRun, ...(id === undefined ? {} : { id }) });
    context.out.result(
      view,
      () => view.executions.map(lineOf).join("\n"),
      () => view.executions.map((execution) => execution.id),
    );
    if (dryRun) context.out.note("dry run: nothing was kept");
    else if (view.executions.some(isResumable))
      context.out.note("paused: `wf resume <id>` carries one on here. Make sure that it runs nowhere else");
    return EXIT.ok;
  },
};

const isResumable = ({ disposition, status, withheld }: ImportedView): boolean =>
  disposition === "created" && status === "paused" && withheld === null;

const lineOf = ({ id, workflow, status, disposition, withheld }: ImportedView): string => {
  const note =
    withheld === null ? "" : `  only to be looked at: ${withheld === "redacted" ? "it was redacted" : "sensitive values are not there"}`;
  return `${line(id)}  ${line(workflow)}  ${status}  ${disposition}${note}`;
};

/** Given anew each time it is asked for: the bundle is read once to check it and once to keep it. */
const linesOf = async (bundle: string, context: CommandContext): Promise<() => AsyncIterable<string>> => {
  if (bundle === "-") {
    const text = await context.readInput();
    return async function* () {
      yield* text.split("\n");
    };
  }
  if (!existsSync(bundle)) throw usage(`There is no file ${bundle}`, "Give a file that `wf export` wrote, or - for standard input.");
  return () => createInterface({ input: createReadStream(bundle, "utf8"), crlfDelay: Infinity });
};
