/**
 * Each workflow file loaded once, however often it is asked for; a broken one tried again when that may help.
 *
 *            load                    loads
 *     (new) ──────► loading ─────────────────────────► kept for the life of the process
 *                    ▲   │ fails      │ misses the deadline
 *                    │   ▼            ▼
 *                    │  broken       stuck
 *                    │   │            │
 *                    └───┘            └─► loading, when it is edited, or has settled after all
 *      when it is edited, or after 5 s
 *
 * A script is read anew when it has been edited: no process has to end for that.
 */
import { join } from "node:path";
import type { Clock } from "../engine/host.ts";
import { type LoadedFile, loadFile, type LoadOptions } from "./load-file.ts";
import { readSource } from "./source-hash.ts";

export interface CacheOptions extends LoadOptions {
  readonly clock: Pick<Clock, "monotonic">;
}

export interface FileCache {
  has(file: string): boolean;
  load(file: string): Promise<LoadedFile>;
}

/** What a broken file lacks may have come meanwhile, such as a package. A shorter time would evaluate it for each execution that asks. */
const RETRY_MS = 5_000;

interface Failure {
  readonly loaded: LoadedFile;
  readonly triedAt: number;
}

export const fileCache = (options: CacheOptions): FileCache => {
  const loads = new Map<string, Promise<LoadedFile>>();
  const failures = new Map<string, Failure>();
  /** Hashes of scripts that were read well. */
  const scripts = new Map<string, string>();

  const start = async (file: string, stale: readonly string[]): Promise<LoadedFile> => {
    const loaded = await loadFile(file, stale, options);
    if (loaded.error !== undefined) failures.set(file, { loaded, triedAt: options.clock.monotonic() });
    else if (loaded.isScript) scripts.set(file, loaded.source.hash);
    void loaded.late?.then(() => {
      loads.delete(file);
      failures.delete(file);
    });
    return loaded;
  };

  const isWorthAnother = ({ loaded, triedAt }: Failure): boolean =>
    sourceHashOf(join(options.root, loaded.file)) !== loaded.source.hash ||
    (loaded.late === undefined && options.clock.monotonic() - triedAt >= RETRY_MS);

  const isEdited = (file: string): boolean => {
    const hash = scripts.get(file);
    return hash !== undefined && hash !== sourceHashOf(join(options.root, file));
  };

  return {
    has: (file) => loads.has(file),
    load(file) {
      const failure = failures.get(file);
      const isStale = failure === undefined ? isEdited(file) : isWorthAnother(failure);
      const known = isStale ? undefined : loads.get(file);
      if (known !== undefined) return known;
      failures.delete(file);
      scripts.delete(file);
      const started = start(file, failure?.loaded.source.files ?? []);
      loads.set(file, started);
      return started;
    },
  };
};

/** Empty when it cannot be read, as in the result of loading such a file. */
const sourceHashOf = (path: string): string => {
  try {
    return readSource(path).hash;
  } catch {
    return "";
  }
};
