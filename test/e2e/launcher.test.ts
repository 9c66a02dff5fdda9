/**
 * Goal: `bin/wf` finds itself and Bun wherever it is called from, and nothing of the directory it is called in has a say.
 *
 * Method: the launcher is copied into made-up packages, with a probe for an entry. Which Bun is picked is told by stubs. What Bun makes of
 * a hostile directory is told by Bun itself, beside a run without the launcher that shows the traps to work.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../architecture/source.ts";
import { installBun, link, makeHostile, makePackage, run, stubBun, write } from "./launcher/made-package.ts";

const base = realpathSync(mkdtempSync(join(tmpdir(), "wf launcher\n")));
let made = 0;
const place = (): string => {
  const folder = join(base, String(++made));
  mkdirSync(folder);
  return folder;
};
afterAll(() => rmSync(base, { recursive: true, force: true }));

const told = (stdout: string): Record<string, unknown> => JSON.parse(stdout) as Record<string, unknown>;
/** The name that a stub told. */
const picked = async (wf: string, cwd: string, env: Record<string, string> = {}): Promise<string> =>
  (await run([wf], cwd, env)).stdout.split("\n")[0] ?? "";

describe("where it is called from", () => {
  let home: string;
  let wf: string;
  const entryOf = async (command: readonly string[], cwd = home): Promise<unknown> => told((await run(command, cwd)).stdout)["entry"];
  const entry = (): string => join(home, "the package/src/cli/main.ts");

  beforeAll(() => {
    home = place();
    wf = makePackage(join(home, "the package"));
    installBun(join(home, "the package/node_modules"));
  });

  test("its own path, absolute and relative", async () => {
    expect(await entryOf([wf])).toBe(entry());
    expect(await entryOf(["./wf"], join(home, "the package/bin"))).toBe(entry());
    expect(await entryOf(["the package/bin/wf"])).toBe(entry());
  });
  test("a shell that is given its bare name", async () => {
    expect(await entryOf(["sh", "wf"], join(home, "the package/bin"))).toBe(entry());
  });
  test("a tick is handed to the entry that answers sooner, and only a tick", async () => {
    const folder = join(home, "the package/src/cli");
    expect(await entryOf([wf, "tick"])).toBe(join(folder, "tick-main.ts"));
    expect(await entryOf([wf, "run", "tick"])).toBe(entry());
  });
  test("a chain of links, absolute and relative, whose names end in spaces and line breaks", async () => {
    const first = link(join(home, "a/one \n"), wf);
    const second = link(join(home, "b/two\n\n"), "../a/one \n");
    const third = link(join(home, "c/.bin/wf"), second);
    expect(await Promise.all([first, second, third].map((path) => entryOf([path], "/")))).toEqual([entry(), entry(), entry()]);
    expect(await entryOf(["./wf"], join(home, "c/.bin"))).toBe(entry());
  });
  test("a link to the folder of the package, and node_modules/.bin within it", async () => {
    link(join(home, "consumer/node_modules/wflite"), "../../the package");
    link(join(home, "consumer/node_modules/.bin/wf"), "../wflite/bin/wf");
    expect(await entryOf(["node_modules/.bin/wf"], join(home, "consumer"))).toBe(entry());
  });
  test("a link to the folder it lies in", async () => {
    link(join(home, "tools"), "the package/bin");
    expect(await entryOf(["tools/wf"])).toBe(entry());
  });
  test("PATH, from a directory that is a link: the entry is told the real one", async () => {
    const linked = link(join(home, "linked"), "the package/src");
    const env = { PATH: `${join(home, "the package/bin")}:/usr/bin:/bin`, PWD: linked };
    const { stdout } = await run(["sh", "-c", "wf"], linked, env);
    expect(told(stdout)["startedIn"]).toBe(`--started-in=${join(home, "the package/src")}`);
  });
  test("a directory that is gone is named as the trouble", async () => {
    const { stderr, exitCode } = await run(["sh", "-c", `mkdir gone && cd gone && rmdir ../gone && exec "$0"`, wf], home);
    expect({ stderr, exitCode }).toEqual({ stderr: expect.stringContaining("wf: the current directory is gone"), exitCode: 2 });
  });
});

