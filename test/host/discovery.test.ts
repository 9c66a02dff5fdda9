/** Which files may hold workflows. */
import { expect, test } from "bun:test";
import { chmodSync, mkdirSync, symlinkSync } from "node:fs";
import { discover, isWorkflowFile } from "../../src/host/discovery.ts";
import { spawnScript } from "./spawned.ts";
import { temporaryProject } from "./temporary-project.ts";

const empty = (...files: readonly string[]): Record<string, string> => Object.fromEntries(files.map((file) => [file, ""]));

test("finds sources of all six kinds at any depth, sorted", () => {
  using project = temporaryProject(
    empty("workflows/b.ts", "workflows/a/z.tsx", "workflows/a/b/c/y.mts", "workflows/c.js", "workflows/B.mjs", "workflows/d.cjs"),
  );
  expect(discover(project.root)).toEqual({
    files: ["workflows/B.mjs", "workflows/a/b/c/y.mts", "workflows/a/z.tsx", "workflows/b.ts", "workflows/c.js", "workflows/d.cjs"],
    problems: [],
  });
});

test("leaves out tests, declarations, hidden files, and all other kinds", () => {
  const out = ["a.test.ts", "a.spec.js", "a.d.ts", "a.d.mts", ".a.ts", "a.json", "a.sh", "a", "ts", "a.ts.bak", "a.jsonts", "a.test.d.ts"];
  for (const name of out) expect([name, isWorkflowFile(name)]).toEqual([name, false]);
  for (const name of ["a.ts", "a.b.ts", "test.ts", "spec.mjs", "latest.ts", "a.testing.ts", "d.ts", "ä ö.ts"]) {
    expect([name, isWorkflowFile(name)]).toEqual([name, true]);
  }
});

test("enters neither node_modules nor dot folders, and looks only in workflows", () => {
  using project = temporaryProject(
    empty("workflows/node_modules/a.ts", "workflows/.git/a.ts", "workflows/x/node_modules/b.ts", "src/a.ts", "a.ts", "workflows/ok.ts"),
  );
  expect(discover(project.root).files).toEqual(["workflows/ok.ts"]);
});

test("a project without the folder, or with a file of that name, has no workflows", () => {
  using none = temporaryProject();
  using file = temporaryProject(empty("workflows"));
  for (const { root } of [none, file]) expect(discover(root)).toEqual({ files: [], problems: [] });
});

test("a folder that is named like a source is a folder", () => {
  using project = temporaryProject(empty("workflows/a.ts/b.ts"));
  expect(discover(project.root).files).toEqual(["workflows/a.ts/b.ts"]);
});

test("links inside of the project are followed, those out of it are refused and told", () => {
  using outside = temporaryProject(empty("evil.ts", "evil.txt", "folder/more.ts"));
  using project = temporaryProject(empty("workflows/a.ts", "shared/lib.ts", "shared/deep/x.ts"));
  symlinkSync("../shared/lib.ts", project.path("workflows/in.ts"));
  symlinkSync("../shared/deep", project.path("workflows/folder"));
  symlinkSync(outside.path("evil.ts"), project.path("workflows/out.ts"));
  symlinkSync(outside.path("evil.txt"), project.path("workflows/out.txt"));
  symlinkSync(outside.path("folder"), project.path("workflows/outer"));
  symlinkSync("/nowhere/at/all.ts", project.path("workflows/gone.ts"));
  const { files, problems } = discover(project.root);
  expect(files).toEqual(["workflows/a.ts", "workflows/folder/x.ts", "workflows/in.ts"]);
  expect(problems.map(({ file }) => file)).toEqual(["workflows/gone.ts", "workflows/out.ts", "workflows/outer"]);
  expect(problems.map(({ problem }) => problem)).toEqual([
    "it is a link to nothing",
    "it is a link to a place outside of the project, and those are not followed",
    "it is a link to a place outside of the project, and those are not followed",
  ]);
});

test("a workflows folder that is itself a link out of the project is refused", () => {
  using outside = temporaryProject(empty("evil.ts"));
  using project = temporaryProject();
  symlinkSync(outside.root, project.path("workflows"));
  expect(discover(project.root)).toEqual({ files: [], problems: [{ file: "workflows", problem: expect.stringContaining("outside") }] });
});

test("a neighbour whose name begins like the root's is outside", () => {
  using base = temporaryProject(empty("app/workflows/a.ts", "app-evil/x.ts"));
  symlinkSync(base.path("app-evil/x.ts"), base.path("app/workflows/x.ts"));
  expect(discover(base.path("app")).files).toEqual(["workflows/a.ts"]);
});

test("links that lead round in a circle end", () => {
  using project = temporaryProject(empty("workflows/a/b.ts"));
  symlinkSync("..", project.path("workflows/a/up"));
  symlinkSync("self", project.path("workflows/self"));
  expect(discover(project.root)).toEqual({ files: ["workflows/a/b.ts"], problems: [] });
});

test("past the limits the rest is left out, and that is told once", () => {
  using project = temporaryProject(empty(...Array.from({ length: 12 }, (_, index) => `workflows/${index % 3}/${index}.ts`)));
  const byFiles = discover(project.root, { files: 5, entries: 1_000 });
  expect(byFiles.files).toHaveLength(5);
  expect(byFiles.problems).toHaveLength(1);
  expect(byFiles.problems[0]?.problem).toContain("more than 5 workflow files");
  expect(discover(project.root, { files: 1_000, entries: 6 }).problems).toHaveLength(1);
  expect(discover(project.root, { files: 12, entries: 15 })).toMatchObject({ files: { length: 12 }, problems: [] });
});

test("a folder that cannot be read hides no other", async () => {
  using project = temporaryProject(empty("workflows/a.ts", "workflows/locked/b.ts"));
  chmodSync(project.root, 0o755);
  chmodSync(project.path("workflows/locked"), 0o000);
  // Root can read everything, so root becomes somebody else first.
  const { lines } = await spawnScript(`
    import { discover } from "SRC/host/discovery.ts";
    if (process.geteuid() === 0) process.seteuid(65534);
    console.log(JSON.stringify(discover(${JSON.stringify(project.root)})));
  `);
  chmodSync(project.path("workflows/locked"), 0o755);
  expect(JSON.parse(lines[0] ?? "")).toEqual({
    files: ["workflows/a.ts"],
    problems: [{ file: "workflows/locked", problem: "the folder cannot be read (EACCES)" }],
  });
});

test("a root that is a link gives the same paths", () => {
  using project = temporaryProject(empty("app/workflows/a.ts"));
  mkdirSync(project.path("links"));
  symlinkSync(project.path("app"), project.path("links/app"));
  expect(discover(project.path("links/app")).files).toEqual(["workflows/a.ts"]);
});
