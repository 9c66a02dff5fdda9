/**
 * From argv to an exit code: finds the command, loads it and nothing else, opens the project when it asks for it, shows what went wrong.
 *
 * Whatever this needs of the process is in `Machine`, so that tests run whole commands without one.
 */
import { quoted } from "../model/escape.ts";
import { exitOf, fail } from "../model/errors.ts";
import type { Configuration } from "../model/settings.ts";
import { suggest } from "../model/suggest.ts";
import type { Command } from "./command.ts";
import { parseCommandLine } from "./command-line.ts";
import { readConfigured } from "./configured.ts";
import { openContext } from "./context.ts";
import { applyEnvFiles } from "./env-file.ts";
import { EXIT, exitOfSignal } from "./exit-codes.ts";
import { checkFormat, configuredFormat } from "./formats.ts";
import { HELP, type Help, helpOnAll, helpOnCommand, helpOnTopic, helpOnVersion } from "./help.ts";
import { TOPIC_NAMES } from "./help-topics.ts";
import type { Machine } from "./machine.ts";
import { isNothingYet } from "./nothing-yet.ts";
import { listOf, usage } from "./option-values.ts";
import { type GlobalOptions, readGlobals, sniffFormat, splitArgv } from "./options.ts";
import { tellingLoss } from "./out-lost.ts";
import { createOut, type OutStreams } from "./out-streams.ts";
import { watchReader } from "./reader-gone.ts";
import { type CommandEntry, COMMANDS } from "./registry.ts";
import { listenToSignals } from "./signals.ts";
import { misspelt } from "./variables.ts";

/** Why the command ended when nobody reads its output any more: no failure. */
const READER_GONE = "SIGPIPE";

export const runProgram = async (machine: Machine): Promise<number> => {
  const { argv, env, stderr } = machine;
  let onClosed = (): void => {};
  const stdout = tellingLoss(machine.openStdout(() => onClosed()));
  const outOf = (options: Pick<GlobalOptions, "format" | "quiet" | "noColour"> & { readonly utc?: boolean }): Promise<OutStreams> =>
    createOut({ ...options, env, stdout, stderr });
  let out = await outOf({ format: sniffFormat(argv), quiet: false, noColour: argv.includes("--no-color") });
  try {
    const planned = await plan(machine, stdout.columns);
    if (planned.kind === "help") {
      const { document, text, ids } = planned.help;
      out.result(
        document,
        () => text,
        () => ids,
      );
      return EXIT.ok;
    }
    const { entry, command, line } = planned;
    applyEnvFiles(listOf(line.globals["envFile"]), env);
    const globals = readGlobals(line.globals, env);
    checkFormat(command, line.invocation, globals);
    out = await outOf(globals);
    machine.tellBy((error) => out.failure(error));
    const mistake = misspelt(env);
    if (mistake !== undefined && !entry.isHidden) out.warn(mistake);
    const policy = { ...entry.signals, ignored: [...entry.signals.ignored, ...machine.ignoredSignals] };
    const signals = listenToSignals(machine.signalSource, policy, machine.exit);
    if (entry.isReading) onClosed = () => signals.abort(READER_GONE);
    const runsCode = entry.runsWorkflows || entry.config !== "none";
    const giveBack = !runsCode ? () => {} : machine.takeOverPrints((text) => out.printBeside(text), out.hasNoteColour);
    try {
      const configured = await readConfigured({ machine, globals, entry, out });
      const format = configuredFormat(command, line.invocation, configured?.settings.output ?? globals.format);
      if (!globals.isFormatGiven && format !== globals.format) out = await outOf({ ...globals, format });
      const onGone = entry.isReading ? () => signals.abort(READER_GONE) : undefined;
      return await runCommand({ machine, command, line, globals, configured, out, onGone, signal: signals.signal });
    } finally {
      giveBack();
      signals.release();
    }
  } catch (error) {
    out.failure(error);
    return exitOf(error);
  }
};

type InvocationLine = Extract<Awaited<ReturnType<typeof parseCommandLine>>, { kind: "invocation" }>;

type Plan =
  | { readonly kind: "help"; readonly help: Help }
  | { readonly kind: "command"; readonly entry: CommandEntry; readonly command: Command; readonly line: InvocationLine };

