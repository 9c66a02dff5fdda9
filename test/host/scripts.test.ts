/** Starting scripts: what they find around them, how their end is told, and which files are scripts at all. */
import { afterEach, describe, expect, test } from "bun:test";
import { chmodSync } from "node:fs";
import { resolve } from "node:path";
import { Edits } from "../../src/host/edits.ts";
import { workflowFiles } from "../../src/host/workflow-files.ts";
import { discover } from "../../src/host/discovery.ts";
import { filesMark } from "../../src/host/files-mark.ts";
import { fileCache } from "../../src/host/file-cache.ts";
import { scriptMachine } from "../../src/host/scripts.ts";
import { systemClock } from "../../src/host/clock.ts";
import { systemTimers } from "../../src/host/timers.ts";
import type { ScriptEnd } from "../../src/model/scripts/machine.ts";
import { type TemporaryProject, temporaryProject } from "./temporary-project.ts";

let project: TemporaryProject;
afterEach(() => project[Symbol.dispose]());

const withFiles = (files: Readonly<Record<string, string>>, mode = 0o755): TemporaryProject => {
  project = temporaryProject(files);
  for (const file of Object.keys(files)) chmodSync(project.path(file), mode);
  return project;
};

interface Ran extends ScriptEnd {
  readonly stdout: string;
}

const run = async (text: string, env: NodeJS.ProcessEnv = process.env, variables: Record<string, string> = {}): Promise<Ran> => {
  const { root, path } = withFiles({ "workflows/s.sh": text });
  let stdout = "";
  const onChunk = (name: string, chunk: Uint8Array): void => {
    if (name === "stdout") stdout += new TextDecoder().decode(chunk);
  };
  const machine = scriptMachine({ root, databaseFile: path("some.db") }, env);
  const script = await machine.start({ file: "workflows/s.sh", variables, onChunk });
  return { ...(await script.ended), stdout };
};

describe("a script", () => {
  test("runs in the project's folder, with this wf first on its path, and nothing to read", async () => {
    const { stdout } = await run('#!/bin/sh\npwd\ncommand -v wf\ncat\necho "$WF_DB $WF_PROJECT"');
    expect(stdout.split("\n")).toEqual([
      ...[project.root, resolve(import.meta.dir, "../../bin/wf"), `${project.path("some.db")} ${project.root}`, ""],
    ]);
  });

  test("inherits the environment, but nothing that a script around it was told", async () => {
    const around = {
      ...{ PATH: "/usr/bin:/bin", KEPT: "yes", WF_KEY: "key", WF_EXECUTION: "other", WF_TERM: "9", WF_SCOPE: "in/it", WF_RETRY: "3" },
      ...{ WF_INPUT: "{}", WF_INPUT_OLD: "old", WF_HOLD: "1h" },
    };
    const { stdout } = await run("#!/bin/sh\nenv | grep -E '^(KEPT|WF_)' | sort", around, { WF_EXECUTION: "x", WF_INPUT_NEW: "new" });
    const names = stdout.trim().split("\n");
    expect(names.filter((name) => !/^WF_(DB|PROJECT)=/.test(name))).toEqual([
      "KEPT=yes",
      "WF_EXECUTION=x",
      "WF_INPUT_NEW=new",
      "WF_KEY=key",
    ]);
  });

  test("without a path of its own is given the usual one", async () => {
    for (const around of [{}, { PATH: "" }])
      expect((await run('#!/bin/sh\necho "$PATH"', around)).stdout).toMatch(/\/bin:\/usr\/local\/bin:\/usr\/bin:\/bin\n$/);
  });

  test("without a first line that says by whom is run by sh", async () => {
    expect(await run('echo "by $0"')).toMatchObject({ exitCode: 0, stdout: `by ${project.path("workflows/s.sh")}\n` });
  });

  test.each([
    ["exit 3", { exitCode: 3, signal: null }],
    ["kill -9 $$", { exitCode: 137, signal: "SIGKILL" }],
    ["kill -TERM $$", { exitCode: 143, signal: "SIGTERM" }],
    ["echo oops >&2; exit 1", { exitCode: 1, stderr: "oops\n" }],
  ] as const)("that does `%s` has ended so", async (line, end) => {
    expect(await run(`#!/bin/sh\n${line}`)).toMatchObject(end);
  });

  test("whose interpreter is not there cannot be started, and that is said", async () => {
    expect(run("#!/no/such/interpreter\n")).rejects.toMatchObject({
      code: "SCRIPT_UNSTARTED",
      message: expect.stringContaining("the interpreter that its first line names, is not there"),
    });
  });
});

