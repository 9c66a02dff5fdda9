/** The git hook of `wf init --hook`, in real repositories. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { wfHere } from "../../support/in-process.ts";

let base: string;
beforeAll(() => (base = realpathSync(mkdtempSync(join(tmpdir(), "wf-hook-")))));
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** A person with a name, and no settings of this machine; on whose PATH there is no wf. */
const ENV = { PATH: "/usr/bin:/bin", HOME: "/nowhere", GIT_CONFIG_NOSYSTEM: "1", ...who("AUTHOR"), ...who("COMMITTER") };

function who(role: string): Record<string, string> {
  return { [`GIT_${role}_NAME`]: "A", [`GIT_${role}_EMAIL`]: "a@example.org" };
}

const git = (folder: string, ...args: readonly string[]) => {
  const { exitCode, stderr } = Bun.spawnSync(["git", ...args], { cwd: folder, env: ENV });
  return { exitCode, stderr: stderr.toString() };
};

const repository = (): string => {
  const folder = mkdtempSync(join(base, "repository-"));
  expect(git(folder, "init", "--quiet").exitCode).toBe(0);
  return folder;
};

const WORKFLOW = (event: string): string => `import { Workflow } from "wflite";
export default Workflow.define({ name: "w", async run(ctx) { await ctx.waitForEvent("${event}"); } });
`;

test("no commit with code that an execution in flight cannot go on with", async () => {
  const folder = repository();
  const project = join(folder, "it's a project");
  mkdirSync(join(project, "workflows"), { recursive: true });
  writeFileSync(join(project, "workflows/w.ts"), WORKFLOW("paid"));
  expect((await wfHere({ folder: project }, ["run", "w", "--hold", "0s"])).code).toBe(3);
  const { code, stdout } = await wfHere({ folder: project }, ["init", "--hook"]);
  expect([code, stdout]).toEqual([0, expect.stringContaining("created   ../.git/hooks/pre-commit")]);

  writeFileSync(join(project, "workflows/w.ts"), WORKFLOW("sent"));
  git(folder, "add", ".");
  const refused = git(folder, "commit", "-m", "a");
  expect(refused.exitCode).not.toBe(0);
  expect(refused.stderr).toContain("w-");
  expect(git(folder, "rev-parse", "--verify", "HEAD").exitCode).not.toBe(0);

  writeFileSync(join(project, "workflows/w.ts"), WORKFLOW("paid"));
  expect(git(folder, "commit", "-am", "a")).toMatchObject({ exitCode: 0 });
});

test("a hook that is there is kept, and the line that is missing is told", async () => {
  const folder = repository();
  const file = join(folder, ".git/hooks/pre-commit");
  mkdirSync(join(folder, ".git/hooks"), { recursive: true });
  writeFileSync(file, "#!/bin/sh\necho mine\n");
  expect((await wfHere({ folder }, ["init", "--hook"])).stdout).toContain("add this line to it: wf check -q");
  expect(readFileSync(file, "utf8")).toBe("#!/bin/sh\necho mine\n");
});

test("nothing is to be added where it is there already, as after a second time", async () => {
  const folder = repository();
  const file = join(folder, ".git/hooks/pre-commit");
  const again = async () => (await wfHere({ folder }, ["init", "--hook"])).stdout;
  expect(await again()).toContain("created   .git/hooks/pre-commit");
  expect(await again()).not.toContain("add this line");
  writeFileSync(file, "#!/bin/sh\nnpm test && '/a b/wf' check\n");
  expect(await again()).not.toContain("add this line");
  writeFileSync(file, "#!/bin/sh\n# wf check -q\n");
  expect(await again()).toContain("add this line");
  rmSync(file);
  symlinkSync("nowhere", file);
  expect(await again()).toContain("add this line");
});

test("it goes where git looks for hooks, and may be run", async () => {
  const folder = repository();
  git(folder, "config", "core.hooksPath", "hooks");
  await wfHere({ folder }, ["init", "--hook"]);
  expect(statSync(join(folder, "hooks/pre-commit")).mode & 0o777).toBe(0o755);
  expect(existsSync(join(folder, ".git/hooks/pre-commit"))).toBe(false);
});

test("without a repository nothing is made at all", async () => {
  const folder = mkdtempSync(join(base, "plain-"));
  expect(await wfHere({ folder }, ["init", "--hook"])).toMatchObject({ code: 2, stderr: expect.stringContaining("git init") });
  expect(existsSync(join(folder, "tsconfig.json"))).toBe(false);
});
