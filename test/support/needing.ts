/**
 * Tests of what only some machines have: skipped where it is missing, with the reason in their names. The last line of a run counts them.
 */
import { describe } from "bun:test";

/** @param pack what `apt-get install` takes; `.ci/run` installs it */
export const describeNeeding = (tool: string, pack: string, title: string, body: () => void): void => {
  if (Bun.which(tool) !== null) describe(title, body);
  else describe["skip"](`${title} (needs ${tool}: apt-get install ${pack})`, body);
};