describe("which files are scripts", () => {
  const HEADER = "#!/bin/sh\n# wf: name=a\n";

  test("executable ones with a header, of any name; a header decides over an extension", () => {
    const { root } = withFiles({
      ...{
        "workflows/plain": HEADER,
        "workflows/deep/er/x.py": HEADER,
        "workflows/data.csv": HEADER,
        "workflows/run.ts": "// wf: name=b\n",
      },
      ...{ "workflows/helper.sh": "#!/bin/sh\n", "workflows/.hidden": HEADER, "workflows/node_modules/a": HEADER, "other/a.sh": HEADER },
    });
    const files = ["workflows/data.csv", "workflows/deep/er/x.py", "workflows/plain", "workflows/run.ts"];
    expect(discover(root)).toEqual({ files, problems: [] });
  });

  test("one with a header that may not be executed is looked at too, where its name is that of a script", () => {
    const { root } = withFiles(
      { "workflows/a.sh": HEADER, "workflows/a": HEADER, "workflows/notes.md": HEADER, "workflows/a.csv": HEADER },
      0o644,
    );
    expect(discover(root).files).toEqual(["workflows/a", "workflows/a.sh"]);
  });

  test("a header is one only if it stands whole in the part that is read", () => {
    const { root } = withFiles({ "workflows/a.sh": `#!/bin/sh\n# ${"x".repeat(8_170)}\n# wf: name=abcdefghij\n` });
    expect(discover(root).files).toEqual([]);
  });

  const load = (file: string) => {
    const cache = fileCache({ root: project.root, loader: NO_LOADER, timers: systemTimers, clock: systemClock });
    return cache.load(file);
  };
  const NO_LOADER = { load: () => Promise.reject(new Error("a script was loaded as a module")), dispose: () => {} };

  test("they are read, not run", async () => {
    withFiles({ "workflows/a.ts": "#!/usr/bin/env bun\n// wf: name=b schedule='0 2 * * *'\nprocess.exit(3);" });
    const { definitions, error, source } = await load("workflows/a.ts");
    expect([definitions[0]?.name, definitions[0]?.script?.file, error]).toEqual(["b", "workflows/a.ts", undefined]);
    expect(source.hash).toMatch(/^[0-9a-f]{32}$/);
  });

  test.each([
    ["#!/bin/sh\n# wf: nme=a\n", 0o755, 'its header (line 2) has a key "nme", which is not known: did you mean name?'],
    ["#!/bin/sh\n# wf: schedule=never\n", 0o755, "schedule.cron"],
    [HEADER, 0o644, "`chmod +x` makes it a workflow"],
  ])("what is wrong with one is told (%#)", async (text, mode, problem) => {
    withFiles({ "workflows/a.sh": text }, mode);
    const { definitions, error } = await load("workflows/a.sh");
    expect([definitions.length, error?.message]).toEqual([0, expect.stringContaining(problem)]);
  });

  test("an edited one is read anew, in the same process, which is not out of date for it", async () => {
    withFiles({ "workflows/a.sh": HEADER });
    const edits = new Edits();
    const files = workflowFiles({ root: project.root, loader: NO_LOADER, timers: systemTimers, clock: systemClock, edits });
    expect((await files.find("a")).found?.definition.version).toBe(1);
    const same = await files.find("a");
    expect(await files.find("a")).toEqual(same);
    project.write("workflows/a.sh", `${HEADER}# wf: version=2\n`);
    expect((await files.find("a", "workflows/a.sh")).found?.definition.version).toBe(2);
    project.write("workflows/a.sh", "#!/bin/sh\n# wf: nme=a\n");
    expect((await files.all()).broken.map(({ file }) => file)).toEqual(["workflows/a.sh"]);
    expect(files.isOutdated()).toBe(false);
  });

  test("making one executable is a change that a tick sees", () => {
    const { root, path } = withFiles({ "workflows/a.sh": HEADER }, 0o644);
    const before = filesMark(root, []);
    chmodSync(path("workflows/a.sh"), 0o755);
    expect(filesMark(root, [])).not.toBe(before);
  });
});
