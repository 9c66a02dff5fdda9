/** Which project a command works on. */
import { describe, expect, test } from "bun:test";
import { mkdirSync, symlinkSync } from "node:fs";
import { dirname } from "node:path";
import type { Inspect } from "../../src/host/ownership.ts";
import { findProject, type Project, type Surroundings } from "../../src/host/project.ts";
import { unwrap } from "../../src/model/result.ts";
import { temporaryProject } from "./temporary-project.ts";

/** A machine whose paths have owners: "/a/b": 1000 is a folder, "/a/b.ts": 1000 a file. Parents that are not named are root's. */
const machine = (owners: Readonly<Record<string, number>>, userId: number | null): Surroundings => {
  const known = new Map(Object.entries(owners));
  for (const path of [...known.keys()]) {
    for (let folder = dirname(path); !known.has(folder); folder = dirname(folder)) known.set(folder, 0);
  }
  const inspect: Inspect = (path) => {
    const owner = known.get(path);
    const kind = path.endsWith(".ts") || path.endsWith(".db") ? "file" : "folder";
    return owner === undefined ? undefined : { kind, owners: [owner], realPath: path };
  };
  return { inspect, userId };
};

const ME = 1000;
const MALLORY = 1001;

describe("the root", () => {
  test.each(["wf.config.ts", ".wf.db", "workflows"])("is the nearest folder above that holds %s", (marker) => {
    const here = machine({ "/home/me": ME, "/home/me/app": ME, "/home/me/app/src/deep": ME, [`/home/me/app/${marker}`]: ME }, ME);
    for (const cwd of ["/home/me/app", "/home/me/app/src", "/home/me/app/src/deep"]) {
      expect(unwrap(findProject({ cwd }, here))).toMatchObject({ root: "/home/me/app", notes: [] });
    }
  });

  test("is the nearer one of two", () => {
    const here = machine({ "/p": ME, "/p/workflows": ME, "/p/q": ME, "/p/q/.wf.db": ME, "/p/q/r": ME }, ME);
    expect(unwrap(findProject({ cwd: "/p/q/r" }, here)).root).toBe("/p/q");
    expect(unwrap(findProject({ cwd: "/p" }, here)).root).toBe("/p");
  });

  test("is the current folder when there is none", () => {
    const here = machine({ "/home/me/empty": ME }, ME);
    expect(unwrap(findProject({ cwd: "/home/me/empty" }, here))).toEqual({
      root: "/home/me/empty",
      databaseFile: "/home/me/empty/.wf.db",
      hasDatabase: false,
      workflowsDir: "/home/me/empty/workflows",
      notes: [],
    });
  });

  test("needs the right kind: a folder wf.config.ts or a file workflows marks nothing", () => {
    using project = temporaryProject({ "app/workflows": "a file", "app/sub/x": "" });
    mkdirSync(project.path("app/.wf.db"));
    mkdirSync(project.path("app/wf.config.ts"));
    const cwd = project.path("app/sub");
    expect(unwrap(findProject({ cwd })).root).toBe(cwd);
  });

  test("may be the root of the file system, for root", () => {
    const here = machine({ "/workflows": 0, "/srv": 0 }, 0);
    expect(unwrap(findProject({ cwd: "/srv" }, here)).root).toBe("/");
  });

  test("is told without links", () => {
    using project = temporaryProject({ "real/workflows/a.ts": "", "real/sub/x": "" });
    symlinkSync(project.path("real/sub"), project.path("link"));
    expect(unwrap(findProject({ cwd: project.path("link") })).root).toBe(project.path("real"));
    expect(unwrap(findProject({ cwd: project.root, dir: "link" })).root).toBe(project.path("real/sub"));
  });
});

