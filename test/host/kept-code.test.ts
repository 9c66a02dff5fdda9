/**
 * Code as it was, put back on disk and loaded. In processes of their own, since modules are for the whole of one; with both loaders where
 * that can matter.
 */
import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { spawnScript } from "./spawned.ts";
import { temporaryProject, type TemporaryProject } from "./temporary-project.ts";

/** `host` over the project, and what its workflow "a" is packed as before and after the edit that a test makes. */
const HEAD = `
  import { writeFileSync, readFileSync } from "node:fs";
  import { systemHost } from "SRC/host/host.ts";
  import { ownModule } from "SRC/host/virtual-modules.ts";
  import { defineWorkflow } from "SRC/model/definition.ts";
  const zods = { zod: ownModule("zod"), "zod/v4": ownModule("zod/v4"), "zod/mini": ownModule("zod/mini") };
  const root = process.env.ROOT;
  const write = (file, text) => writeFileSync(root + "/" + file, text);
  const host = systemHost({ root, virtual: { wflite: () => ({ Workflow: { define: defineWorkflow } }), ...zods } });
  const { kept } = host.files;
  const { found } = await host.files.find("a");
  const packed = kept.pack(found);
  const load = async (hash = found.sourceHash, name = "a") => {
    try {
      const { definition, file, sourceHash } = await kept.load(name, hash, packed);
      return [await definition.run({}, {}), file, sourceHash === hash].join(" ");
    } catch (error) {
      return error.code + ": " + error.message.replaceAll(hash, "HASH");
    }
  };
`;

const run = async (project: TemporaryProject, script: string, loader = "plain"): Promise<readonly string[]> => {
  const env = { ROOT: project.root, WF_LOADER: loader };
  const { lines, stderr, exitCode } = await spawnScript(HEAD + script, { env });
  expect([stderr, exitCode]).toEqual(["", 0]);
  return lines;
};

const IMPORTS =
  'import { Workflow } from "wflite"; import { z } from "zod"; import { word } from "../lib/word.ts"; import pack from "pack";';

/** Gives the text `w` of another file. */
const importing = (from: string): string =>
  `import { Workflow } from "wflite"; import { w } from "${from}"; export default Workflow.define({ name: "a", run: () => w });`;

const RUN = 'run: () => [word, pack.version].join("+")';

const projectWith = (): TemporaryProject =>
  temporaryProject({
    "workflows/a.ts": `${IMPORTS} export default Workflow.define({ name: "a", input: z.object({}), ${RUN} });`,
    "lib/word.ts": 'export const word = "old";',
    "node_modules/pack/package.json": '{ "name": "pack", "version": "1.0.0", "main": "index.js" }',
    "node_modules/pack/index.js": 'module.exports = { version: "installed" };',
  });

const hashIn = (project: TemporaryProject): string => readdirSync(project.path(".wf/code"))[0] ?? "";

describe.each(["plain", "graph"])("with the %s loader", (loader) => {
  test("kept code runs as it was, with its own imports of then and the packages of now", async () => {
    using project = projectWith();
    const lines = await run(
      project,
      `write("lib/word.ts", 'export const word = "new";');
       write("workflows/a.ts", readFileSync(root + "/workflows/a.ts", "utf8").replace("join", "concat"));
       console.log(await load());
       console.log(await load());
       console.log(await found.definition.run({}, {}));`,
      loader,
    );
    expect(lines).toEqual(["old+installed  true", "old+installed  true", "old+installed"]);
  });
});

test("folders and files are for their owner alone, and git does not see them", async () => {
  using project = projectWith();
  await run(project, "await load();");
  const mode = (path: string): string => (statSync(project.path(path)).mode & 0o777).toString(8);
  const code = `.wf/code/${hashIn(project)}`;
  expect([".wf", ".wf/code", code, `${code}/workflows`, `${code}/lib`].map(mode)).toEqual(["700", "700", "700", "700", "700"]);
  expect([`${code}/workflows/a.ts`, `${code}/lib/word.ts`].map(mode)).toEqual(["600", "600"]);
  expect(readFileSync(project.path(".wf/.gitignore"), "utf8")).toBe("*\n");
});

test("nothing is made before something is needed, and it is no workflow of the project", async () => {
  using project = projectWith();
  const names = `(await host.files.all()).found.map(({ file }) => file).join()`;
  expect(await run(project, `console.log(${names}, kept.hasLeftovers());`)).toEqual(["workflows/a.ts false"]);
  expect(existsSync(project.path(".wf"))).toBe(false);
  expect(await run(project, `await load(); console.log(${names}, kept.hasLeftovers(), host.files.isOutdated());`)).toEqual([
    "workflows/a.ts true false",
  ]);
});

