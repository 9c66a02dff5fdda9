/**
 * The entry of the command: argv in, exit code out.
 *
 * Nothing is imported here that imports something of the runtime: `wf --version` answers before commander, chalk or any command is loaded,
 * and `wf tick` does so in an entry of its own, `tick-main.ts`. What callers may rely on:
 *   1. The process ends with the exit code of the command, after all of its output was written.
 *   2. If it ends in any other way (a step that calls `process.exit(0)`, nothing left to wait for) the code is not 0.
 */
import { arrive } from "./arrival.ts";

const FAILED = 1;
/** As `out-sink.ts` says. */
const DEFAULT_COLUMNS = 80;
let isFinished = false;
/** How errors are told that are noticed here; the program says how before it runs anything of others. */
let tell = (_: Error): void => {};

/** As it is now: while a workflow file is loaded, `process.exit` refuses, and a second Ctrl-C must end wf all the same. */
const leave = process.exit.bind(process);

const exit = (code: number): void => {
  isFinished = true;
  leave(code);
};

const version = async (): Promise<string> => (await import("../../package.json", { with: { type: "json" } })).default.version;

async function main(given: readonly string[]): Promise<number> {
  const argv = arrive(given);
  const answer = argv.length > 1 ? undefined : await shortAnswer(argv[0]);
  if (answer !== undefined) return print(answer);
  const [{ runProgram }, { processMachine }] = [await import("./program.ts"), await import("./machine.ts")];
  return runProgram(processMachine({ argv, exit, opener: () => import("../open.ts"), version, tellBy: (better) => (tell = better) }));
}

/** To what is asked most and needs the least. */
async function shortAnswer(asked: string | undefined): Promise<string | undefined> {
  if (asked === "--version" || asked === "-V") return version();
  if (asked !== undefined && asked !== "--help" && asked !== "-h" && asked !== "help") return undefined;
  const [{ overviewHelp }, { COMMANDS }] = await Promise.all([import("./overview-help.ts"), import("./registry.ts")]);
  return overviewHelp(COMMANDS, await columns());
}

/** Bun's own calls all along: `node:fs` alone takes half as long to load as Bun takes to start. */
async function columns(): Promise<number> {
  const [stdout, nothing] = await Promise.all([Bun.stdout.stat(), Bun.file("/dev/null").stat()]);
  const mayBeTerminal = stdout.isCharacterDevice() && stdout.rdev !== nothing.rdev;
  return (mayBeTerminal && process.stdout.columns) || DEFAULT_COLUMNS;
}

async function print(text: string): Promise<number> {
  try {
    await Bun.write(Bun.stdout, `${text}\n`);
  } catch (error) {
    if ((error as { readonly code?: unknown }).code !== "EPIPE") throw error;
  }
  return 0;
}

process.on("exit", (code) => {
  if (isFinished) return;
  // Whatever ended it, to a script this must not look like success, nor like one of the states of an execution.
  process.exitCode = FAILED;
  const cause = "a workflow called process.exit, or nothing is left that could go on";
  const problem = `wf was ended before its work was done (code ${code}): ${cause}`;
  tell(Object.assign(new Error(problem), { hint: "What is recorded is kept; `wf tick` or `wf wait` takes the execution up again." }));
});

// Not awaited at the top: a top-level await that never settles hangs the runtime.
main(process.argv.slice(2)).then(exit, async (error: unknown) => {
  await Bun.write(Bun.stderr, `error: ${error instanceof Error ? error.message : String(error)}\n`).catch(() => {});
  exit(FAILED);
});
