/** What a path is and whose it is. */
import { expect, test } from "bun:test";
import { lchownSync, symlinkSync } from "node:fs";
import { inspectFile, userId } from "../../src/host/ownership.ts";
import { temporaryProject } from "./temporary-project.ts";

const me = userId() ?? -1;

test("tells files from folders, with their owner", () => {
  using project = temporaryProject({ "folder/file": "" });
  expect(inspectFile(project.path("folder"))).toEqual({ kind: "folder", owners: [me], realPath: project.path("folder") });
  expect(inspectFile(project.path("folder/file"))).toMatchObject({ kind: "file", owners: [me] });
});

test("a link is what it leads to, and has both owners", () => {
  using project = temporaryProject({ "folder/file": "" });
  symlinkSync("folder", project.path("own"));
  expect(inspectFile(project.path("own"))).toEqual({ kind: "folder", owners: [me], realPath: project.path("folder") });

  // Nobody but root can give a file away, but anybody can link to what is root's.
  symlinkSync(me === 0 ? "folder" : "/", project.path("mixed"));
  if (me === 0) lchownSync(project.path("mixed"), 65_534, 65_534);
  expect(inspectFile(project.path("mixed"))?.owners).toEqual(me === 0 ? [65_534, 0] : [me, 0]);
});

test("what is not there, or leads to nothing, is not seen", () => {
  using project = temporaryProject({ file: "" });
  symlinkSync("nowhere", project.path("dangling"));
  for (const path of ["gone", "dangling", "file/below"]) expect(inspectFile(project.path(path))).toBeUndefined();
});