describe("what it hands on", () => {
  let wf: string;
  beforeAll(() => {
    const home = place();
    wf = makePackage(home);
    stubBun(join(home, "node_modules/bun/bin/bun.exe"), "stub");
  });

  test("arguments arrive as they were, after the flags that shut the directory out", async () => {
    const words = ["run", "", "a b", "*", "-e", "--", "x\ny\n", "--started-in=/nowhere", "\\n$HOME"];
    const { stdout } = await run([wf, ...words], base);
    const flags = ["--no-env-file", "--config=/dev/null", "--no-install", wf.replace("bin/wf", "src/cli/main.ts"), `--started-in=${base}`];
    expect(stdout.split("\n").slice(2).join("\n")).toBe([...flags, ...words].map((word) => `<${word}>`).join(""));
  });
  test("Bun takes its place as the same process", async () => {
    const { pid, stdout } = await run([wf], base);
    expect(stdout.split("\n")[1]).toBe(String(pid));
  });
  test("the exit status is the entry's", async () => {
    const home = place();
    const own = makePackage(home);
    write(join(home, "node_modules/bun/bin/bun.exe"), "#!/bin/sh\nexit 75\n", 0o755);
    expect((await run([own], base)).exitCode).toBe(75);
  });
  test.each([{}, { OLDPWD: "/usr" }])("the environment stays as it was, with %p", async (extra) => {
    const home = place();
    const own = makePackage(home);
    installBun(join(home, "node_modules"));
    const env = { PATH: "/usr/bin:/bin", PWD: base, CDPATH: "/usr", NODE_OPTIONS: "", ...extra };
    const { SHLVL, _, ...after } = told((await run([own], base, env)).stdout)["env"] as Record<string, string>;
    expect(after).toEqual(env);
  });
});

describe("which Bun it picks", () => {
  const onPath = (folder: string): Record<string, string> => ({ PATH: `${folder}:/usr/bin:/bin` });

  test("the copy beside the package comes before the one on PATH", async () => {
    const home = place();
    const wf = makePackage(join(home, "pkg"));
    stubBun(join(home, "path/bun"), "path");
    expect(await picked(wf, home, onPath(join(home, "path")))).toBe("path");
    stubBun(join(home, "pkg/node_modules/bun/bin/bun.exe"), "beside");
    expect(await picked(wf, home, onPath(join(home, "path")))).toBe("beside");
  });
  test("a platform package comes before the wrapper whose install script was not run", async () => {
    const home = place();
    const wf = makePackage(home);
    stubBun(join(home, "node_modules/bun/bin/bun.exe"), "wrapper");
    mkdirSync(join(home, "node_modules/@oven/bun-linux-x64/bin"), { recursive: true });
    expect(await picked(wf, home)).toBe("wrapper");
    stubBun(join(home, "node_modules/@oven/bun-linux-x64/bin/bun"), "gnu");
    expect(await picked(wf, home)).toBe("gnu");
    stubBun(join(home, "node_modules/@oven/bun-linux-x64-musl/bin/bun"), "musl");
    expect(await picked(wf, home)).toBe(existsSync("/etc/alpine-release") ? "musl" : "gnu");
    rmSync(join(home, "node_modules/bun"), { recursive: true });
    expect(await picked(wf, home)).toBe(existsSync("/etc/alpine-release") ? "musl" : "gnu");
  });
  test("a platform package that only the wrapper can reach is found through it", async () => {
    const home = place();
    const wf = makePackage(home);
    stubBun(join(home, "store/node_modules/@oven/bun-linux-x64/bin/bun"), "store");
    stubBun(join(home, "store/node_modules/bun/bin/bun.exe"), "wrapper");
    link(join(home, "node_modules/bun"), "../store/node_modules/bun");
    expect(await picked(wf, home)).toBe("store");
  });
  test("a neighbour counts in node_modules, and nowhere else", async () => {
    const home = place();
    const installed = makePackage(join(home, "node_modules/wflite"));
    const clone = makePackage(join(home, "work/wflite"));
    for (const folder of ["node_modules", "work"]) stubBun(join(home, folder, "bun/bin/bun.exe"), "neighbour");
    expect(await picked(installed, home)).toBe("neighbour");
    expect((await run([clone], home)).exitCode).toBe(2);
  });
  test("of PATH, the first absolute entry with a program of that name: no relative or empty one, no folder, no mere file", async () => {
    const home = place();
    const wf = makePackage(join(home, "pkg"));
    for (const folder of [".", "relative", "pkg", "pkg/relative", "second", "third"]) stubBun(join(home, folder, "bun"), folder);
    mkdirSync(join(home, "folder/bun"), { recursive: true });
    write(join(home, "file/bun"), "#!/bin/sh\necho file\n");
    const absolute = ["folder", "file", "second", "third"].map((name) => join(home, name)).join(":");
    expect(await picked(wf, home, { PATH: `:.:relative:./relative:${absolute}::/usr/bin:/bin` })).toBe("second");
  });
  test("where PATH has none, as under cron, the one of Bun's own installer", async () => {
    const home = place();
    const wf = makePackage(join(home, "pkg"));
    stubBun(join(home, ".bun/bin/bun"), "home");
    stubBun(join(home, "elsewhere/bin/bun"), "elsewhere");
    expect(await picked(wf, home, { HOME: home })).toBe("home");
    expect(await picked(wf, home, { HOME: home, BUN_INSTALL: join(home, "elsewhere") })).toBe("elsewhere");
  });
  test("without any it says what is missing and what to do", async () => {
    const home = place();
    expect(await run([makePackage(home)], home)).toMatchObject({
      exitCode: 2,
      stdout: "",
      stderr: expect.stringMatching(/^wf: Bun \S+ or newer is missing\. Type "npm install bun".*\n$/),
    });
  });
});

