/**
 * Packages that workflow files may import without an installation.
 *
 * `wflite` always is the running copy, even when the project has one of its own: two copies would not know each other's errors. `zod` is
 * ours only where the project has none, so that a schema built there keeps the version it was written for.
 *
 * Exact names only: Bun 1.4.5 calls no `onResolve` for bare specifiers, so a pattern cannot be served. A registration counts for the whole
 * process and cannot be taken back.
 */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Gives the exports, or a promise of them. It must not import the name that it serves, which would lead back here: see `ownModule`.
 * That of `wflite` is called with the first load, the others when a file imports them; with a promise `require()` of those fails.
 */
export type Provide = () => unknown;

export interface VirtualModules {
  readonly wflite: Provide;
  readonly zod: Provide;
  readonly "zod/v4": Provide;
  readonly "zod/mini": Provide;
}

/** A package that wf itself depends on, found from where wf lies and loaded by its path. */
export const ownModule = (specifier: string): Provide => {
  return () => import.meta.require(Bun.resolveSync(specifier, import.meta.dir));
};

/** Serves them to everything that is loaded from now on. */
export const registerVirtualModules = async (root: string, { wflite, ...zods }: VirtualModules): Promise<void> => {
  const running = await wflite();
  const served: Readonly<Record<string, Provide>> = { wflite: () => running, ...(hasOwnZod(root) ? {} : zods) };
  Bun.plugin({
    name: "wflite",
    setup(build) {
      for (const [specifier, provide] of Object.entries(served)) build.module(specifier, () => asModule(provide()));
    },
  });
};

interface ObjectModule {
  readonly exports: Record<string, unknown>;
  readonly loader: "object";
}

const asModule = (exports: unknown): ObjectModule | Promise<ObjectModule> =>
  exports instanceof Promise ? exports.then(objectModule) : objectModule(exports);

/** Without `__esModule`, for which Bun would give a caller of `require()` the default export alone. */
const objectModule = (exports: unknown): ObjectModule => {
  const { __esModule, ...own } = exports as Record<string, unknown>;
  return { exports: own, loader: "object" };
};

/**
 * First by looking: outside of `wf`, whose command passes `--no-install`, Bun's resolver would download a package that it does not find.
 * With that flag it is asked too, since it knows `paths` of a tsconfig.
 */
export const hasOwnZod = (root: string, canDownload = !process.execArgv.includes("--no-install")): boolean => {
  for (let folder = root, last = ""; folder !== last; last = folder, folder = dirname(folder)) {
    if (existsSync(join(folder, "node_modules", "zod", "package.json"))) return true;
  }
  return !canDownload && canResolve("zod", root);
};

const canResolve = (specifier: string, folder: string): boolean => {
  try {
    Bun.resolveSync(specifier, folder);
    return true;
  } catch {
    return false;
  }
};
