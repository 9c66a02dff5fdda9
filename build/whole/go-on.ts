/** Where a short entry needs all of the command: that of the executable, unless a file that it was made of is newer by now. */
import { readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { executable, fromNowhere } from "../../src/model/executable.ts";

const dist = dirname(executable() ?? "");

const isFresh = (): boolean => {
  const list = join(dist, "main.inputs");
  try {
    const made = statSync(list).mtimeMs;
    const files = (/^inputs="(.*)"$/m.exec(readFileSync(list, "utf8"))?.[1] ?? "").split(" ");
    return files.every((file) => statSync(join(dist, "..", file)).mtimeMs <= made);
  } catch {
    return false;
  }
};

if (isFresh()) void import("../../src/cli/main.ts");
else void import(fromNowhere(join(dist, "../src/cli/main.ts"), process.cwd()));