describe("a hostile directory", () => {
  let wf: string;
  let hostile: string;
  const own = { packageImport: "own", ownImport: "own", builtin: "function" };
  beforeAll(() => {
    const home = place();
    wf = makePackage(join(home, "pkg"));
    installBun(join(home, "pkg/node_modules"));
    hostile = makeHostile(join(home, "hostile"));
    mkdirSync(join(hostile, "deep/er"), { recursive: true });
  });

  test("does harm to Bun alone: the traps work", async () => {
    await run([process.execPath, wf.replace("bin/wf", "src/cli/main.ts"), `--started-in=${hostile}`], hostile);
    expect(existsSync(join(hostile, "harmed"))).toBe(true);
    rmSync(join(hostile, "harmed"));
  });
  test.each([".", "deep/er", "src/cli"])("does none to wf in %s", async (below) => {
    const { stdout, stderr } = await run([wf, "list"], join(hostile, below), { PATH: ":.:node_modules/.bin:/usr/bin:/bin" });
    expect(stderr).toBe("");
    expect(told(stdout)).toMatchObject({ ...own, startedIn: `--started-in=${join(hostile, below)}` });
    expect(told(stdout)["env"]).not.toHaveProperty("EVIL");
    expect(existsSync(join(hostile, "harmed"))).toBe(false);
  });
  test("does none to wf that is installed in it, but for its packages", async () => {
    const installed = makePackage(join(hostile, "node_modules/wflite"));
    installBun(join(hostile, "node_modules"));
    expect(told((await run([installed], hostile)).stdout)).toMatchObject(own);
    expect(existsSync(join(hostile, "harmed"))).toBe(false);
  });
});

describe("a project", () => {
  let wf: string;
  let project: string;
  beforeAll(() => {
    const home = place();
    wf = makePackage(join(home, "pkg"));
    installBun(join(home, "pkg/node_modules"));
    project = join(home, "project");
    write(join(project, "tsconfig.json"), '{ "compilerOptions": { "paths": { "@/*": ["./lib/*"] } } }');
    write(join(project, "lib/name.ts"), 'export const name = "from lib";');
  });

  test.each([".", "/"])("resolves its own imports by the paths of its tsconfig.json, with wf called in %s", async (from) => {
    const file = write(join(project, "workflows/a.ts"), 'import { name } from "@/name.ts"; export default name;');
    const { stdout, stderr } = await run([wf, "load", file], from === "." ? project : from);
    expect(stderr).toBe("");
    expect(told(stdout)["loaded"]).toBe("from lib");
  });
  test("gets no package that it has not installed", async () => {
    const file = write(join(project, "workflows/b.ts"), 'import isNumber from "is-number"; export default isNumber(1);');
    const { stderr, exitCode } = await run([wf, "load", file], project);
    expect({ stderr, exitCode }).toEqual({ stderr: expect.stringContaining("Cannot find package 'is-number'"), exitCode: 1 });
  });
});

test("the packed package holds what the launcher needs and nothing of the tests", async () => {
  const { stdout } = await run([process.execPath, "pm", "pack", "--dry-run"], root, { HOME: base });
  const files = stdout.split("\n").flatMap((line) => /^packed \S+ (.*)$/.exec(line)?.[1] ?? []);
  expect(files).toEqual(expect.arrayContaining(["bin/wf", "package.json", "tsconfig.json", "src/cli/main.ts"]));
  expect(files.filter((path) => /^(test|docs|node_modules|\.)/.test(path))).toEqual([]);
});
