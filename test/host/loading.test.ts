/** Workflow files loaded by a real process: what they may import, what they get, and what becomes of broken ones. Both loaders. */
import { describe, expect, test } from "bun:test";
import { symlinkSync } from "node:fs";
import { spawnScript, type SpawnOptions } from "./spawned.ts";
import { temporaryProject, type TemporaryProject } from "./temporary-project.ts";

/** Loads the project and prints one line a finding. `wflite` here is the defining half, which is all that files need. */
const LIST = `
  import { systemHost } from "SRC/host/host.ts";
  import { ownModule } from "SRC/host/virtual-modules.ts";
  import { defineWorkflow } from "SRC/model/definition.ts";
  import { isMarked } from "SRC/model/workflow-mark.ts";
  import { ValidationError } from "SRC/model/errors.ts";
  export const zods = { zod: ownModule("zod"), "zod/v4": ownModule("zod/v4"), "zod/mini": ownModule("zod/mini") };
  export const wflite = () => ({ Workflow: { define: defineWorkflow }, ValidationError });
  export const host = systemHost({ root: process.argv[2] ?? process.env.ROOT ?? "", virtual: { wflite, ...zods } });
  const { found, broken } = await host.files.all();
  for (const { file, definition } of found) console.log(file, definition.name, await definition.run({}, {}) ?? "");
  for (const { error } of broken) console.log("broken", error.message);
`;

const list = async (project: TemporaryProject, options: SpawnOptions = {}, script = LIST): Promise<readonly string[]> => {
  const { lines, stderr, exitCode } = await spawnScript(script, { ...options, env: { ROOT: project.root, ...options.env } });
  expect([stderr, exitCode]).toEqual(["", 0]);
  return lines;
};

/** A workflow whose run gives the expression. */
const workflow = (name: string, result: string, imports = ""): string =>
  `import { Workflow } from "wflite"; ${imports} export default Workflow.define({ name: "${name}", run: () => ${result} });`;

