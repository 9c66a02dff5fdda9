/** The definitions of a project's workflow files, with a loader that gives what the test says. */
import { describe, expect, test } from "bun:test";
import { unlinkSync } from "node:fs";
import type { Namespace } from "../../src/host/loader.ts";
import { workflowFiles } from "../../src/host/workflow-files.ts";
import { defineWorkflow } from "../../src/model/definition.ts";
import { temporaryProject } from "./temporary-project.ts";

const define = (name: string) => defineWorkflow({ name, run: () => name });

type Module = () => Namespace | Promise<Namespace>;

/** A project of the files that are named, whose modules are what the functions give. Timers fire when the test says. */
const projectOf = (modules: Record<string, Module>) => {
  const files = Object.fromEntries(Object.keys(modules).map((file) => [file, `// ${file}`]));
  const project = temporaryProject(files);
  const loads: string[] = [];
  const stales: (readonly string[])[] = [];
  const timers = new Set<() => void>();
  let nowMs = 0;
  const workflows = workflowFiles({
    root: project.root,
    clock: { monotonic: () => nowMs },
    timers: {
      after(ms, fn) {
        expect(ms).toBe(10_000);
        timers.add(fn);
        return () => timers.delete(fn);
      },
    },
    loader: {
      async load(path, stale = []) {
        const file = path.slice(project.root.length + 1);
        loads.push(file);
        stales.push(stale);
        return modules[file]?.() ?? {};
      },
      dispose() {},
    },
  });
  const passMs = (ms: number): void => void (nowMs += ms);
  /** Everything that is waiting for a deadline has missed it. */
  const missDeadlines = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    for (const fn of timers) fn();
  };
  return {
    ...workflows,
    project,
    modules,
    loads,
    stales,
    timers,
    passMs,
    missDeadlines,
    [Symbol.dispose]: () => project[Symbol.dispose](),
  };
};

const throwing =
  (message: string): Module =>
  () => {
    throw new Error(message);
  };

const summary = (result: Awaited<ReturnType<ReturnType<typeof projectOf>["all"]>>) => ({
  found: result.found.map(({ definition, file }) => `${file} ${definition.name}`),
  broken: result.broken.map(({ error }) => error.message),
});