describe("what belongs to others", () => {
  test("a folder above of another user is passed over, and said so", () => {
    const here = machine({ "/tmp/evil": MALLORY, "/tmp/evil/workflows": MALLORY, "/tmp/evil/mine": ME }, ME);
    const found = unwrap(findProject({ cwd: "/tmp/evil/mine" }, here));
    expect(found.root).toBe("/tmp/evil/mine");
    expect(found.notes).toEqual(["/tmp/evil holds a project, but /tmp/evil belongs to another user: passed over"]);
  });

  test("a marker of another user spoils a folder that is one's own, and the search goes on above", () => {
    for (const planted of ["workflows", ".wf.db", "wf.config.ts"]) {
      const owners = { "/p": ME, "/p/workflows": ME, "/p/q": ME, "/p/q/wf.config.ts": ME, [`/p/q/${planted}`]: MALLORY, "/p/q/r": ME };
      const found = unwrap(findProject({ cwd: "/p/q/r" }, machine(owners, ME)));
      expect(found.root).toBe("/p");
      expect(found.notes).toEqual([`/p/q holds a project, but /p/q/${planted} belongs to another user: passed over`]);
    }
  });

  test("a folder above that is root's is adopted by root alone", () => {
    const owners = { "/srv/app": 0, "/srv/app/workflows": 0, "/srv/app/sub": ME };
    expect(unwrap(findProject({ cwd: "/srv/app/sub" }, machine(owners, ME))).root).toBe("/srv/app/sub");
    expect(unwrap(findProject({ cwd: "/srv/app/sub" }, machine(owners, 0))).root).toBe("/srv/app");
  });

  test("root does not adopt a user's folder", () => {
    const here = machine({ "/home/me": ME, "/home/me/workflows": ME, "/home/me/x": 0 }, 0);
    expect(unwrap(findProject({ cwd: "/home/me/x" }, here))).toMatchObject({
      root: "/home/me/x",
      notes: [expect.stringContaining("/home/me ")],
    });
  });

  test("the current folder may be root's, as in a container image", () => {
    const image = machine({ "/app": 0, "/app/workflows": 0 }, ME);
    expect(unwrap(findProject({ cwd: "/app" }, image))).toMatchObject({ root: "/app", notes: [] });
    const copied = machine({ "/app": 0, "/app/workflows": ME, "/app/.wf.db": ME }, ME);
    expect(unwrap(findProject({ cwd: "/app" }, copied)).root).toBe("/app");
  });

  test("a project of another user in the current folder is refused, with the way to take it anyway", () => {
    const here = machine({ "/tmp/evil": MALLORY, "/tmp/evil/workflows": MALLORY, "/shared": 0, "/shared/workflows": MALLORY }, ME);
    for (const cwd of ["/tmp/evil", "/shared"]) {
      const refused = findProject({ cwd }, here);
      expect(refused).toMatchObject({ ok: false, error: { code: "USAGE" } });
      if (!refused.ok) {
        expect(refused.error.message).toContain("belongs to another user");
        expect(refused.error.message).not.toContain("passed over");
        expect(refused.error.hint).toContain("--dir");
      }
      expect(unwrap(findProject({ cwd, dir: "." }, here)).root).toBe(cwd);
    }
  });

  test("a foreign folder without a project is no reason to refuse", () => {
    const here = machine({ "/opt/theirs": MALLORY }, ME);
    expect(unwrap(findProject({ cwd: "/opt/theirs" }, here))).toMatchObject({ root: "/opt/theirs", notes: [] });
  });

  test("a link counts as its own owner's and its target's", () => {
    const here = machine({ "/p": ME, "/p/workflows": ME }, ME);
    const linked: Surroundings = {
      ...here,
      inspect: (path) => (path === "/p/workflows" ? { kind: "folder", owners: [ME, MALLORY], realPath: "/tmp/evil" } : here.inspect(path)),
    };
    expect(findProject({ cwd: "/p" }, linked)).toMatchObject({ ok: false });
  });

  test("where there are no user ids, nothing is refused", () => {
    const here = machine({ "/p": MALLORY, "/p/workflows": 7 }, null);
    expect(unwrap(findProject({ cwd: "/p" }, here)).root).toBe("/p");
  });
});

describe("--dir", () => {
  test("is taken as it is, relative to the current folder, without looking above", () => {
    using project = temporaryProject({ "workflows/a.ts": "", "sub/x": "" });
    expect(unwrap(findProject({ cwd: project.root, dir: "sub" })).root).toBe(project.path("sub"));
    expect(unwrap(findProject({ cwd: "/", dir: project.root })).root).toBe(project.root);
  });

  test("must be a folder", () => {
    using project = temporaryProject({ "a.txt": "" });
    const problem = (dir: string): string => {
      const found = findProject({ cwd: project.root, dir });
      return found.ok ? "" : found.error.message;
    };
    expect(problem("nowhere")).toBe('There is no folder "nowhere"');
    expect(problem("a.txt")).toBe('"a.txt" is not a folder');
    expect(problem("")).toBe('There is no folder ""');
    expect(problem("a\u001b[31m")).not.toContain("\u001b");
  });
});

describe("--db", () => {
  const locate = (project: Disposable & { root: string }, db: string | undefined, dir?: string): Project =>
    unwrap(findProject({ cwd: project.root, db, dir }));

  test("names the file, relative to the current folder and not to the project", () => {
    using project = temporaryProject({ "app/workflows/a.ts": "", "app/.wf.db": "", "other.db": "" });
    expect(locate(project, "other.db", "app")).toMatchObject({
      root: project.path("app"),
      databaseFile: project.path("other.db"),
      hasDatabase: true,
    });
    expect(locate(project, undefined, "app")).toMatchObject({ databaseFile: project.path("app/.wf.db"), hasDatabase: true });
    expect(locate(project, "new.db")).toMatchObject({ databaseFile: project.path("new.db"), hasDatabase: false });
    expect(locate(project, "/dev/null").databaseFile).toBe("/dev/null");
  });

  test("is refused when it is empty, a folder, or in no folder", () => {
    using project = temporaryProject({ "sub/x": "" });
    for (const db of ["", "sub", "nowhere/x.db", "sub/x/y.db"]) {
      expect(findProject({ cwd: project.root, db })).toMatchObject({ ok: false, error: { code: "USAGE" } });
    }
  });
});
