/** The content hash of a workflow's source. */
import { expect, test } from "bun:test";
import { cpSync, renameSync } from "node:fs";
import { readSource } from "../../src/host/source-hash.ts";
import { temporaryProject } from "./temporary-project.ts";

const FILES = {
  "workflows/a.ts": `import { b } from "../lib/b.ts"; import type { T } from "./types.ts"; import "zod"; export default b;`,
  "workflows/types.ts": "export type T = 1;",
  "lib/b.ts": `import data from "./data.json"; export { c } from "./c"; export const b = data;`,
  "lib/c.ts": `export const c = () => import("./lazy.ts"); const d = require("./d.cjs");`,
  "lib/lazy.ts": `import { b } from "./b.ts"; export const lazy = () => b;`,
  "lib/d.cjs": "module.exports = 1;",
  "lib/data.json": "{}",
  "lib/unrelated.ts": "",
};

test("is 32 hexadecimal digits, the same each time", () => {
  using project = temporaryProject(FILES);
  const { hash } = readSource(project.path("workflows/a.ts"));
  expect(hash).toMatch(/^[0-9a-f]{32}$/);
  expect(readSource(project.path("workflows/a.ts")).hash).toBe(hash);
});

test("covers the file and what it imports, directly or not, round in a circle, by import, require and import()", () => {
  using project = temporaryProject(FILES);
  const files = readSource(project.path("workflows/a.ts")).files;
  expect(files[0]).toBe(project.path("workflows/a.ts"));
  expect(files.toSorted()).toEqual(
    ["lib/b.ts", "lib/c.ts", "lib/d.cjs", "lib/data.json", "lib/lazy.ts", "workflows/a.ts"].map((file) => project.path(file)),
  );
});

test.each(["workflows/a.ts", "lib/b.ts", "lib/c.ts", "lib/d.cjs", "lib/lazy.ts", "lib/data.json"])("changes with %s", (file) => {
  using project = temporaryProject(FILES);
  const before = readSource(project.path("workflows/a.ts")).hash;
  project.write(file, `${FILES[file as keyof typeof FILES]} `);
  expect(readSource(project.path("workflows/a.ts")).hash).not.toBe(before);
});

test.each(["workflows/types.ts", "lib/unrelated.ts"])("does not change with %s, which does not run", (file) => {
  using project = temporaryProject(FILES);
  const before = readSource(project.path("workflows/a.ts")).hash;
  project.write(file, "export type T = 2;");
  expect(readSource(project.path("workflows/a.ts")).hash).toBe(before);
});

test("does not change when the project moves or the file is renamed", () => {
  using project = temporaryProject(FILES);
  using other = temporaryProject();
  const { hash } = readSource(project.path("workflows/a.ts"));
  cpSync(project.root, other.path("moved"), { recursive: true });
  expect(readSource(other.path("moved/workflows/a.ts")).hash).toBe(hash);
  renameSync(project.path("workflows/a.ts"), project.path("workflows/renamed.ts"));
  expect(readSource(project.path("workflows/renamed.ts")).hash).toBe(hash);
});

test("changes when a line moves from one file to another", () => {
  using one = temporaryProject({ "a.ts": `import "./b.ts";`, "b.ts": `import "./c.ts";xy`, "c.ts": "z" });
  using other = temporaryProject({ "a.ts": `import "./b.ts";`, "b.ts": `import "./c.ts";x`, "c.ts": "yz" });
  expect(readSource(one.path("a.ts")).hash).not.toBe(readSource(other.path("a.ts")).hash);
});

test("a file that does not parse, or imports what is not there, still has a hash", () => {
  using project = temporaryProject({ "broken.ts": "const = ;", "missing.ts": `import "./nowhere.ts"; import "./b.ts";`, "b.ts": "" });
  expect(readSource(project.path("broken.ts")).files).toHaveLength(1);
  expect(readSource(project.path("missing.ts")).files).toHaveLength(2);
});

test("casts in TypeScript and JSX in JavaScript are both understood", () => {
  using project = temporaryProject({
    "cast.ts": `import { x } from "./b.ts"; export default <number>x;`,
    "page.js": `import { x } from "./b.ts"; export default <p>{x}</p>;`,
    "page.tsx": `import { x } from "./b.ts"; export default <p>{x}</p>;`,
    "b.ts": "export const x: unknown = 1;",
  });
  for (const file of ["cast.ts", "page.js", "page.tsx"]) expect([file, readSource(project.path(file)).files.length]).toEqual([file, 2]);
});

test("a file that is not there is an error", () => {
  using project = temporaryProject();
  expect(() => readSource(project.path("gone.ts"))).toThrow("ENOENT");
});
