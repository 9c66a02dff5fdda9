/** `wf init`: a working project in a folder, and nothing that was there is lost. */
import { join, resolve } from "node:path";
import { shellWord } from "../../model/shell-word.ts";
import type { Command, CommandContext } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { WITHOUT_IDS } from "../out-format.ts";
import { line } from "../render/safe.ts";
import type { Made } from "../starting/scaffold.ts";

export const init: Command = {
  usage: "init [folder]",
  summary: "make a project, or renew its types after an upgrade",
  details:
    "Writes workflows/hello.ts, tsconfig.json and .gitignore, and types for editors and `tsc`, so that nothing has to\n" +
    "be installed. What is there is kept; only .wf/types is made anew when it is of another version.",
  options: { "--hook": "also a git hook that runs `wf check` before each commit" },
  formats: WITHOUT_IDS,
  examples: ["wf init", "wf init orders", "wf init --hook"],
  async run({ args: [folder = ""], options }, context) {
    const [scaffold, { renewTypes, TYPES_FOLDER, zodVersion }, { wfVersion }] = await Promise.all([
      import("../starting/scaffold.ts"),
      import("../starting/types.ts"),
      import("../starting/shipped.ts"),
    ]);
    const root = resolve(context.folder, folder);
    scaffold.makeFolder(root);
    // First: without a repository it is refused, and then nothing else is made either.
    const hooks = options["hook"] === true ? [await hook(root)] : [];
    const types = { path: TYPES_FOLDER, what: renewTypes(root), note: `wflite ${await wfVersion()}, zod ${zodVersion()}` } as const;
    const files: readonly Made[] = [scaffold.firstWorkflow(root), scaffold.tsconfig(root), scaffold.gitignore(root), types, ...hooks];
    context.out.result({ folder: root, files }, () => files.map((made) => textOf(made, context)).join("\n"));
    if (files[0]?.what === "created") context.out.note(`next: ${root === context.folder ? "" : `cd ${shellWord(folder)} && `}wf run hello`);
    return EXIT.ok;
  },
};

const hook = async (root: string): Promise<Made> => {
  const [{ installHook }, { PACKAGE }] = await Promise.all([import("../starting/hook.ts"), import("../starting/shipped.ts")]);
  return installHook(root, join(PACKAGE, "bin/wf"));
};

const textOf = ({ path, what, note }: Made, { out: { style } }: CommandContext): string => {
  const word = what.padEnd(8);
  return `${what === "kept" ? style.dim(word) : style.green(word)}  ${line(path)}${note === undefined ? "" : style.dim(`  ${line(note)}`)}`;
};
