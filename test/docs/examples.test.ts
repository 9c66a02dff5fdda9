/**
 * Goal: whoever follows a page gets what the page says.
 *
 * Method: each page has a project of its own, with the examples of this repository in `workflows/`. Going down the page, files are written
 * and commands run, as `page.ts` says; the types of all files are checked in one go.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { type Block, holdsInOrder, readPage } from "./page.ts";
import { PATIENCE_MS } from "../support/patience.ts";

const root = resolve(import.meta.dir, "../..");
const pages = ["README.md", ...[...new Bun.Glob("docs/*.md").scanSync({ cwd: root })].sort()].map((name) => ({
  name,
  blocks: readPage(readFileSync(join(root, name), "utf8")),
}));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "wf-docs-"));
  mkdirSync(join(folder, "bin"));
  symlinkSync(join(root, "bin/wf"), join(folder, "bin/wf"));
  symlinkSync(process.execPath, join(folder, "bin/bun"));
  writeFileSync(join(folder, "bin/sqlite3"), `#!/bin/sh\nexec "${process.execPath}" "${import.meta.dir}/sqlite3.ts" "$@"\n`);
  chmodSync(join(folder, "bin/sqlite3"), 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the pages are read at all", () => {
  expect(pages.find(({ name }) => name === "README.md")?.blocks.map(({ kind }) => kind)).toContain("command");
});

const write = (file: string, text: string): void => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  if (text.startsWith("#!")) chmodSync(file, 0o755);
};

/** So that programs and the type check find what `wf` itself gives to workflow files. */
const TSCONFIG = JSON.stringify({
  extends: join(root, "tsconfig.json"),
  compilerOptions: {
    paths: { wflite: [join(root, "src/index.ts")], zod: [join(root, "node_modules/zod")] },
    typeRoots: [join(root, "node_modules/@types")],
    noUnusedLocals: false,
    noUnusedParameters: false,
  },
  include: ["**/*.ts"],
});

test("the types of every file on a page are right", () => {
  const project = join(folder, "types");
  write(join(project, "tsconfig.json"), TSCONFIG);
  for (const { name, blocks } of pages) {
    const files = blocks.filter((block) => block.kind === "file");
    // A file may import what stands above it, and a page may change a file further down.
    for (const [at, { line }] of files.entries()) {
      for (const { path, text } of files.slice(0, at + 1)) write(join(project, name, `line-${line}`, path), text);
    }
  }
  const { exitCode, stdout } = Bun.spawnSync([process.execPath, "check", "--no-script", "--no-pretty", "-p", project]);
  expect({ exitCode, errors: stdout.toString() }).toEqual({ exitCode: 0, errors: "" });
});

describe("its commands do what it says", () => {
  // Each page in a project of its own, so they need not wait for each other's sleeps.
  test.concurrent.each(pages)(
    "$name",
    async ({ name, blocks }) => {
      const project = openProject(name);
      for (const block of blocks) {
        if (block.kind === "file") write(join(project, block.path), block.text);
        else await check(project, `${name}:${block.line}`, block);
      }
    },
    3 * PATIENCE_MS,
  );
});

function openProject(page: string): string {
  const project = join(folder, page.replaceAll("/", "-"));
  mkdirSync(join(project, "node_modules"), { recursive: true });
  cpSync(join(root, "workflows"), join(project, "workflows"), { recursive: true });
  symlinkSync(join(root, "node_modules/vega-datasets"), join(project, "node_modules/vega-datasets"));
  write(join(project, "tsconfig.json"), TSCONFIG);
  return project;
}

async function check(project: string, place: string, { command, exitCode, outputs }: Extract<Block, { kind: "command" }>): Promise<void> {
  const child = Bun.spawn(["sh", "-c", command], {
    cwd: project,
    env: environment(),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: PATIENCE_MS,
  });
  const [code, stdout, stderr] = await Promise.all([child.exited, new Response(child.stdout).text(), new Response(child.stderr).text()]);
  const printed = `${stdout}\n${stderr}`;
  if (code === exitCode && holdsInOrder(printed, outputs)) return;
  const wanted = outputs.length === 0 ? "" : ` and in this order:\n${outputs.join("\n")}`;
  throw new Error(`${place}: \`${command}\` gave exit ${code} and:\n${printed}\nwanted: exit ${exitCode}${wanted}`);
}

/** Without what would change how the command talks. */
function environment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(([key]) => !/^(WF_|NO_COLOR|FORCE_COLOR|CLICOLOR|CI$)/.test(key));
  return {
    ...(Object.fromEntries(kept) as Record<string, string>),
    PATH: `${join(folder, "bin")}${delimiter}${process.env["PATH"] ?? ""}`,
  };
}
