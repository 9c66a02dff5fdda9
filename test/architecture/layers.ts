/**
 * Who may import whom: the folders of `src` and their neighbours, cycles, barrels, and the one place of each package.
 *
 * `import type`, `export from` and `import()` count as imports.
 */
import ts from "typescript";
import { offence, ownTarget, packageOf, type Rule, type Source } from "./source.ts";

/** What a folder may import beside itself: a folder ends in a slash, all else is a file. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  model: [],
  replay: ["src/model/"],
  engine: ["src/model/", "src/replay/"],
  host: ["src/engine/host.ts", "src/model/"],
  sqlite: ["src/engine/store.ts", "src/engine/store/", "src/model/"],
  shell: ["src/model/"],
  transactions: ["src/engine/host.ts", "src/model/"],
  restate: ["src/model/"],
  server: ["src/model/"],
  dashboard: ["src/model/", "src/server/"],
  cli: ["src/open.ts", "src/open-tick.ts", "src/open-names.ts", "src/open-script.ts", "src/model/", "src/server/", "package.json"],
  testing: ["src/engine/", "src/sqlite/", "src/host/"],
};

/** The composition root, its short ways for ticks, completion and scripts, what it serves, and the public names may import everything. */
const FREE = ["src/open.ts", "src/open-tick.ts", "src/open-names.ts", "src/open-script.ts", "src/own-modules.ts", "src/index.ts"];

/** Folders that know others by their types alone. */
const TYPES_ONLY = ["dashboard"];

interface Place {
  readonly folders: readonly string[];
  readonly because: string;
}

/** The folders of `src` that may import a package ("." is `src` itself), and what would be written by hand without it. */
export const PACKAGES: Readonly<Record<string, Place>> = {
  chalk: { folders: ["cli"], because: "knows what colours a terminal can show" },
  "cli-table3": { folders: ["cli"], because: "lays out columns of text of any width" },
  commander: { folders: ["cli"], because: "parses argv and writes the help of every command" },
  croner: { folders: ["model"], because: "reads cron patterns, and finds the next date that fits one" },
  devalue: { folders: ["model"], because: "writes dates, maps, cycles and big integers as text and reads them back equal" },
  ora: { folders: ["cli"], because: "draws a spinner that leaves other output whole" },
  zod: { folders: ["model", "cli", "."], because: "is how workflows say what they take and give, and how the edges parse" },
};

export const layers: Rule = (source) => {
  if (FREE.includes(source.path)) return [];
  const allowed = LAYERS[folderOf(source.path)];
  if (allowed === undefined) return [`${source.path} is in no folder that the table of layers names`];
  return source.imports.flatMap((one) => {
    const target = ownTarget(source, one);
    if (target === undefined || target.startsWith(`src/${folderOf(source.path)}/`)) return [];
    if (!allowed.some((place) => target === place || (place.endsWith("/") && target.startsWith(place))))
      return [offence(source, one.node, `imports ${target}`)];
    return TYPES_ONLY.includes(folderOf(source.path)) && one.manner !== "type"
      ? [offence(source, one.node, `needs import type of ${target}`)]
      : [];
  });
};

/** One line for each group of files that import each other in a circle. */
export const cycles = (sources: readonly Source[]): readonly string[] => {
  const graph = new Map(sources.map((source) => [source.path, source.imports.flatMap((one) => ownTarget(source, one) ?? [])]));
  const isDone = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) found.push([...trail.slice(start), path].join(" -> "));
    if (start >= 0 || isDone.has(path)) return;
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
    isDone.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  return found;
};

/** A file of nothing but re-exports. `entries` are the public ones, which are there for that. */
export const barrels =
  (entries: readonly string[]): Rule =>
  (source) => {
    const { statements } = source.tree;
    const isBarrel =
      statements.some(isReExport) && statements.every((statement) => isReExport(statement) || ts.isImportDeclaration(statement));
    return isBarrel && !entries.includes(source.path) ? [`${source.path} only re-exports what others say`] : [];
  };

const isReExport = (statement: ts.Statement): boolean => ts.isExportDeclaration(statement);

export const packages: Rule = (source) =>
  source.imports.flatMap((one) => {
    const name = packageOf(one);
    const place = name === undefined ? undefined : PACKAGES[name];
    if (name === undefined || place?.folders.includes(folderOf(source.path)) === true) return [];
    return [
      offence(
        source,
        one.node,
        place === undefined ? `imports ${name}, which has no place yet` : `imports ${name}, whose place is elsewhere`,
      ),
    ];
  });

/** The database is one folder's business, whatever package or runtime it comes from. */
export const databases: Rule = (source) =>
  source.imports
    .filter(({ specifier }) => ["bun:sqlite", "node:sqlite", "sqlite"].includes(specifier) && folderOf(source.path) !== "sqlite")
    .map((one) => offence(source, one.node, `imports ${one.specifier}`));

/** Parts of the runtime that take about a millisecond, or several, to load. */
const SLOW = /^(?:node:(?:crypto|util|url|fs\/promises|child_process|tty|net|https?|stream|readline|zlib|worker_threads)|bun:ffi)$/;

/**
 * Packages, and slow parts of the runtime, that a file loads before it does anything, itself or through what it imports: each costs
 * milliseconds of every command.
 *
 * @param allowed packages that it needs whatever is asked
 */
export const startUpLoads = (sources: readonly Source[], entry: string, allowed: readonly string[] = []): readonly string[] => {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const reached = new Set<string>();
  const found: string[] = [];
  const visit = (path: string): void => {
    const source = byPath.get(path);
    if (source === undefined || reached.has(path)) return;
    reached.add(path);
    for (const one of source.imports.filter(({ manner }) => manner === "value")) {
      const name = packageOf(one);
      if (SLOW.test(one.specifier) || (name !== undefined && !allowed.includes(name)))
        found.push(offence(source, one.node, `loads ${one.specifier} at the start of ${entry}`));
      visit(ownTarget(source, one) ?? "");
    }
  };
  visit(entry);
  return found;
};

/** `model` of `src/model/codec/text.ts`, and "." of `src/open.ts`. */
export const folderOf = (path: string): string => /^src\/([^/]+)\//.exec(path)?.[1] ?? ".";
