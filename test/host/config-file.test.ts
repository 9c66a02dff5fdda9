/** The configuration file: which one, whose, and what becomes of one that is broken. */
import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, symlinkSync, unlinkSync } from "node:fs";
import { type ConfigFileOptions, loadConfigFile } from "../../src/host/config-file.ts";
import { readConfiguration } from "../../src/host/configuration.ts";
import { Edits } from "../../src/host/edits.ts";
import { findProject, type Surroundings } from "../../src/host/project.ts";
import { CONFIG_FILES } from "../../src/model/configuration.ts";
import { unwrap } from "../../src/model/result.ts";
import { temporaryProject, type TemporaryProject } from "./temporary-project.ts";

const opened: TemporaryProject[] = [];
afterAll(() => opened.forEach((project) => project[Symbol.dispose]()));

/** Real files, loaded by plain imports. Deadlines are missed when the test says. */
const projectOf = (files: Readonly<Record<string, string>>) => {
  const project = temporaryProject(files);
  opened.push(project);
  const timers = new Set<() => void>();
  const loads: string[] = [];
  const edits = new Edits();
  const options: ConfigFileOptions = {
    root: project.root,
    edits,
    timers: { after: (_, fn) => (timers.add(fn), () => timers.delete(fn)) },
    loader: { load: (path) => (loads.push(path), import(path) as Promise<Readonly<Record<string, unknown>>>), dispose() {} },
  };
  return { project, options, edits, loads, timers };
};

const problemOf = async (options: ConfigFileOptions): Promise<string> => {
  const loaded = await loadConfigFile(options);
  return loaded.ok ? "" : `${loaded.error.file}: ${loaded.error.problem}`;
};

describe("the file", () => {
  test.each([...CONFIG_FILES])("may be %s, and gives its default export", async (file) => {
    const { options } = projectOf({ [file]: `export default { hold: "5m" };` });
    expect(await loadConfigFile(options)).toEqual({ ok: true, value: { file, exported: { hold: "5m" } } });
  });

  test("need not be there, and then nothing is loaded", async () => {
    const { project, options, loads } = projectOf({ "workflows/wf.config.ts": "export default { output: 'json' };" });
    mkdirSync(project.path("wf.config.ts"));
    expect(await loadConfigFile(options)).toEqual({ ok: true, value: undefined });
    expect(loads).toEqual([]);
  });

  test("is not guessed where there are two", async () => {
    const { options, loads } = projectOf({ "wf.config.ts": "export default {};", "wf.config.mjs": "export default {};" });
    expect(await problemOf(options)).toBe("wf.config.ts: wf.config.mjs is there too, and only one can count");
    expect(loads).toEqual([]);
  });

  test("is not loaded from outside of the project, but by a link within it", async () => {
    const outside = projectOf({ "config.ts": "export default {};" });
    const { project, options, loads } = projectOf({ "settings/config.ts": "export default {};" });
    symlinkSync(outside.project.path("config.ts"), project.path("wf.config.ts"));
    expect(await problemOf(options)).toContain("a link to a place outside of the project");
    expect(loads).toEqual([]);
    unlinkSync(project.path("wf.config.ts"));
    symlinkSync(project.path("settings/config.ts"), project.path("wf.config.ts"));
    expect(await loadConfigFile(options)).toMatchObject({ ok: true, value: { exported: {} } });
  });

  test.each([...CONFIG_FILES])("of another user, %s, marks no project", (file) => {
    const here: Surroundings = {
      userId: 1000,
      inspect: (path) => {
        const owner = { "/srv/app": 1000, "/srv/app/deep": 1000, [`/srv/app/${file}`]: 1001 }[path];
        return owner === undefined ? undefined : { kind: path.endsWith(file) ? "file" : "folder", owners: [owner], realPath: path };
      },
    };
    const found = unwrap(findProject({ cwd: "/srv/app/deep" }, here));
    expect(found).toMatchObject({ root: "/srv/app/deep", notes: [expect.stringContaining("belongs to another user: passed over")] });
  });
});

