/** The command of a step on the real machine. */
import { afterAll, describe, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { commandOf } from "../../src/host/shell-command.ts";
import { shellIn } from "../../src/host/shell.ts";
import { learn } from "../../src/model/known-secrets.ts";
import type { ShellEnd, ShellOptions, ShellSettings } from "../../src/model/shell.ts";
import { readShellOptions } from "../../src/model/shell-options.ts";
import { numberIn } from "../support/number-in.ts";
import { eventually } from "../support/wf.ts";
import { temporaryProject } from "./temporary-project.ts";

const project = temporaryProject({
  "sub/in.txt": "here\n",
  "sub/tool": "#!/bin/sh\necho tool $1\n",
  plain: "no program",
  gone: "#!/nowhere/sh\n",
});
afterAll(() => project[Symbol.dispose]());
chmodSync(project.path("sub/tool"), 0o755);
chmodSync(project.path("gone"), 0o755);

const OWN = {
  PATH: process.env["PATH"],
  HOME: "/home/x",
  LC_ALL: "C",
  LC_TIME: "C",
  SECRET_TOKEN: "tok-123456",
  WF_DB: "x",
  NODE_ENV: "test",
};

interface Also {
  readonly signal?: AbortSignal;
  readonly log?: string;
  readonly env?: NodeJS.ProcessEnv;
}

const run = (options: ShellOptions, { signal = new AbortController().signal, log, env = OWN }: Also = {}): Promise<ShellEnd> => {
  const { task } = readShellOptions("x", options);
  return shellIn(project.root, { env, graceMs: 100 })(task.request, {
    signal,
    ...(log === undefined ? {} : { log: { executionId: "x", name: log } }),
  });
};

const problem = (options: ShellOptions, also: Also = {}): Promise<{ readonly code: string; readonly message: string }> =>
  run(options, also).then(
    () => expect.unreachable("it was started"),
    (error: { code: string; message: string }) => error,
  );

describe("a script", () => {
  test("ends at its first failure, also inside of a pipe and for a variable that is not set", async () => {
    expect(await run({ script: "false; echo on" })).toMatchObject({ exitCode: 1, stdout: "" });
    expect(await run({ script: "false | cat; echo on" })).toMatchObject({ exitCode: 1, stdout: "" });
    expect(await run({ script: 'echo "$MISSING"; echo on' })).toMatchObject({ stdout: "" });
  });

  test("has its arguments, its folder and what it reads", async () => {
    const end = await run({ script: 'cat; cat in.txt; printf "<%s>" "$@"', args: ["a b", 2, "$(c)"], cwd: "sub", stdin: "read\n" });
    expect(end).toEqual({ stdout: "read\nhere\n<a b><2><$(c)>", stderr: "", exitCode: 0, signal: null, isTruncated: false, logFile: null });
  });

  test("says 128 and the number of the signal that has ended it", async () => {
    expect(await run({ script: "kill -TERM $$" })).toMatchObject({ exitCode: 143, signal: "SIGTERM" });
    expect(await run({ script: "sh -c 'kill -KILL $$' || exit $?" })).toMatchObject({ exitCode: 137, signal: null });
  });

  test("is for sh on a machine without bash", () => {
    const program = { script: 'echo "$1"; false; echo on', args: ["a b"] };
    const command = commandOf(program, { path: "/nowhere", cwd: "/", shells: "/nowhere" });
    expect(command.slice(0, 2)).toEqual(["/bin/sh", "-euc"]);
    const { stdout, exitCode } = Bun.spawnSync(command);
    expect([stdout.toString(), exitCode]).toEqual(["a b\n", 1]);
  });

  test("is cut where it prints too much, and that is told", async () => {
    const end = await run({ script: "head -c 100000 /dev/zero | tr '\\0' x", keptBytes: 256 });
    expect(end).toMatchObject({ isTruncated: true, stdout: expect.stringContaining("[… 99744 bytes left out …]") });
  });
});

describe("the environment", () => {
  const envOf = async (options: ShellSettings = {}): Promise<Record<string, string>> => {
    const { stdout } = await run({ command: ["/usr/bin/env"], ...options });
    const lines = stdout.trimEnd().split("\n").filter(Boolean);
    return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
  };

  test("is what programs need to find each other and to speak to people, and nothing else of wf", async () => {
    expect(await envOf()).toEqual({ PATH: String(OWN.PATH), HOME: "/home/x", LC_ALL: "C", LC_TIME: "C" });
  });

  test("is what is named, and what is given goes before it", async () => {
    expect(await envOf({ inherit: ["SECRET_TOKEN", "MISSING"], env: { A: "b", N: 1 } })).toEqual({
      SECRET_TOKEN: "tok-123456",
      A: "b",
      N: "1",
    });
    expect(await envOf({ inherit: ["LC_*"], env: { LC_ALL: "de" } })).toEqual({ LC_ALL: "de", LC_TIME: "C" });
    expect(await envOf({ inherit: [] })).toEqual({});
  });
});

describe("a program", () => {
  test("is found on its PATH, or beside its folder when it is named by a path", async () => {
    expect(await run({ command: ["tool", "a"], env: { PATH: project.path("sub") } })).toMatchObject({ stdout: "tool a\n" });
    expect(await run({ command: ["./tool", "b"], cwd: "sub" })).toMatchObject({ stdout: "tool b\n" });
  });

  test.each([".", "", "sub", "./sub", ":sub"])("is not looked for in entries of PATH that depend on the folder: %j", async (path) => {
    expect(await problem({ command: ["tool"], cwd: "sub", env: { PATH: path } })).toMatchObject({ code: "SHELL_UNSTARTED" });
  });

  test("that cannot be started for good is told so, with what is wrong", async () => {
    const cases: readonly (readonly [ShellOptions, string])[] = [
      [{ command: ["no-such-program"] }, '"no-such-program" cannot be started: there is no such program on its PATH'],
      [{ command: ["./nothing"] }, "is not there"],
      [{ command: ["./gone"] }, "the interpreter that its first line names"],
      [{ command: ["./plain"] }, "does not let this user execute it"],
      [{ command: ["true"], cwd: "nowhere" }, "there is no folder"],
      [{ script: "true", args: Array.from({ length: 5_000 }, () => "x".repeat(2_000)) }, "too large together"],
    ];
    for (const [options, text] of cases) {
      const { code, message } = await problem(options);
      expect(`${code} ${message}`).toContain("SHELL_UNSTARTED");
      expect(message).toContain(text);
    }
  });
});

test("when it is told to end, all of its group has ended before it settles", async () => {
  const controller = new AbortController();
  const running = run(
    { script: "sh -c 'echo $$ > deaf; trap \"\" TERM; sleep 600 & wait' & echo $$ > leader; wait" },
    { signal: controller.signal },
  );
  const leader = await numberIn(project.path("leader"));
  await eventually("the grandchild", () => existsSync(project.path("deaf")));
  controller.abort();
  expect(await running).toMatchObject({ exitCode: 143, signal: "SIGTERM" });
  expect(livingOf(leader)).toEqual([]);
  await expect(run({ script: "touch never" }, { signal: controller.signal })).rejects.toThrow();
  expect(existsSync(project.path("never"))).toBe(false);
});

/** Pid, name and state of who is left of a group; a zombie does nothing any more. */
const livingOf = (group: number): readonly string[] =>
  (existsSync("/proc") ? readdirSync("/proc") : []).flatMap((id) => {
    const path = `/proc/${id}/stat`;
    const text = /^\d+$/.test(id) && existsSync(path) ? textOf(path) : "";
    const [state = "", , itsGroup] = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return Number(itsGroup) === group && !/[ZX]/.test(state) ? [text.slice(0, text.lastIndexOf(")") + 3)] : [];
  });

const textOf = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
};

