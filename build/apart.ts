/**
 * Packages that stand beside the entries, as one file each with its bytecode: dist/apart/zod.js.
 *
 * Most commands use none of them. In the file of an entry they would be read, and their functions made, with every start.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";

export const APART: readonly string[] = ["zod", "commander", "chalk", "ora", "cli-table3", "croner"];

/**
 * Has whatever imports one of them take the file, from where the entries lie, or from beside them. By a module in between: to an `import()`
 * of ours the default export of such a file would be all of its exports.
 */
export const apart = (folder: "./apart/" | "./"): Bun.BunPlugin => ({
  name: "apart",
  setup(builder) {
    builder.onResolve({ filter: new RegExp(`^(?:${APART.join("|")})$`) }, ({ path, kind, importer }) => {
      const isItself = kind === "entry-point-build" || importer.endsWith(`/build/apart/${path}.ts`);
      return isItself ? undefined : { path, namespace: "apart" };
    });
    builder.onResolve({ filter: new RegExp(`^\\./(?:apart/)?(?:${APART.join("|")})\\.js$`) }, ({ path }) => ({ path, external: true }));
    builder.onLoad({ filter: /.*/, namespace: "apart" }, ({ path }) => ({
      contents: `export * from ${JSON.stringify(`${folder}${path}.js`)}; export { default } from ${JSON.stringify(`${folder}${path}.js`)};`,
      loader: "js",
    }));
  },
});

/** What is read to make its file: a module of `build/apart`, or the package itself. */
export const sourceOf = (root: string, name: string): string => {
  const own = join(root, "build/apart", `${name}.ts`);
  return existsSync(own) ? own : Bun.resolveSync(name, root);
};