describe("a file that is broken", () => {
  test.each([
    ["that throws", `throw new Error("no token");`, "it does not load: no token (wf.config.ts:1)"],
    ["that does not parse", "export default {", "it does not load: "],
    ["that ends the process", "process.exit(0);", "it does not load: it calls process.exit(0) while it is loaded"],
    ["that exports nothing", `export const config = {};`, "it has no default export: "],
  ])("%s is told, not thrown", async (_, text, expected) => {
    const { options } = projectOf({ "wf.config.ts": text });
    expect(await problemOf(options)).toStartWith(`wf.config.ts: ${expected}`);
  });

  test("that never settles is waited for until the deadline", async () => {
    const { options, timers } = projectOf({ "wf.config.ts": "await new Promise(() => {}); export default {};" });
    const told = problemOf(options);
    while (timers.size === 0) await new Promise((resolve) => setImmediate(resolve));
    for (const fn of timers) fn();
    expect(await told).toContain("top-level await that never settles");
  });
});

describe("an edit", () => {
  test("of the file, and of one that it imports, is noticed", async () => {
    const { project, options, edits } = projectOf({
      "wf.config.ts": `import { hold } from "./settings.ts"; export default { hold };`,
      "settings.ts": `export const hold = "5m";`,
    });
    await loadConfigFile(options);
    expect(edits.hasAny()).toBe(false);
    project.write("settings.ts", `export const hold = "10m";`);
    expect(edits.hasAny()).toBe(true);
  });

  test("that brings the first file, or takes it away, is noticed", async () => {
    const none = projectOf({});
    await loadConfigFile(none.options);
    expect(none.edits.hasAny()).toBe(false);
    none.project.write("wf.config.mts", "export default {};");
    expect(none.edits.hasAny()).toBe(true);

    const one = projectOf({ "wf.config.ts": "export default {};" });
    await loadConfigFile(one.options);
    unlinkSync(one.project.path("wf.config.ts"));
    expect(one.edits.hasAny()).toBe(true);
  });
});

describe("the settings", () => {
  test("are those of the environment before those of the file", async () => {
    const { options } = projectOf({ "wf.config.ts": `export default { hold: "5m", durability: "normal", maxValueBytes: 2048 };` });
    const { settings, origins, problem } = await readConfiguration(options, {
      WF_HOLD: "1s",
      WF_MAX_VALUE_BYTES: "4096",
      WF_DURABILITY: "",
    });
    expect(settings).toMatchObject({ holdMs: 1_000, durability: "normal", maxValueBytes: 4_096 });
    expect(problem).toBeUndefined();
    expect(origins.filter(({ from }) => from !== "default").map(({ key, from }) => `${key} ${from}`)).toEqual([
      "durability wf.config.ts",
      "maxValueBytes WF_MAX_VALUE_BYTES",
      "hold WF_HOLD",
    ]);
  });

  test("go on without what is broken, and say what that is", async () => {
    const { options } = projectOf({ "wf.config.ts": `export default { hodl: "5m" };` });
    const { settings, problem } = await readConfiguration(options, { WF_HOLD: "1s" });
    expect(settings.holdMs).toBe(1_000);
    expect(problem).toMatchObject({ code: "CONFIG_INVALID", message: 'wf.config.ts: there is no "hodl": did you mean "hold"?' });
  });

  test.each([
    [{ WF_HOLD: "soon" }, 'the environment: WF_HOLD: "soon" '],
    [{ WF_MAX_VALUE_BYTES: "4MiB" }, 'the environment: WF_MAX_VALUE_BYTES is "4MiB": it takes a whole number'],
    [{ WF_DURABILITY: "on" }, 'the environment: WF_DURABILITY is "on": it takes full, normal'],
  ])("of the environment are checked as well: %j", async (env, expected) => {
    const { options } = projectOf({ "wf.config.ts": `export default { output: "ids" };` });
    const { settings, problem } = await readConfiguration(options, env);
    expect(problem?.message).toStartWith(expected);
    expect(settings.output).toBe("ids");
  });
});