describe("its log", () => {
  test("has the whole output, is readable for its owner only, and knows no secrets", async () => {
    learn("tok-123456");
    const script =
      'printf "%s\\n" "$SECRET_TOKEN"; printf tok-; sleep 0.02; printf 123456; head -c 100000 /dev/zero | tr "\\0" x; echo oops >&2';
    const end = await run({ script, inherit: ["SECRET_TOKEN", "PATH"], keptBytes: 256 }, { log: "build.1.log" });
    expect(end.logFile).toBe(".wf/logs/x/build.1.log");
    const text = readFileSync(project.path(".wf/logs/x/build.1.log"), "utf8");
    // The two streams come as they come.
    expect(text.replace("oops\n", "")).toBe(`[sensitive]\n[sensitive]${"x".repeat(100_000)}`);
    expect(text).toContain("oops\n");
    expect([statSync(project.path(".wf/logs/x/build.1.log")).mode & 0o777, statSync(project.path(".wf/logs/x")).mode & 0o777]).toEqual([
      0o600, 0o700,
    ]);
  });

  test("begins anew with each run of an attempt", async () => {
    await run({ script: "echo first" }, { log: "again.1.log" });
    await run({ script: "echo 2" }, { log: "again.1.log" });
    expect(readFileSync(project.path(".wf/logs/x/again.1.log"), "utf8")).toBe("2\n");
  });

  test("does not go through a link that somebody has put in its place", async () => {
    mkdirSync(project.path(".wf/logs/x"), { recursive: true });
    symlinkSync(project.path("elsewhere"), project.path(".wf/logs/x/link.1.log"));
    expect(await problem({ script: "echo x" }, { log: "link.1.log" })).toMatchObject({ code: "ELOOP" });
    expect(existsSync(project.path("elsewhere"))).toBe(false);
  });

  test("that cannot be written ends the command, and is a full disk where it is one", async () => {
    const full = shellIn(project.root, { env: OWN });
    const { task } = readShellOptions("x", { script: "while :; do echo x; sleep 0.01; done" });
    // By a path, since links are refused; ids and names of steps never make such a one.
    const depth = project.root.split("/").length + 1;
    const log = { executionId: `${"../".repeat(depth)}dev`, name: "full" };
    await expect(full(task.request, { signal: new AbortController().signal, log })).rejects.toMatchObject({ code: "ENOSPC" });
  });
});
