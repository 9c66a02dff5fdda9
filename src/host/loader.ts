/**
 * Loads workflow files as modules, by one of two ways behind one port.
 *
 *   plain   `import()`. A module has one instance in the process, whoever imports it. The default.
 *   graph   one `Bun.ModuleGraph` for all files: instances of their own beside those of the process, and `dispose` closes what their top
 *           level has opened (timers, servers, connections). Experimental in Bun 1.4.
 *
 * In both, files share the modules that they import, as a user expects of a connection pool. Not one graph a file: measured with 100 files
 * that import zod, that took 2.6 s and 215 MB instead of 0.1 s and 45 MB, and made 100 pools. Calls into the modules cost the same in both.
 */
import { fromNowhere, importable } from "../model/executable.ts";

export type Namespace = Readonly<Record<string, unknown>>;

export interface ModuleLoader {
  /**
   * @param file absolute path
   * @param stale modules to read and evaluate again, as the engine keeps even one that threw
   */
  load(file: string, stale?: readonly string[]): Promise<Namespace>;
  dispose(): void;
}

export const LOADERS = ["plain", "graph"] as const;
export type LoaderKind = (typeof LOADERS)[number];

/** Without `Bun.ModuleGraph`, `graph` is `plain`. */
export const moduleLoader = (kind: LoaderKind): ModuleLoader =>
  kind === "graph" && typeof Bun.ModuleGraph === "function" ? graphLoader() : plainLoader();

const plainLoader = (): ModuleLoader => ({
  load(file, stale = []) {
    // Bun keeps ES modules here as well, and forgets one that is deleted.
    for (const path of stale) delete require.cache[path];
    return import(importable(file, process.cwd)) as Promise<Namespace>;
  },
  dispose() {},
});

const graphLoader = (): ModuleLoader => {
  const graphs: Bun.ModuleGraph[] = [];
  const open = async (): Promise<Bun.ModuleGraph> => {
    // Without an `onError`: errors of its modules reach the listeners of the process (`stray.ts`).
    const graph = new Bun.ModuleGraph();
    graphs.push(graph);
    // The first module is its graph's main module: a workflow file must not find `import.meta.main` true.
    await graph.import("data:text/javascript,");
    return graph;
  };
  let current: Promise<Bun.ModuleGraph> | undefined;
  return {
    async load(file, stale = []) {
      // A graph forgets no single module: what is stale is loaded into a new one, and code of the former goes on.
      if (stale.length > 0) current = undefined;
      const graph = await (current ??= open());
      return graph.import<Namespace>(fromNowhere(file, process.cwd()));
    },
    dispose() {
      for (const graph of graphs) graph.dispose();
    },
  };
};
