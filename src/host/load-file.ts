/**
 * One workflow file: loaded within a deadline, its definitions taken from the exports, and whatever goes wrong made an error about that
 * file.
 *
 * Nothing is thrown. A file without definitions is fine: helper modules may lie beside workflows. A script is read, not run.
 */
import type { Edits } from "./edits.ts";
import { withoutExit } from "./exit-guard.ts";
import { isMarked } from "../model/workflow-mark.ts";
import { join } from "node:path";
import type { Timers } from "../engine/host.ts";
import type { WorkflowDefinition } from "../model/definition.ts";
import { fail } from "../model/errors.ts";
import { TOO_LATE, withinDeadline } from "./load-deadline.ts";
import { describeLoadProblem } from "./load-problem.ts";
import type { ModuleLoader, Namespace } from "./loader.ts";
import { loadScript, lookForScript } from "./script-files.ts";
import { readSource, type Source } from "./source-hash.ts";

export interface LoadOptions {
  /** Absolute, links resolved. */
  readonly root: string;
  readonly loader: ModuleLoader;
  readonly timers: Pick<Timers, "after">;
  /** Told of every file that is loaded. */
  readonly edits?: Edits;
}

export interface LoadedFile {
  /** Relative to the root. */
  readonly file: string;
  readonly source: Source;
  readonly definitions: readonly WorkflowDefinition[];
  readonly error: Error | undefined;
  /** It can be read anew at any time: no code of it is in this process. */
  readonly isScript: boolean;
  /** Only after the deadline: when the module has settled after all. Never rejects. */
  readonly late: Promise<void> | undefined;
}

/** @param stale modules that an earlier, failed load has left behind */
export const loadFile = async (file: string, stale: readonly string[], options: LoadOptions): Promise<LoadedFile> => {
  const nothing = { source: { hash: "", files: [] }, definitions: [], error: undefined, late: undefined };
  const unread: LoadedFile = { file, isScript: false, ...nothing };
  try {
    const path = join(options.root, file);
    // Before the import: were it after, an edit in between would give new code's hash to old code.
    const source = readSource(path);
    const script = lookForScript(path);
    if (script?.kind === "wrong") return { ...unread, source, isScript: true, error: broken(file, script.problem) };
    if (script !== undefined) return { ...unread, source, isScript: true, definitions: [await loadScript(file, script.header)] };
    options.edits?.remember(source.files);
    return {
      ...unread,
      source,
      ...(await withoutExit(() => evaluate(options.loader.load(path, stale), file, options))),
    };
  } catch (error) {
    return { ...unread, error: broken(file, describeLoadProblem(error, options.root), error) };
  }
};

type Outcome = Pick<LoadedFile, "definitions" | "error" | "late">;

const evaluate = async (loading: Promise<Namespace>, file: string, options: LoadOptions): Promise<Outcome> => {
  const settled: Promise<void> = loading.then(nothing, nothing);
  try {
    const namespace = await withinDeadline(loading, options.timers);
    if (namespace !== undefined) return { ...definitionsIn(namespace, file), late: undefined };
    return { definitions: [], error: broken(file, TOO_LATE), late: settled };
  } catch (error) {
    return { definitions: [], error: broken(file, describeLoadProblem(error, options.root), error), late: undefined };
  }
};

const nothing = (): void => {};

/** One object may be exported under two names; two objects of one name are a mistake. */
const definitionsIn = (namespace: Namespace, file: string): Pick<LoadedFile, "definitions" | "error"> => {
  const definitions = [...new Set(Object.values(namespace).filter(isMarked))] as readonly object[] as readonly WorkflowDefinition[];
  const twice = definitions.find(({ name }, index) => definitions.findIndex((other) => other.name === name) !== index);
  if (twice === undefined) return { definitions, error: undefined };
  return { definitions: [], error: broken(file, `it defines workflow "${twice.name}" twice`) };
};

export const broken = (file: string, problem: string, cause?: unknown): Error => fail("WORKFLOW_BROKEN", { file, problem }, cause);
