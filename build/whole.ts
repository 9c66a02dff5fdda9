/**
 * dist/wf: all entries and Bun itself in one executable, which starts in about half of the time.
 *
 * It is for the machine that it was made on, so a package has the files of the entries and not this. It reads no settings of its own from
 * where it starts; what a project's tsconfig.json and package.json say of imports holds, as it does for Bun.
 */
import { join } from "node:path";
import { besideSources } from "./places.ts";

export const makeWhole = async (root: string, outfile: string): Promise<void> => {
  await Bun.build({
    ...{ entrypoints: [join(root, "build/whole/main.ts")], target: "bun", format: "esm", bytecode: true, splitting: true },
    minify: { syntax: true, whitespace: true },
    plugins: [
      besideSources(root, { ownModules: join(root, "build/whole/own-modules.ts"), main: { path: join(root, "build/whole/go-on.ts") } }),
    ],
    compile: {
      ...{ outfile, execArgv: ["--no-install"], jitPolicy: 8 },
      ...{ autoloadDotenv: false, autoloadBunfig: false, autoloadTsconfig: true, autoloadPackageJson: true },
    },
  });
};