async function plan(machine: Machine, columns: number): Promise<Plan> {
  const { argv, commands = COMMANDS } = machine;
  const { name, rest } = splitArgv(argv);
  if (name === undefined) return { kind: "help", help: await withoutCommand(machine, rest, columns) };
  if (name === "help") return { kind: "help", help: await help(splitArgv(rest).name, commands, columns) };
  const entry = find(name, commands);
  const command = await entry.load();
  const line = await parseCommandLine(command, rest, columns);
  return line.kind === "help" ? { kind: "help", help: await helpOnCommand(command, columns) } : { kind: "command", entry, command, line };
}

/** On a command, or on one of the other topics. */
async function help(topic: string | undefined, commands: readonly CommandEntry[], columns: number): Promise<Help> {
  if (topic === undefined) return helpOnAll(commands, columns);
  if (topic === "help") return helpOnCommand(HELP, columns);
  return helpOnTopic(topic) ?? helpOnCommand(await find(topic, commands, TOPIC_NAMES).load(), columns);
}

async function withoutCommand(machine: Machine, argv: readonly string[], columns: number): Promise<Help> {
  const { commands = COMMANDS } = machine;
  const isVersion = argv.includes("--version") || argv.includes("-V");
  const asked = argv.filter((argument) => !["--help", "-h", "--version", "-V"].includes(argument));
  // Mistakes are told; where there is nothing else, nothing is loaded that could tell of any.
  const line = asked.length === 0 ? undefined : await parseCommandLine({ ...HELP, usage: "help" }, asked, columns);
  if (line?.kind === "invocation") readGlobals(line.globals, machine.env);
  return isVersion ? helpOnVersion(await machine.version()) : helpOnAll(commands, columns);
}

function find(name: string, commands: readonly CommandEntry[], topics: readonly string[] = []): CommandEntry {
  const found = commands.find((entry) => entry.name === name);
  if (found !== undefined) return found;
  const names = commands.flatMap((entry) => (entry.isHidden ? [] : [entry.name]));
  const near = suggest(name, [...names, ...topics]);
  throw usage(
    `Unknown command ${quoted(name)}`,
    near === undefined ? "`wf help` shows all commands." : `Did you mean "${near}"? \`wf help\` shows all commands.`,
  );
}

/** Where nothing was run so far, no id is known: that says more than that there is no database. */
const TAKES_IDS = /[<[]ids?\b/;

/** A mistake that has no hint of its own is answered by the help on its command. */
function hinted(error: unknown, { usage: form }: Command): unknown {
  const { code, message, hint } = (error ?? {}) as { readonly code?: unknown; readonly message?: unknown; readonly hint?: unknown };
  if (code !== "USAGE" || hint !== GENERAL_HINT) return error;
  return usage(String(message), `See \`wf help ${form.split(" ")[0]}\`.`);
}

/** Of USAGE in the catalogue of errors. */
const GENERAL_HINT = "See `wf help`.";

interface Running {
  readonly machine: Machine;
  readonly command: Command;
  readonly line: InvocationLine;
  readonly globals: GlobalOptions;
  readonly configured: Configuration | undefined;
  readonly out: OutStreams;
  readonly signal: AbortSignal;
  /** What to do when nobody reads any more; undefined where the command goes on. */
  readonly onGone: (() => void) | undefined;
}

async function runCommand({ command, line, onGone, ...parts }: Running): Promise<number> {
  const { signal, machine } = parts;
  const opened = await openContext(parts);
  const { after } = opened.context;
  const stopWatching = onGone === undefined ? () => {} : watchReader(after, machine.lookForReader, onGone);
  try {
    const code = await command.run(line.invocation, opened.context);
    return signal.reason === READER_GONE ? EXIT.ok : code;
  } catch (error) {
    const [id] = line.invocation.args;
    if (id !== undefined && TAKES_IDS.test(command.usage) && isNothingYet(error, opened.context)) throw fail("EXECUTION_NOT_FOUND", { id });
    // The reason itself is what a wait throws that a signal ended.
    if (!signal.aborted || error !== signal.reason) throw hinted(error, command);
    return error === READER_GONE ? EXIT.ok : exitOfSignal(error);
  } finally {
    stopWatching();
    await opened.close();
  }
}
