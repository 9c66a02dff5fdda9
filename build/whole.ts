/**
 * dist/wf: all entries and Bun itself in one executable, which starts in about half of the time.
 *
 * It is for the kind of machine that it was made on, so a package has the files of the entries and not this. It reads no settings of its
 * own from where it starts; what a project's tsconfig.json and package.json say of imports holds, as it does for Bun.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { besideSources } from "./places.ts";

/** What loads programs on each kind of machine. To a machine of another kind an executable is a script, and nonsense. */
const LOADERS: Readonly<Record<string, readonly string[]>> = {
  "linux-x64": ["/lib64/ld-linux-x86-64.so.2", "/lib/ld-musl-x86_64.so.1"],
  "linux-arm64": ["/lib/ld-linux-aarch64.so.1", "/lib/ld-musl-aarch64.so.1"],
  "darwin-x64": ["/usr/lib/dyld"],
  "darwin-arm64": ["/usr/lib/dyld"],
};

/** A file that is on machines of this kind and on no others; undefined where none is known. */
export const loaderHere = (): string | undefined => LOADERS[`${process.platform}-${process.arch}`]?.find((file) => existsSync(file));

/** @returns the files that it was made of, as Bun names them. @throws Error when it cannot be made */
export const makeWhole = async (root: string, outfile: string): Promise<readonly string[]> => {
  if (loaderHere() === undefined) throw new Error(`nothing is known of machines of the kind ${process.platform}-${process.arch}`);
  const { metafile } = await Bun.build({
    ...{ entrypoints: [join(root, "build/whole/main.ts")], target: "bun", format: "esm", bytecode: true, splitting: true },
    minify: { syntax: true, whitespace: true },
    metafile: true,
    plugins: [
      besideSources(root, { ownModules: join(root, "build/whole/own-modules.ts"), main: { path: join(root, "build/whole/go-on.ts") } }),
    ],
    compile: {
      ...{ outfile, execArgv: ["--no-env-file", "--config=/dev/null", "--no-install"], jitPolicy: 8 },
      ...{ autoloadDotenv: false, autoloadBunfig: false, autoloadTsconfig: true, autoloadPackageJson: true },
    },
  });
  return Object.keys(metafile?.inputs ?? {});
};
