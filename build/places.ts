/**
 * Modules in one file keep the places that they had: what looks for a file beside itself still finds it in `src`.
 *
 *     import.meta.url, .dir      of a module of ours become the path of its source, from where the one file lies: ../src/…
 *     src/own-modules.ts         becomes the one that is given
 *     ./main.ts                  where a short entry goes on to the whole command, becomes what is given
 */
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";

export interface Instead {
  readonly ownModules: string;
  readonly main: { readonly path: string; readonly external?: boolean };
}

export const besideSources = (root: string, { ownModules, main }: Instead): Bun.BunPlugin => ({
  name: "beside the sources",
  setup(builder) {
    builder.onResolve({ filter: /\/(?:main|own-modules)\.ts$/ }, ({ path, importer }) => {
      if (path === "./main.ts" && importer.startsWith(join(root, "src/cli"))) return main;
      return path === "./own-modules.ts" ? { path: ownModules } : undefined;
    });
    builder.onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      return text.includes("import.meta.") ? { contents: placed(text, relative(root, path)), loader: "ts" } : undefined;
    });
  },
});

/** The file that is run lies in dist/. To `__dirname` it would be that of the source, as it was where this was built. */
const FILE = 'globalThis[Symbol.for("wflite.executable")] ?? Bun.main';

const placed = (text: string, source: string): string => {
  const file = `require("node:path").join(require("node:path").dirname(${FILE}), "..", ${JSON.stringify(source)})`;
  return text
    .replaceAll("import.meta.url", `Bun.pathToFileURL(${file}).href`)
    .replaceAll("import.meta.dir", `require("node:path").dirname(${file})`)
    .replaceAll("import.meta.require", "require");
};
