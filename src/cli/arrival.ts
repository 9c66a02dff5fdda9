/**
 * Going back to where the command was typed.
 *
 * Bun resolves even an absolute entry point through the `tsconfig.json` of the current directory, so `bin/wf` starts it in the package and
 * says here, as the first argument, which directory it came from.
 */
import { executable } from "../model/executable.ts";

const STARTED_IN = "--started-in=";

/** The arguments of the user. @throws Error when the directory is gone */
export const arrive = (argv: readonly string[]): readonly string[] => {
  const first = argv[0];
  if (first?.startsWith(STARTED_IN) !== true) return argv;
  process.chdir(first.slice(STARTED_IN.length));
  return argv.slice(1);
};

export interface Departure {
  /** The directory of this package. */
  readonly cwd: string;
  /** What is started there: this program again, and where it goes to. */
  readonly argv: readonly string[];
}

/** For a process of ours. */
export const departure = (): Departure => {
  const cwd = Bun.fileURLToPath(new URL("../..", import.meta.url));
  const whole = executable();
  const program = whole === undefined ? [...process.execArgv, `${cwd}src/cli/main.ts`] : ["main", process.execPath];
  return { cwd, argv: [whole ?? process.execPath, ...program, `${STARTED_IN}${process.cwd()}`] };
};
