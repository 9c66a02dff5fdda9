/**
 * Modules in one file keep the places that they had: what looks for a file beside itself still finds it in `src`.
 *
 *     import.meta.url, .dir      of a module of ours become the path of its source, from where the one file lies: ../src/…
 *     ./main.ts                  stays outside, as source: where a short entry goes on, it needs the whole command
 *     src/own-modules.ts         becomes build/own-modules.ts
 */
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";

export const besideSources = (root: string): Bun.BunPlugin => ({
  name: "beside the sources",
  setup(builder) {
    builder.onResolve({ filter: /\/(?:main|own-modules)\.ts$/ }, ({ path, importer }) => {
      if (path === "./main.ts" && importer.startsWith(join(root, "src/cli"))) return { path: "../src/cli/main.ts", external: true };
      return path === "./own-modules.ts" ? { path: join(root, "build/own-modules.ts") } : undefined;
    });
    builder.onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      return text.includes("import.meta.") ? { contents: placed(text, relative(root, path)), loader: "ts" } : undefined;
    });
  },
});

const placed = (text: string, source: string): string => {
  // `__dirname` would be that of the source, as it was where this was built.
  const file = `require("node:path").join(require("node:path").dirname(Bun.main), "..", ${JSON.stringify(source)})`;
  return text
    .replaceAll("import.meta.url", `require("node:url").pathToFileURL(${file}).href`)
    .replaceAll("import.meta.dir", `require("node:path").dirname(${file})`)
    .replaceAll("import.meta.require", "require");
};
