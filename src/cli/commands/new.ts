/** `wf new`: a workflow file from a template, ready to run. */
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { checkWorkflowName } from "../../model/id.ts";
import type { Command } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { choiceOption, usage } from "../option-values.ts";

export const TEMPLATES = ["step", "approval", "event", "schedule", "saga", "children", "transaction", "shell", "script"] as const;

export const newCommand: Command = {
  usage: "new <name>",
  summary: "make a workflow file from a template",
  details:
    "step         a step, a sleep, another step\n" +
    "approval     a person decides, within two days\n" +
    "event        waits for a message from outside\n" +
    "schedule     started by the clock\n" +
    "saga         what was done is undone when a later step fails\n" +
    "children     an execution for each item, some side by side\n" +
    "transaction  writes to a database of your own, exactly once\n" +
    "shell        commands as steps\n" +
    "script       a shell script whose commands are steps: workflows/<name>.sh\n" +
    "\n" +
    "The file is workflows/<name>.ts. One that is there is never overwritten.",
  options: { "--template <template>": `which of them: ${TEMPLATES.join(", ")} (default: step)` },
  choices: { template: TEMPLATES },
  examples: ["wf new signup", "wf new refund --template approval", "wf new report --template schedule"],
  async run({ args: [name = ""], options }, context) {
    const template = choiceOption(options, "template", TEMPLATES) ?? "step";
    const problem = checkWorkflowName(name);
    if (problem !== undefined) throw usage(problem, "Name it like this: wf new send-invoice");
    const [{ createFile }, { fromTemplate }] = await Promise.all([import("../starting/scaffold.ts"), import("../starting/templates.ts")]);
    const { path, text, run } = fromTemplate(template, name);
    const { what } = createFile(context.root, path, text);
    if (what === "kept") throw usage(`${path} is there already`, "Take another name, or remove that file first.");
    if (!path.endsWith(".ts")) chmodSync(join(context.root, path), 0o755);
    context.out.result(
      { name, template, file: path },
      () => `${context.out.style.green("created")}  ${path}`,
      () => [name],
    );
    context.out.note(`next: ${run}`);
    return EXIT.ok;
  },
};