describe("all", () => {
  test("finds default exports, named exports, and several a file", async () => {
    using files = projectOf({
      "workflows/a.ts": () => ({ default: define("one") }),
      "workflows/b.ts": () => ({ two: define("two"), three: define("three"), VERSION: 3, helper: () => {}, nothing: null }),
    });
    expect(summary(await files.all())).toEqual({ found: ["workflows/a.ts one", "workflows/b.ts two", "workflows/b.ts three"], broken: [] });
  });

  test("counts an object that is exported twice once", async () => {
    const same = define("same");
    using files = projectOf({ "workflows/a.ts": () => ({ default: same, same, again: same }) });
    expect(summary(await files.all())).toEqual({ found: ["workflows/a.ts same"], broken: [] });
  });

  test("reports two objects of one name in a file", async () => {
    using files = projectOf({ "workflows/a.ts": () => ({ one: define("same"), other: define("same") }) });
    expect(summary(await files.all())).toEqual({
      found: [],
      broken: ['workflows/a.ts does not load: it defines workflow "same" twice'],
    });
  });

  test("says nothing of modules without workflows", async () => {
    using files = projectOf({ "workflows/lib/db.ts": () => ({ pool: {}, default: {} }), "workflows/a.ts": () => ({ a: define("a") }) });
    expect(summary(await files.all())).toEqual({ found: ["workflows/a.ts a"], broken: [] });
  });

  test("one broken file hides no other", async () => {
    using files = projectOf({
      "workflows/a.ts": throwing("no token"),
      "workflows/b.ts": () => ({ b: define("b") }),
      "workflows/c.ts": () => Promise.reject("gone"),
    });
    const { found, broken } = await files.all();
    expect(found.map(({ definition }) => definition.name)).toEqual(["b"]);
    expect(broken.map(({ file }) => file)).toEqual(["workflows/a.ts", "workflows/c.ts"]);
    expect(broken[0]?.error).toMatchObject({ code: "WORKFLOW_BROKEN", cause: new Error("no token") });
    expect(broken[0]?.error.message).toStartWith("workflows/a.ts does not load: no token");
    expect(broken[1]?.error.message).toBe('workflows/c.ts does not load: it throws "gone"');
  });

  test("an export that throws when it is read breaks its file alone", async () => {
    using files = projectOf({
      "workflows/a.ts": () => ({
        get early(): never {
          throw new ReferenceError("Cannot access 'early' before initialization.");
        },
      }),
      "workflows/b.ts": () => ({ b: define("b") }),
    });
    const { found, broken } = await files.all();
    expect([found.length, broken[0]?.error.message]).toEqual([1, expect.stringContaining("Cannot access 'early'")]);
  });

  test("reports both files that define a name, each naming the other, and keeps their other workflows", async () => {
    using files = projectOf({
      "workflows/a.ts": () => ({ x: define("x"), y: define("y") }),
      "workflows/b.ts": () => ({ x: define("x") }),
      "workflows/c.ts": () => ({ z: define("z") }),
    });
    expect(summary(await files.all())).toEqual({
      found: ["workflows/a.ts y", "workflows/c.ts z"],
      broken: [
        'workflows/a.ts does not load: it defines workflow "x", which workflows/b.ts defines too',
        'workflows/b.ts does not load: it defines workflow "x", which workflows/a.ts defines too',
      ],
    });
  });

  test("gives each workflow the hash of its source", async () => {
    using files = projectOf({ "workflows/a.ts": () => ({ a: define("a") }), "workflows/b.ts": () => ({ b: define("b") }) });
    const [a, b] = (await files.all()).found;
    expect(a?.sourceHash).toMatch(/^[0-9a-f]{32}$/);
    expect(b?.sourceHash).not.toBe(a?.sourceHash);
  });

  test("a file that never finishes loading is broken after 10 s, and the others are found", async () => {
    using files = projectOf({ "workflows/a.ts": () => new Promise(() => {}), "workflows/b.ts": () => ({ b: define("b") }) });
    const all = files.all();
    await files.missDeadlines();
    const { found, broken } = await all;
    expect(found).toHaveLength(1);
    expect(broken[0]?.error.message).toBe(
      "workflows/a.ts does not load: it did not finish loading within 10 s; look for a top-level await that never settles",
    );
  });

  test("leaves no timer behind", async () => {
    using files = projectOf({ "workflows/a.ts": throwing("x"), "workflows/b.ts": () => ({ b: define("b") }) });
    await files.all();
    expect(files.timers.size).toBe(0);
  });
});

describe("find", () => {
  test("with the right hint loads that file alone", async () => {
    using files = projectOf({ "workflows/a.ts": throwing("x"), "workflows/b.ts": () => ({ b: define("b") }) });
    const { found, broken } = await files.find("b", "workflows/b.ts");
    expect([found?.file, broken, files.loads]).toEqual(["workflows/b.ts", [], ["workflows/b.ts"]]);
  });

  test("without a hint, or with a wrong one, looks everywhere", async () => {
    for (const hint of [undefined, "workflows/a.ts", "workflows/gone.ts"]) {
      using files = projectOf({ "workflows/a.ts": () => ({ a: define("a") }), "workflows/b.ts": () => ({ b: define("b") }) });
      expect((await files.find("b", hint)).found?.file).toBe("workflows/b.ts");
    }
  });

  test("loads nothing that a hint names but discovery does not", async () => {
    using files = projectOf({ "workflows/a.ts": () => ({ a: define("a") }), "evil.ts": () => ({ evil: define("evil") }) });
    const hints = ["evil.ts", "../x.ts", "workflows/../evil.ts", `${files.project.root}/evil.ts`, "/etc/passwd", "", "workflows"];
    for (const hint of hints) expect((await files.find("evil", hint)).found).toBeUndefined();
    expect(new Set(files.loads)).toEqual(new Set(["workflows/a.ts"]));
  });

  test("tells the broken files when it finds nothing", async () => {
    using files = projectOf({ "workflows/a.ts": throwing("x"), "workflows/b.ts": () => ({ b: define("b") }) });
    const { found, broken } = await files.find("a", "workflows/a.ts");
    expect([found, broken.map(({ file }) => file)]).toEqual([undefined, ["workflows/a.ts"]]);
  });

  test("finds nothing under a name that two files define", async () => {
    using files = projectOf({ "workflows/a.ts": () => ({ x: define("x") }), "workflows/b.ts": () => ({ x: define("x") }) });
    const { found, broken } = await files.find("x");
    expect([found, broken.map(({ file }) => file)]).toEqual([undefined, ["workflows/a.ts", "workflows/b.ts"]]);
  });

  test("sees a file that has come since, and none that has gone", async () => {
    using files = projectOf({ "workflows/a.ts": () => ({ a: define("a") }) });
    expect((await files.find("new")).found).toBeUndefined();
    files.modules["workflows/new.ts"] = () => ({ new: define("new") });
    files.project.write("workflows/new.ts", "//");
    expect((await files.find("new")).found?.file).toBe("workflows/new.ts");
    unlinkSync(files.project.path("workflows/new.ts"));
    expect((await files.find("new")).found).toBeUndefined();
  });
});