describe("nothing of it runs", () => {
  test("when its hash is another", async () => {
    using project = projectWith();
    const other = "0".repeat(32);
    const lines = await run(project, `console.log(await load("${other}"));`);
    expect(lines).toEqual(["SOURCE_UNUSABLE: The code that was kept as HASH cannot be used: it is not what its hash says"]);
    expect(existsSync(project.path(".wf"))).toBe(false);
  });

  test("when somebody has changed what lies on disk: it is written anew", async () => {
    using project = projectWith();
    await run(project, "await load();");
    const file = project.path(`.wf/code/${hashIn(project)}/lib/word.ts`);
    writeFileSync(file, 'console.log("evil"); export const word = "evil";');
    expect(await run(project, "console.log(await load());")).toEqual(["old+installed  true"]);
    expect(readFileSync(file, "utf8")).toBe('export const word = "old";');
  });

  test("when somebody has put a file beside it that an import would find first: it is written anew", async () => {
    using project = temporaryProject({
      "workflows/a.ts": importing("./word"),
      "workflows/word.js": 'export const w = "old";',
    });
    await run(project, "await load();");
    writeFileSync(project.path(`.wf/code/${hashIn(project)}/workflows/word.ts`), 'export const w = "evil";');
    expect(await run(project, "console.log(await load());")).toEqual(["old  true"]);
  });

  test("when the folder is a link to somewhere else", async () => {
    using project = projectWith();
    using elsewhere = temporaryProject({ "keep.txt": "x" });
    symlinkSync(elsewhere.root, project.path(".wf"));
    expect((await run(project, "console.log(await load());"))[0]).toContain(".wf is a link");
    expect(readdirSync(elsewhere.root)).toEqual(["keep.txt"]);
  });

  test("when it holds no such workflow, or does not load any more", async () => {
    using project = projectWith();
    const lines = await run(
      project,
      `console.log(await load(undefined, "b"));
       const { rmSync } = await import("node:fs"); rmSync(root + "/node_modules", { recursive: true });
       write("lib/word.ts", "");`,
    );
    expect(lines).toEqual(['SOURCE_UNUSABLE: The code that was kept as HASH cannot be used: there is no workflow "b" in it']);
  });
});

describe("packing", () => {
  test("gives nothing once the file, or what it imports, has been edited: it would be another source", async () => {
    using project = projectWith();
    const lines = await run(
      project,
      `console.log(packed !== undefined);
       write("lib/word.ts", 'export const word = "new";');
       console.log(kept.pack(found) === undefined);
       const { unlinkSync } = await import("node:fs"); unlinkSync(root + "/workflows/a.ts");
       console.log(kept.pack(found) === undefined);`,
    );
    expect(lines).toEqual(["true", "true", "true"]);
  });

  test("keeps what a workflow behind a link imports", async () => {
    using project = temporaryProject({
      "src/flows/a.ts": importing("./w.ts"),
      "src/flows/w.ts": 'export const w = "linked";',
    });
    symlinkSync("src/flows", project.path("workflows"));
    expect(await run(project, 'write("src/flows/w.ts", ""); console.log(await load());')).toEqual(["linked  true"]);
  });

  test("keeps imports from outside of the project", async () => {
    using mono = temporaryProject({
      "app/workflows/a.ts": importing("../../shared/w.ts"),
      "shared/w.ts": 'export const w = "shared";',
    });
    const app = { ...mono, root: mono.path("app") };
    expect(await run(app, 'write("../shared/w.ts", ""); console.log(await load());')).toEqual(["shared  true"]);
  });
});

describe("clearing", () => {
  test("takes away what nobody needs, what a dead process has left, and then the folder", async () => {
    using project = projectWith();
    mkdirSync(project.path(".wf/code/.half"), { recursive: true });
    const lines = await run(
      project,
      `await load();
       kept.clear(new Set([found.sourceHash]));
       const { readdirSync } = await import("node:fs");
       console.log(readdirSync(root + "/.wf/code").join() === found.sourceHash);
       kept.clear(new Set());`,
    );
    expect(lines).toEqual(["true"]);
    expect(existsSync(project.path(".wf"))).toBe(false);
  });

  test("leaves a folder that holds anything else, and harms nothing where there is none", async () => {
    using project = projectWith();
    await run(project, "kept.clear(new Set());");
    mkdirSync(project.path(".wf"));
    writeFileSync(project.path(".wf/note"), "");
    await run(project, "await load(); kept.clear(new Set());");
    expect(readdirSync(project.path(".wf")).sort()).toEqual([".gitignore", "note"]);
  });
});
