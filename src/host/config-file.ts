/**
 * `wf.config.ts`: found in the project's root and loaded as a workflow file is.
 *
 * It is code that gets run. Whose it is was looked at when the root was found (`project.ts`): each of its names marks a root, and a root
 * that others have a hand in is passed over. What callers may rely on: only a file in the root is loaded, never one that a link leads to
 * elsewhere; two are not guessed between; whatever goes wrong is given as a sentence, not thrown.
 */
import { join } from "node:path";
import type { Timers } from "../engine/host.ts";
import { CONFIG_FILES } from "../model/configuration.ts";
import { err, ok, type Result } from "../model/result.ts";
import type { Edits } from "./edits.ts";
import { withoutExit } from "./exit-guard.ts";
import { TOO_LATE, withinDeadline } from "./load-deadline.ts";
import { describeLoadProblem } from "./load-problem.ts";
import type { ModuleLoader } from "./loader.ts";
import { inspectFile } from "./ownership.ts";
import { pathWithin } from "./paths.ts";
import { readSource } from "./source-hash.ts";

export interface ConfigFileOptions {
  /** Absolute, links resolved. */
  readonly root: string;
  readonly loader: ModuleLoader;
  readonly timers: Pick<Timers, "after">;
  /** Told of the file, and of those that are not there: one that comes is a change too. */
  readonly edits: Edits;
}

export interface ConfigProblem {
  readonly file: string;
  readonly problem: string;
}

export interface ConfigFile {
  /** Relative to the root. */
  readonly file: string;
  /** Its default export, not looked at. */
  readonly exported: unknown;
}

/** Undefined when there is none. */
export const loadConfigFile = async (options: ConfigFileOptions): Promise<Result<ConfigFile | undefined, ConfigProblem>> => {
  const { root, edits } = options;
  edits.remember(CONFIG_FILES.map((name) => join(root, name)));
  const [file, ...others] = CONFIG_FILES.filter((name) => inspectFile(join(root, name))?.kind === "file");
  if (file === undefined) return ok(undefined);
  if (others.length > 0) return err({ file, problem: `${others.join(", ")} is there too, and only one can count` });
  if (pathWithin(root, inspectFile(join(root, file))?.realPath ?? "") === undefined) return err({ file, problem: OUTSIDE });
  try {
    return await load(file, options);
  } catch (error) {
    return err({ file, problem: `it does not load: ${describeLoadProblem(error, root)}` });
  }
};

const OUTSIDE = "it is a link to a place outside of the project, and those are not followed";

const load = async (file: string, { root, loader, timers, edits }: ConfigFileOptions): Promise<Result<ConfigFile, ConfigProblem>> => {
  const path = join(root, file);
  edits.remember(readSource(path).files);
  const namespace = await withoutExit(() => withinDeadline(loader.load(path), timers));
  if (namespace === undefined) return err({ file, problem: TOO_LATE });
  const { default: exported } = namespace;
  if (exported === undefined) return err({ file, problem: "it has no default export: `export default defineConfig({ … })`" });
  return ok({ file, exported });
};
