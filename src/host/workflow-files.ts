/**
 * The definitions of a project's workflow files.
 *
 * What callers may rely on:
 *   1. A file is loaded once in a process, whoever asks and however many at a time. Edits are seen by the next process; `isOutdated` says
 *      when it is time for one, also for local files that are imported.
 *   2. A broken file hides no other. It is tried again when its source has changed, and at most every 5 s otherwise (the cause may lie
 *      outside, as with a package that is installed meanwhile).
 *   3. Two files that define a name are both reported, and neither is run: which one was meant cannot be known.
 *   4. `find` loads the file of the hint alone when that has the name. A hint only chooses among the files discovered: a stored path that
 *      leads elsewhere loads nothing.
 */
import { relative, sep } from "node:path";
import type { BrokenFile, LoadedWorkflow, WorkflowFiles } from "../engine/host.ts";
import { discover, type Discovery } from "./discovery.ts";
import { Edits } from "./edits.ts";
import { type CacheOptions, fileCache } from "./file-cache.ts";
import { filesMark } from "./files-mark.ts";
import { keptCode } from "./kept-code.ts";
import { broken, type LoadedFile } from "./load-file.ts";

interface Findings {
  readonly found: readonly LoadedWorkflow[];
  readonly broken: readonly BrokenFile[];
}

export const workflowFiles = (options: CacheOptions): WorkflowFiles => {
  const { edits = new Edits() } = options;
  const cache = fileCache({ ...options, edits });

  const all = async (): Promise<Findings> => {
    const { files, problems } = discover(options.root);
    return gather(await Promise.all(files.map(cache.load)), problems);
  };

  const find: WorkflowFiles["find"] = async (name, hint) => {
    const hinted = hint === undefined ? undefined : workflowsOf(await loadHinted(hint)).find(named(name));
    if (hinted !== undefined) return { found: hinted, broken: [] };
    const findings = await all();
    return { found: findings.found.find(named(name)), broken: findings.broken };
  };

  const loadHinted = async (hint: string): Promise<LoadedFile | undefined> => {
    const isWanted = cache.has(hint) || discover(options.root).files.includes(hint);
    return isWanted ? cache.load(hint) : undefined;
  };

  const imports = (): readonly string[] =>
    edits
      .files()
      .map((path) => relative(options.root, path).replaceAll(sep, "/"))
      .filter((file) => !file.startsWith("workflows/"));

  return {
    ...{ find, all, imports },
    mark: (imported) => filesMark(options.root, imported),
    isOutdated: () => edits.hasAny(),
    kept: keptCode({ root: options.root, loader: options.loader, timers: options.timers }),
  };
};

const named = (name: string) => (workflow: LoadedWorkflow) => workflow.definition.name === name;

const workflowsOf = (loaded: LoadedFile | undefined): LoadedWorkflow[] =>
  loaded === undefined ? [] : loaded.definitions.map((definition) => ({ definition, file: loaded.file, sourceHash: loaded.source.hash }));

const gather = (loaded: readonly LoadedFile[], problems: Discovery["problems"]): Findings => {
  const workflows = loaded.flatMap(workflowsOf);
  const byName = Map.groupBy(workflows, ({ definition }) => definition.name);
  const isAlone = ({ definition }: LoadedWorkflow): boolean => byName.get(definition.name)?.length === 1;
  const duplicates = workflows.filter((workflow) => !isAlone(workflow));
  return {
    found: workflows.filter(isAlone),
    broken: [
      ...loaded.flatMap(({ file, error }) => (error === undefined ? [] : [{ file, error }])),
      ...duplicates.map((workflow) => duplicate(workflow, byName.get(workflow.definition.name) ?? [])),
      ...problems.map(({ file, problem }) => ({ file, error: broken(file, problem) })),
    ],
  };
};

const duplicate = ({ file, definition }: LoadedWorkflow, same: readonly LoadedWorkflow[]): BrokenFile => {
  const others = same.map((other) => other.file).filter((other) => other !== file);
  return { file, error: broken(file, `it defines workflow "${definition.name}", which ${others.join(", ")} defines too`) };
};
