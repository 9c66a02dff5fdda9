/**
 * Packages for the launcher to stand in: its text in a folder as npm lays it out, with a probe for an entry and Bun where a test wants it.
 *
 * A stub in place of Bun tells its name, its process id and its arguments, one to a line, each in JSON's quotes.
 */
import { chmodSync, copyFileSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "../../architecture/source.ts";

/** Tells what the launcher gave it and what its imports came to. `load FILE` imports a file, as the real entry does with a workflow. */
const PROBE = `
  import { existsSync } from "node:fs";
  import { who as packageImport } from "commander";
  import { who as ownImport } from "../model/own.ts";

  const [startedIn, ...argv] = process.argv.slice(2);
  process.chdir(startedIn.replace("--started-in=", ""));
  const loaded = argv[0] === "load" ? (await import(argv[1])).default : undefined;
  const told = { startedIn, argv, loaded, packageImport, ownImport, builtin: typeof existsSync, entry: import.meta.path, env: process.env };
  console.log(JSON.stringify(told));
`;

export interface Ran {
  readonly pid: number;
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export const write = (path: string, text: string, mode = 0o644): string => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
};

export const link = (path: string, target: string): string => {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
  return path;
};

/** The path of its launcher. */
export const makePackage = (folder: string): string => {
  for (const path of ["bin/wf", "tsconfig.json"]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    copyFileSync(join(root, path), join(folder, path));
  }
  write(join(folder, "package.json"), '{ "name": "wflite", "type": "module" }');
  for (const entry of ["main.ts", "tick-main.ts"]) write(join(folder, "src/cli", entry), PROBE);
  write(join(folder, "src/model/own.ts"), 'export const who = "own";');
  write(join(folder, "node_modules/commander/package.json"), '{ "name": "commander", "type": "module", "main": "index.js" }');
  write(join(folder, "node_modules/commander/index.js"), 'export const who = "own";');
  return join(folder, "bin/wf");
};

/** What runs these tests, as the copy installed in the folder of packages. */
export const installBun = (modules: string): string => link(join(modules, "bun/bin/bun.exe"), process.execPath);

export const stubBun = (path: string, name: string): string =>
  write(path, `#!/bin/sh\nprintf '%s\\n' ${name} $$\nfor word do printf '<%s>' "$word"; done\n`, 0o755);

/** Only what is given is in the environment, so that no Bun of this machine is found. */
export const run = async (command: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}): Promise<Ran> => {
  const child = Bun.spawn([...command], { cwd, env: { PATH: "/usr/bin:/bin", ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr, exitCode] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { pid: child.pid, exitCode, stdout, stderr };
};

/** A folder in which every file that Bun might pick up by itself does harm: it writes `harmed` and gives the wrong answer. */
export const makeHostile = (folder: string): string => {
  const mark = `require("node:fs").writeFileSync(${JSON.stringify(join(folder, "harmed"))}, "");`;
  const harm = `${mark} export const who = "evil", existsSync = 1;`;
  for (const path of ["preload.ts", "evil.ts", "commander/index.ts", "node_modules/commander/index.js", "src/cli/main.ts"])
    write(join(folder, path), harm);
  write(join(folder, "bunfig.toml"), 'preload = ["./preload.ts"]\n[run]\nbun = true\n[test]\npreload = ["./preload.ts"]\n');
  for (const path of [".env", ".env.local", ".env.development", ".env.production"]) write(join(folder, path), "EVIL=yes\nPATH=/evil\n");
  const paths = { "*": ["./evil.ts"], commander: ["./evil.ts"], "../model/own.ts": ["./evil.ts"], "node:fs": ["./evil.ts"] };
  write(
    join(folder, "tsconfig.json"),
    JSON.stringify({ compilerOptions: { baseUrl: ".", paths, jsx: "react-jsx", jsxImportSource: "evil" } }),
  );
  write(
    join(folder, "package.json"),
    JSON.stringify({ name: "wflite", main: "evil.ts", imports: { "#*": "./evil.ts" }, browser: { fs: "./evil.ts" } }),
  );
  write(join(folder, "node_modules/commander/package.json"), '{ "name": "commander", "type": "module", "main": "index.js" }');
  stubBun(join(folder, "bun"), "evil");
  stubBun(join(folder, "node_modules/.bin/bun"), "evil");
  return realpathSync(folder);
};
