/** How this program is started again, for a process of ours: as `bin/wf` does it, from the directory of the package. */
import { ENTRY, executable } from "../model/executable.ts";
import { STARTED_IN } from "./arrival.ts";

export interface Departure {
  /** The directory of this package. */
  readonly cwd: string;
  /** What is started there: this program again, and where it goes to. */
  readonly argv: readonly string[];
}

export const departure = (): Departure => {
  const cwd = Bun.fileURLToPath(new URL("../..", import.meta.url));
  const whole = executable();
  const program = whole === undefined ? [...process.execArgv, `${cwd}src/cli/main.ts`] : [`${ENTRY}main`, process.execPath];
  return { cwd, argv: [whole ?? process.execPath, ...program, `${STARTED_IN}${process.cwd()}`] };
};
