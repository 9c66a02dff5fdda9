/** `wf doctor`: examines the database and what it stands on. */
import { withSettings } from "../../model/settings-finding.ts";
import type { Command } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { WITHOUT_IDS } from "../out-format.ts";
import { renderExamination } from "../render/examination.ts";
import { lookOf } from "../render/look.ts";

export const doctor: Command = {
  usage: "doctor",
  summary: "examine the database and what it stands on",
  details:
    "Versions, permissions, space, the WAL, whether anything ticks, processes that\n" +
    "died in the middle, executions that wait for a decision, and the settings with\n" +
    "where each comes from. Exit 0 when all is well or only deserves a look, 1 when\n" +
    "something does not work.",
  options: { "--check": "look at every page and every stored row too; takes seconds for a large file" },
  examples: ["wf doctor", "wf doctor --check", "wf doctor --json"],
  formats: WITHOUT_IDS,
  async run({ options }, context) {
    const view = withSettings(await context.examine({ isThorough: options["check"] === true }), context.configuration);
    context.out.result(view, () => renderExamination(view, lookOf(context)));
    return view.findings.some(({ level }) => level === "problem") ? EXIT.failed : EXIT.ok;
  },
};