describe("loading", () => {
  test("happens once, however many ask at a time and afterwards", async () => {
    using files = projectOf({ "workflows/a.ts": () => ({ a: define("a") }) });
    const found = await Promise.all(Array.from({ length: 20 }, () => files.find("a", "workflows/a.ts")));
    await files.all();
    expect(new Set(found.map((result) => result.found?.definition)).size).toBe(1);
    expect(files.loads).toEqual(["workflows/a.ts"]);
  });

  test("an edit of a file that has loaded is left to the next process", async () => {
    using files = projectOf({ "workflows/a.ts": () => ({ a: define("a") }) });
    const before = (await files.find("a")).found;
    files.project.write("workflows/a.ts", "// edited");
    expect((await files.find("a")).found).toEqual(before as never);
    expect(files.loads).toHaveLength(1);
  });

  test("a broken file is tried again when it was edited, with its modules evaluated anew", async () => {
    using files = projectOf({ "workflows/a.ts": throwing("x") });
    await files.all();
    files.modules["workflows/a.ts"] = () => ({ a: define("a") });
    expect((await files.all()).broken).toHaveLength(1);
    files.project.write("workflows/a.ts", "// mended");
    expect(summary(await files.all())).toEqual({ found: ["workflows/a.ts a"], broken: [] });
    expect(files.stales).toEqual([[], [files.project.path("workflows/a.ts")]]);
    await files.all();
    expect(files.loads).toHaveLength(2);
  });

  test("a broken file that was not edited is tried again after 5 s and not before", async () => {
    using files = projectOf({ "workflows/a.ts": throwing("no such package") });
    await files.all();
    files.modules["workflows/a.ts"] = () => ({ a: define("a") });
    files.passMs(4_999);
    expect((await files.all()).found).toHaveLength(0);
    files.passMs(1);
    expect((await files.all()).found).toHaveLength(1);
  });

  test("a stuck file is not waited for again, until it settles", async () => {
    const slow = Promise.withResolvers<Namespace>();
    using files = projectOf({ "workflows/a.ts": () => slow.promise });
    const first = files.all();
    await files.missDeadlines();
    expect((await first).broken).toHaveLength(1);
    files.passMs(60_000);
    expect((await files.all()).broken).toHaveLength(1);
    expect(files.loads).toHaveLength(1);
    slow.resolve({ a: define("a") });
    await new Promise((resolve) => setImmediate(resolve));
    expect(summary(await files.all())).toEqual({ found: ["workflows/a.ts a"], broken: [] });
    // Taken as it is, not evaluated a second time.
    expect(files.stales).toEqual([[], []]);
  });

  test("a stuck file that fails later is broken for that reason", async () => {
    const slow = Promise.withResolvers<Namespace>();
    using files = projectOf({ "workflows/a.ts": () => slow.promise });
    const first = files.all();
    await files.missDeadlines();
    await first;
    slow.reject(new Error("connection refused"));
    await new Promise((resolve) => setImmediate(resolve));
    expect((await files.all()).broken[0]?.error.message).toContain("connection refused");
  });

  test("a file that has gone between discovery and loading is broken, and is no more when it is not discovered again", async () => {
    using files = projectOf({
      "workflows/a.ts": () => {
        unlinkSync(files.project.path("workflows/b.ts"));
        return { a: define("a") };
      },
      "workflows/b.ts": () => ({ b: define("b") }),
    });
    const { found, broken } = await files.all();
    expect([found.length, broken[0]?.error.message]).toEqual([1, expect.stringContaining("ENOENT")]);
    expect((await files.all()).broken).toEqual([]);
  });
});
