/** `wf run`: starts an execution and carries it as far as it goes. */
import type { Client, StartOptions } from "../../model/client.ts";
import { isPriority, PRIORITY_RULE } from "../../model/flow.ts";
import { toIso } from "../../model/instant.ts";
import { CARRY_OPTIONS, type CarrySettings, carryAndReport, DETACH_OPTION, readCarrySettings } from "../carry.ts";
import type { Command, CommandContext, Invocation } from "../command.ts";
import { EXIT, exitOfSignal } from "../exit-codes.ts";
import { FORMATS, WITHOUT_IDS } from "../out-format.ts";
import { buildInput, hintAtJson } from "../input.ts";
import { choiceOption, durationOption, forbidTogether, instantOption, pairsOption, textOption, usage } from "../option-values.ts";
import { readPayload } from "../payload.ts";
import { line } from "../render/safe.ts";
import { renderValue } from "../render/value.ts";

const IF_EXISTS = ["return", "fail", "replace"] as const;

export const run: Command = {
  usage: "run <workflow> [inputs...]",
  summary: "start a workflow and carry it as far as it goes",
  details:
    "Inputs are key=value (text), key:=json, or a.b=1 for { a: { b } }; they are laid over --input.\n" +
    "It stays for waits up to --hold. What waits longer is parked and goes on with `wf tick` or `wf daemon`.\n" +
    "Ctrl-C stops at the next commit and loses nothing.",
  options: {
    "-i, --input <json>": "the input as JSON; @file reads a file, - standard input",
    "--id <id>": "the execution's id, so that a second run is the same run (default: <workflow>-<random>)",
    "--if-exists <what>": "when the id exists: return it, fail, or replace it (default: return)",
    "--tag <k=v...>": "a tag to find it by; may be repeated",
    "--in <duration>": "start this much later",
    "--at <time>": "start at this time",
    "--priority <n>": "instead of the workflow's: -100 to 100, the highest first",
    ...DETACH_OPTION,
    ...CARRY_OPTIONS,
    "--dry-run": "check workflow, input and id, and create nothing",
  },
  choices: { what: IF_EXISTS },
  examples: [
    "wf run signup email=ada@example.com plan=pro seats:=3",
    "wf run signup --input @customer.json --id signup-ada",
    "wf run report --in 2h --detach",
  ],
  formats: ({ options }) => (options["dryRun"] === true ? WITHOUT_IDS : FORMATS),
  async run({ args, options }, context) {
    const [workflow = "", ...pairs] = args;
    const settings = readCarrySettings(options);
    const start = readStart(options, context.now());
    const given = textOption(options, "input");
    const input = buildInput(pairs, given === undefined ? undefined : await readPayload(given, "--input", context));
    const isDry = options["dryRun"] === true;
    const client = await context.client({ create: !isDry, role: "run" });
    try {
      if (isDry) return await dryRun(context, client, { workflow, input, start });
      return await startAndCarry(context, client, { workflow, input, start, settings });
    } catch (error) {
      throw hintAtJson(error, pairs);
    }
  },
};

interface Planned {
  readonly workflow: string;
  readonly input: unknown;
  readonly start: StartOptions;
}

async function startAndCarry(
  context: CommandContext,
  client: Client,
  { workflow, input, start, settings }: Planned & { readonly settings: CarrySettings },
): Promise<number> {
  if (context.signal.aborted) {
    context.out.note("stopped before anything was started");
    return exitOfSignal(context.signal.reason);
  }
  // One that starts later is nobody's until then.
  const claim = !settings.detach && start.at === undefined;
  const { id, disposition } = await client.start(workflow, input, { ...start, claim });
  if (disposition === "existing") context.out.note(`execution ${id} exists already; nothing was created`);
  return carryAndReport(context, client, id, settings, disposition);
}

async function dryRun({ out }: CommandContext, client: Client, { workflow, input, start }: Planned): Promise<number> {
  await client.validate(workflow, input, start);
  const startAt = start.at === undefined ? null : toIso(Number(start.at));
  const id = start.id === undefined ? "" : ` as ${line(start.id)}`;
  const when = startAt === null ? "" : ` at ${startAt}`;
  out.result(
    { dryRun: true, workflow, id: start.id ?? null, input, tags: start.tags ?? {}, startAt },
    () => `would start ${line(workflow)}${id}${when}; nothing was created\ninput: ${renderValue(input, out.columns, "input: ".length)}`,
  );
  return EXIT.ok;
}

function readStart(options: Invocation["options"], now: number): StartOptions {
  forbidTogether(options, ["in", "at"]);
  const id = textOption(options, "id");
  const tags = pairsOption(options, "tag");
  const delayMs = durationOption(options, "in");
  const at = delayMs === undefined ? instantOption(options, "at", now) : now + delayMs;
  const ifExists = choiceOption(options, "ifExists", IF_EXISTS);
  const priority = priorityOption(options);
  if (id === undefined && ifExists !== undefined) throw usage("--if-exists needs --id", "Without --id every run is a new one.");
  return {
    ...(id === undefined ? {} : { id }),
    ...(tags === undefined ? {} : { tags }),
    ...(at === undefined ? {} : { at }),
    ...(ifExists === undefined ? {} : { ifExists }),
    ...(priority === undefined ? {} : { priority }),
  };
}

const priorityOption = (options: Invocation["options"]): number | undefined => {
  const text = textOption(options, "priority");
  if (text === undefined) return undefined;
  const priority = /^-?\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  if (!isPriority(priority)) throw usage(`Invalid --priority ${JSON.stringify(text.slice(0, 40))}`, `Note that ${PRIORITY_RULE}.`);
  return priority;
};
