/**
 * Going back to where the command was typed.
 *
 * Bun resolves even an absolute entry point through the `tsconfig.json` of the current directory, so `bin/wf` starts it in the package and
 * says here, as the first argument, which directory it came from.
 */
export const STARTED_IN = "--started-in=";

/** The arguments of the user. @throws Error when the directory is gone */
export const arrive = (argv: readonly string[]): readonly string[] => {
  const first = argv[0];
  if (first?.startsWith(STARTED_IN) !== true) return argv;
  process.chdir(first.slice(STARTED_IN.length));
  return argv.slice(1);
};
