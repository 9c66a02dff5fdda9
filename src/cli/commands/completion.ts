/** `wf completion`: what a shell reads so that it completes `wf` by a key. */
import { quoted } from "../../model/escape.ts";
import type { Command } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { WITHOUT_IDS } from "../out-format.ts";
import { usage } from "../option-values.ts";

export const SHELLS = ["bash", "zsh", "fish"] as const;

export const completion: Command = {
  usage: "completion <shell>",
  summary: "print what bash, zsh or fish needs to complete wf by a key",
  details:
    "Commands, options and their values complete, and so do the workflows, ids, steps and events of the project\n" +
    "that you are in. No code of the project runs for that.\n" +
    "\n" +
    "bash  in ~/.bashrc:                   source <(wf completion bash)\n" +
    "zsh   in ~/.zshrc, after compinit:    source <(wf completion zsh)\n" +
    "fish  in ~/.config/fish/config.fish:  wf completion fish | source",
  choices: { shell: SHELLS },
  formats: WITHOUT_IDS,
  examples: ["source <(wf completion bash)", "source <(wf completion zsh)", "wf completion fish | source"],
  async run({ args: [given = ""] }, { out }) {
    const shell = SHELLS.find((known) => known === given);
    if (shell === undefined) throw usage(`There is no completion for ${quoted(given)}`, `There is one for ${SHELLS.join(", ")}.`);
    const { readShipped } = await import("../starting/shipped.ts");
    const script = readShipped(`completion/wf.${shell}`);
    out.result({ shell, script }, () => script.trimEnd());
    return EXIT.ok;
  },
};