describe.each(["plain", "graph"])("the %s loader", (loader) => {
  const env = { WF_LOADER: loader };

  test("serves wflite and zod to a project without an installation, in all kinds of files and their helpers", async () => {
    using project = temporaryProject({
      "workflows/a.ts": workflow(
        "a",
        "[z === named, z.string().parse('x'), v4.object === z.object, typeof mini.string].join()",
        'import z, { z as named } from "zod"; import * as v4 from "zod/v4"; import * as mini from "zod/mini";',
      ),
      "workflows/b.mjs": workflow("b", "helped", 'import { helped } from "../lib/helper.ts";'),
      "workflows/c.cjs": `const { Workflow } = require("wflite"); const { z } = require("zod");
      exports.c = Workflow.define({ name: "c", run: () => z.number().parse(3) });`,
      "workflows/d.tsx": workflow("d", "(await import('zod')).z.string().parse('lazy')").replace("run: ()", "run: async ()"),
      "lib/helper.ts": `import { Workflow, ValidationError } from "wflite";
      export const helped = typeof Workflow.define + ValidationError.name;`,
    });
    expect(await list(project, { env })).toEqual([
      "workflows/a.ts a true,x,true,function",
      "workflows/b.mjs b functionValidationError",
      "workflows/c.cjs c 3",
      "workflows/d.tsx d lazy",
    ]);
  });

  test("a project with packages of its own gets its own zod, but the running wflite", async () => {
    const ownPackage = (name: string, source: string): Record<string, string> => ({
      [`node_modules/${name}/package.json`]: JSON.stringify({ name, version: "1.0.0", type: "module", exports: { ".": "./i.js" } }),
      [`node_modules/${name}/i.js`]: source,
    });
    using project = temporaryProject({
      ...ownPackage("zod", `export const z = "its own zod";`),
      ...ownPackage("wflite", `throw new Error("a second copy of wflite");`),
      "workflows/a.ts": workflow("a", "z", 'import { z } from "zod";'),
    });
    expect(await list(project, { env })).toEqual(["workflows/a.ts a its own zod"]);
  });

  test("the running wflite also wins over a path in the project's tsconfig; a zod that is found there is the project's own", async () => {
    using project = temporaryProject({
      "tsconfig.json": JSON.stringify({ compilerOptions: { paths: { wflite: ["./types/wflite"], zod: ["./types/zod"] } } }),
      "types/wflite.js": `throw new Error("a second copy of wflite");`,
      "types/zod.js": `export const z = "by its path";`,
      "workflows/a.ts": workflow("a", "z", 'import { z } from "zod";'),
    });
    expect(await list(project, { env })).toEqual(["workflows/a.ts a by its path"]);
  });

  test("classes of wflite are the very same in workflow files", async () => {
    using project = temporaryProject({
      "workflows/a.ts": workflow("a", "new ValidationError('x', { code: 'C', hint: '' })", 'import { ValidationError } from "wflite";'),
    });
    const script = `${LIST.replace(/const \{ found[\s\S]*/, "")}
      const { found } = await host.files.find("a");
      console.log((await found.definition.run({}, {})) instanceof ValidationError, isMarked(found.definition));`;
    expect(await list(project, { env }, script)).toEqual(["true true"]);
  });

  test("zod is not loaded before a file is", async () => {
    using project = temporaryProject({ "workflows/a.ts": workflow("a", "1") });
    const script = `
      import { systemHost } from "SRC/host/host.ts";
      const loaded: string[] = [];
      const say = (name: string) => () => { loaded.push(name);
      return { Workflow: { define: (options: object) => ({ ...options, "~wflite.workflow.1": true }) } }; };
      const host = systemHost({ root: process.env.ROOT, virtual: {
      wflite: say("wflite"), zod: say("zod"), "zod/v4": say("v4"), "zod/mini": say("mini") } });
      await new Promise((resolve) => setImmediate(resolve));
      console.log("before", loaded.join());
      console.log((await host.files.find("a")).found?.definition.name);
      console.log("after", loaded.join());`;
    expect(await list(project, { env }, script)).toEqual(["before ", "a", "after wflite"]);
  });

  test("a promise of wflite will do", async () => {
    using project = temporaryProject({ "workflows/a.ts": workflow("a", "1"), "workflows/b.cjs": `require("wflite").Workflow.define;` });
    const script = LIST.replace("wflite = () => (", "wflite = async () => (await Bun.sleep(5), ");
    expect(await list(project, { env }, script)).toEqual(["workflows/a.ts a 1"]);
  });

  test("broken files say why in one line, with the place, and hide no other", async () => {
    using project = temporaryProject({
      "workflows/01-syntax.ts": "export default {\n  a: = 1,\n};\n",
      "workflows/02-throws.ts": "\n\nthrow new TypeError('no\\n  token');\n",
      "workflows/03-helper.ts": `import "../lib/throws.ts";`,
      "workflows/04-package.ts": `import x from "no-such-package-at-all"; export default x;`,
      "workflows/05-export.ts": `import { nope } from "../lib/ok.ts"; export default nope;`,
      "workflows/06-definition.ts": `import { Workflow } from "wflite";\nexport default Workflow.define({ name: "", run() {} });`,
      "workflows/07-text.ts": `throw "only text";`,
      "workflows/08-fine.ts": workflow("fine", "1"),
      "workflows/09-helper.ts": "export const nothing = 1;",
      "workflows/10-file.ts": `import { x } from "./gone.ts"; console.log(x);`,
      "lib/throws.ts": "throw new Error('from below');",
      "lib/ok.ts": "export const ok = 1;",
    });
    const [fine, ...broken] = await list(project, { env });
    expect(fine).toBe("workflows/08-fine.ts fine 1");
    expect(broken.map((line) => line.replace(/^broken workflows\/(..)-\w+\.ts does not load: /, "$1 "))).toEqual([
      expect.stringMatching(/^01 Unexpected = \(workflows\/01-syntax\.ts:2\)$/),
      "02 TypeError: no token (workflows/02-throws.ts:3)",
      "03 from below (lib/throws.ts:1)",
      expect.stringMatching(/^04 Cannot find package 'no-such-package-at-all' imported from workflows\/04-package\.ts$/),
      expect.stringMatching(/^05 .*Export named 'nope' not found in module 'lib\/ok\.ts'/),
      expect.stringMatching(/^06 Invalid workflow definition: .* \(workflows\/06-definition\.ts:2\)$/),
      '07 it throws "only text"',
      expect.stringMatching(/^10 Cannot find module '\.\/gone\.ts'/),
    ]);
  });

  test("files share the modules that they import, and executions the state of their file", async () => {
    using project = temporaryProject({
      "lib/pool.ts": `let made = 0; export const pool = { made: ++made, used: 0 };`,
      "workflows/a.ts": workflow("a", "++pool.used", 'import { pool } from "../lib/pool.ts";'),
      "workflows/b.ts": workflow("b", "++pool.used", 'import { pool } from "../lib/pool.ts";'),
    });
    expect(await list(project, { env })).toEqual(["workflows/a.ts a 1", "workflows/b.ts b 2"]);
  });

  test("a mended file is loaded anew, also when what it imports was at fault", async () => {
    using project = temporaryProject({
      "lib/part.ts": "throw new Error('part');",
      "workflows/a.ts": `import "../lib/part.ts"; ${workflow("a", "1")}`,
      "workflows/b.ts": "const = ;",
      "workflows/c.ts": "throw new Error('c');",
    });
    const script = `${LIST}
      const { writeFileSync } = await import("node:fs");
      const write = (file: string, text: string) => writeFileSync(process.env.ROOT + "/" + file, text);
      write("lib/part.ts", ""); write("workflows/b.ts", \`${workflow("b", "2")}\`); write("workflows/c.ts", \`${workflow("c", "3")}\`);
      console.log("mended");
      for (const { definition } of (await host.files.all()).found) console.log(definition.name, await definition.run({}, {}));`;
    const lines = await list(project, { env }, script);
    expect(lines.slice(lines.indexOf("mended"))).toEqual(["mended", "a 1", "b 2", "c 3"]);
  });

  test("a workflow file is never the main module", async () => {
    using project = temporaryProject({
      "workflows/a.ts": workflow("a", "import.meta.main"),
      "workflows/b.ts": workflow("b", "import.meta.main"),
    });
    expect(await list(project, { env })).toEqual(["workflows/a.ts a false", "workflows/b.ts b false"]);
  });

  test("AsyncLocalStorage follows workflow code through awaits", async () => {
    using project = temporaryProject({
      "workflows/a.ts": `import { Workflow } from "wflite"; import { AsyncLocalStorage } from "node:async_hooks";
      const store = new AsyncLocalStorage();
        export default Workflow.define({ name: "a", run: () => store.run("kept", async () => { await 0;
      await new Promise((r) => setTimeout(r, 1)); return store.getStore(); }) });`,
    });
    expect(await list(project, { env })).toEqual(["workflows/a.ts a kept"]);
  });

  test("an error of a module's own timer reaches the listener, with the file", async () => {
    using project = temporaryProject({
      "workflows/a.ts": `setTimeout(() => { throw new Error("of a timer"); }, 1); Promise.reject(new Error("floating"));`,
    });
    const script = LIST.replace(
      "const { found",
      `host.onStrayError((error, file) => console.log("stray", error.message, file)); const { found`,
    );
    const lines = await list(project, { env }, script);
    expect(lines.toSorted()).toEqual(["stray floating workflows/a.ts", "stray of a timer workflows/a.ts"]);
  });

  test("a symbolic link out of the project is not loaded", async () => {
    using outside = temporaryProject({ "evil.ts": `console.log("evil code ran");` });
    using project = temporaryProject({ "workflows/a.ts": workflow("a", "1") });
    symlinkSync(outside.path("evil.ts"), project.path("workflows/evil.ts"));
    const lines = await list(project, { env });
    expect(lines[0]).toBe("workflows/a.ts a 1");
    expect(lines.slice(1)).toEqual([expect.stringContaining("broken workflows/evil.ts does not load: it is a link to a place outside")]);
  });
});

