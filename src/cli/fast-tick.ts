/**
 * `wf tick` by cron, every minute of the year, almost always with nothing to do: told here whether it can be answered without loading the
 * command line. Only flags whose meaning needs no checking count; with any other it goes the long way.
 */
export interface TickPlace {
  readonly dir?: string;
  readonly db?: string;
}

const WITHOUT_MEANING_HERE: readonly string[] = ["-q", "--quiet", "--no-color"];

/** Where to tick, or undefined when the long way has to be gone. */
export const fastTickPlace = (argv: readonly string[], databaseFile: string | undefined): TickPlace | undefined => {
  if (argv[0] !== "tick") return undefined;
  const place: { dir?: string; db?: string } = databaseFile === undefined || databaseFile === "" ? {} : { db: databaseFile };
  for (let index = 1; index < argv.length; index++) {
    const argument = argv[index] ?? "";
    if (WITHOUT_MEANING_HERE.includes(argument)) continue;
    const [flag, inline] = splitFlag(argument);
    const value = inline ?? argv[++index];
    if (value === undefined || value === "") return undefined;
    if (flag === "--dir") place.dir = value;
    else if (flag === "--db") place.db = value;
    else return undefined;
  }
  return place;
};

const splitFlag = (argument: string): readonly [flag: string, value: string | undefined] => {
  const at = argument.indexOf("=");
  return at < 0 ? [argument, undefined] : [argument.slice(0, at), argument.slice(at + 1)];
};
