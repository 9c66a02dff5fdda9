/** Scripts under real processes: what a terminal and a pipe are shown, and what is left of them when wf is stopped, killed or cancels. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync } from "node:fs";
import { lookUp } from "../../../src/host/process-table.ts";
import { eventually, type Execution, type Playground, playground } from "../../support/wf.ts";

let project: Playground;
beforeEach(() => {
  project = playground();
});
afterEach(() => project.remove());

const script = (name: string, ...lines: readonly string[]): void => {
  project.write(`workflows/${name}`, `#!/usr/bin/env bash\n# wf: concurrency=5\nset -euo pipefail\n${lines.join("\n")}\n`);
  chmodSync(project.path(`workflows/${name}`), 0o755);
};

/** Where nobody reaps it, it stays as a zombie, which does nothing any more. */
const isAlive = (pid: string): boolean => {
  const seen = lookUp(Number(pid));
  return seen.kind === "seen" && !seen.isZombie;
};

const line = (file: string): Promise<string> => eventually(file, () => project.lines(file)[0]);

test("its output goes to standard error, without what would rewrite a terminal; standard output is the result", async () => {
  script(
    "loud.sh",
    "printf 'out \\033[2J\\a\\n'",
    "printf 'err \\033]0;title\\007\\n' >&2",
    "wf step s -- printf 'step \\033[31m\\n'",
    `wf end --output '"\\u001b[31m"'`,
  );
  const { code, stdout, stderr } = await project.wf("run", "loud", "--id", "l", "-o", "json");
  expect([code, (JSON.parse(stdout) as Execution).output]).toEqual([0, "\u001b[31m"]);
  const logs = await project.wf("logs", "l");
  const text = await project.wf("status", "l");
  for (const shown of [stderr, logs.stdout, text.stdout]) expect(shown).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f]/);
  for (const shown of ["out \\x1b[2J\\x07", "err \\x1b]0;title\\x07", "step \\x1b[31m"]) {
    expect(stderr).toContain(shown);
    expect(logs.stdout).toContain(shown);
  }
  expect(stdout).toContain("\\u001b[31m");
});

describe("a script in the middle of a step", () => {
  // A script that has ended by itself leaves its children alone.
  afterEach(() => {
    const child = Number(project.lines("child")[0]);
    if (isAlive(String(child))) process.kill(child, "SIGKILL");
  });

  /** The first step goes on until there is a file `go`; it has a child that would go on for ever. */
  const begin = async (): Promise<{ readonly wf: ReturnType<Playground["start"]>; readonly child: string }> => {
    script(
      "long.sh",
      "wf step first -- sh -c 'echo run >> ran; sleep 1000 & echo $! > child; until [ -e go ]; do sleep 0.02; done'",
      "wf step second -- sh -c 'echo second >> ran'",
    );
    const wf = project.start("run", "long", "--id", "x");
    return { wf, child: await line("child") };
  };

  test("Ctrl-C lets the step finish and begins no other; nothing of it runs twice", async () => {
    const { wf } = await begin();
    wf.kill("SIGINT");
    await eventually("told to stop", async () => (await project.wf("history", "x", "-o", "json")).stdout.includes('"running"'));
    project.write("go", "");
    const { code, stdout } = await wf.done;
    expect([code, project.lines("ran")]).toEqual([130, ["run"]]);
    expect(stdout).toContain("x is pending");
    expect((await project.wf("tick")).stdout).toContain("completed");
    expect(project.lines("ran")).toEqual(["run", "second"]);
  });

  test("kill -9 of wf takes all of it along; the next tick runs the step again", async () => {
    const { wf, child } = await begin();
    wf.kill("SIGKILL");
    await wf.done;
    await eventually("its child is gone", () => !isAlive(child));
    project.write("go", "");
    expect((await project.wf("tick")).stdout).toContain("completed");
    expect(project.lines("ran")).toEqual(["run", "run", "second"]);
  });

  test("a cancellation from elsewhere ends all of it", async () => {
    const { wf, child } = await begin();
    expect((await project.wf("cancel", "x", "--reason", "enough")).code).toBe(0);
    const { code } = await wf.done;
    expect([code, isAlive(child), project.lines("ran")]).toEqual([6, false, ["run"]]);
    const { steps } = await project.json<{ readonly steps: readonly { readonly status: string }[] }>("history", "x");
    expect(steps.map(({ status }) => status)).toEqual(["cancelled"]);
  });
});

test("retry starts a failed one again with its finished steps; a name that is a script's is found and checked", async () => {
  script("fix.sh", `echo "stamp $(wf step stamp -- date +%s%N)" >> stamps\nwf step work -- test -e mended`);
  const failed = await project.json<Execution & Record<string, unknown>>("run", "fix", "--id", "f");
  expect(failed).toMatchObject({ status: "failed", error: { code: "SCRIPT_FAILED", hint: expect.stringContaining("wf retry") } });
  expect((await project.wf("why", "f")).stdout).toContain("wf retry f");
  project.write("mended", "");
  expect((await project.wf("retry", "f")).code).toBe(0);
  expect(new Set(project.lines("stamps")).size).toBe(1);
  expect((await project.wf("run", "fix", "--dry-run")).code).toBe(0);
  expect((await project.wf("run", "fix", "a-b=1", "a_b=2")).code).toBe(2);
});