test("with the graph loader, dispose ends what the top level of a file has opened", async () => {
  using project = temporaryProject({ "workflows/a.ts": `setInterval(() => {}, 1_000); ${workflow("a", "1")}` });
  const lines = await list(project, { env: { WF_LOADER: "graph" } }, `${LIST} host.dispose();`);
  expect(lines).toEqual(["workflows/a.ts a 1"]);
});

test("no package is ever installed by loading a file", async () => {
  using cache = temporaryProject();
  using project = temporaryProject({
    "package.json": `{ "dependencies": { "is-number": "7.0.0" } }`,
    "bunfig.toml": `[install]\nauto = "force"\n`,
    "workflows/a.ts": `import isNumber from "is-number"; export default isNumber;`,
    "workflows/b.ts": workflow("b", "z.number().parse(1)", 'import { z } from "zod";'),
  });
  const lines = await list(project, { cwd: project.root, env: { BUN_INSTALL_CACHE_DIR: cache.path("packages") } });
  expect(lines).toEqual([
    "workflows/b.ts b 1",
    expect.stringContaining("broken workflows/a.ts does not load: Cannot find package 'is-number'"),
  ]);
  expect(await Array.fromAsync(new Bun.Glob("**").scan({ cwd: cache.root, onlyFiles: false }))).toEqual([]);
});

test("looking for the project's zod downloads nothing either, where --no-install is missing", async () => {
  using cache = temporaryProject();
  using project = temporaryProject({ "workflows/a.ts": workflow("a", "z.number().parse(1)", 'import { z } from "zod";') });
  const lines = await list(project, { flags: [], cwd: project.root, env: { BUN_INSTALL_CACHE_DIR: cache.path("packages") } });
  expect(lines).toEqual(["workflows/a.ts a 1"]);
  expect(await Array.fromAsync(new Bun.Glob("**").scan({ cwd: cache.root, onlyFiles: false }))).toEqual([]);
});

test("an unknown loader is refused", async () => {
  using project = temporaryProject();
  const { stderr, exitCode } = await spawnScript(LIST, { env: { ROOT: project.root, WF_LOADER: "webpack" } });
  expect(exitCode).toBe(1);
  expect(stderr).toContain('WF_LOADER is "webpack"');
});
