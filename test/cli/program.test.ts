import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Invocation } from "../../src/cli/command.ts";
import { EXIT_CODES } from "../../src/cli/exit-codes.ts";
import { fail } from "../../src/model/errors.ts";
import { type Act, acting } from "./acting.ts";
import { wf } from "./harness.ts";

describe("wf without a command", () => {
  test("shows the overview and is no mistake", async () => {
    for (const line of ["", "help", "--help", "-h", "-q"]) {
      const { code, stdout, stderr } = await wf(line);
      expect([code, stderr]).toEqual([0, ""]);
      expect(stdout).toContain("Usage: wf <command> [options]");
    }
  });

  test("shows its version", async () => {
    for (const line of ["--version", "-V", "-q --version"]) expect(await wf(line)).toMatchObject({ code: 0, stdout: "1.2.3\n" });
  });

  test("refuses an unknown option", async () => {
    expect(await wf("--verison")).toMatchObject({ code: 2, stderr: expect.stringContaining("Unknown option '--verison'") });
  });
});

describe("help", () => {
  test("on a command is the same as its --help, and opens nothing", async () => {
    const [named, flagged] = [await wf("help tick"), await wf("tick --help")];
    expect(named.stdout).toBe(flagged.stdout);
    expect(named).toMatchObject({ code: 0, stderr: "", opened: [] });
    expect(named.stdout).toStartWith("Usage: wf tick [options]\n");
  });

  test("on exit codes shows them all, and opens nothing", async () => {
    const { code, stdout, opened } = await wf("help exit-codes");
    expect([code, opened]).toEqual([0, []]);
    for (const each of EXIT_CODES) expect(stdout).toContain(`${each.code}  ${each.meaning}\n`);
  });

  test("on help itself says what else it knows", async () => {
    const { code, stdout, opened } = await wf("help help");
    expect([code, opened]).toEqual([0, []]);
    expect(stdout).toStartWith("Usage: wf help [options] [topic]\n");
    expect(stdout).toContain("exit-codes");
  });

  test("on a command has its options before those of all, also where --help is the only one", async () => {
    for (const line of ["help tick", "help list"]) {
      const { stdout } = await wf(line);
      expect(stdout.indexOf("\nOptions:")).toBeGreaterThan(0);
      expect(stdout.indexOf("\nOptions:")).toBeLessThan(stdout.indexOf("\nGlobal options:"));
    }
  });

  test("on what is none is refused, with the nearest topic as a hint", async () => {
    expect(await wf("help tock")).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean "tick"?') });
    expect(await wf("help exit-code")).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean "exit-codes"?') });
    expect(await wf("exit-codes")).toMatchObject({ code: 2, stderr: expect.not.stringContaining("Did you mean") });
  });
});

describe("a mistake that a command finds", () => {
  const hintOf = async (line: string, act: Act): Promise<string> => (await acting(line, act)).stderr;

  test("and has no hint for is answered by the help on it; another hint stays", async () => {
    const act =
      (next?: string): Act =>
      () =>
        Promise.reject(fail("USAGE", next === undefined ? { problem: "no" } : { problem: "no", next }));
    expect(await hintOf("act", act())).toBe("error: no\n  hint: See `wf help act`.\n");
    expect(await hintOf("act", act("Say more."))).toBe("error: no\n  hint: Say more.\n");
  });
});

describe("an unknown command", () => {
  test("gets the nearest one as a hint", async () => {
    expect(await wf("rnu signup")).toMatchObject({
      code: 2,
      stdout: "",
      stderr: 'error: Unknown command "rnu"\n  hint: Did you mean "run"? `wf help` shows all commands.\n',
    });
  });

  test("that is near to nothing gets none, and a hidden command is near to nothing", async () => {
    expect((await wf("xyzzy")).stderr).toBe('error: Unknown command "xyzzy"\n  hint: `wf help` shows all commands.\n');
    expect((await wf("daemon-workre")).stderr).not.toContain("daemon-worker");
  });

  test("is a JSON document too where JSON was asked for", async () => {
    for (const line of ["rnu --json", "--json rnu", "rnu -o json", "rnu --output=json"]) {
      const { code, stdout, stderr } = await wf(line);
      expect(code).toBe(2);
      expect(JSON.parse(stdout)).toMatchObject({
        error: { name: "ValidationError", code: "USAGE", message: 'Unknown command "rnu"', cause: null },
      });
      expect(stderr).toStartWith('error: Unknown command "rnu"');
    }
  });
});

describe("a usage error of a command", () => {
  test("gives 2, opens nothing, and is JSON too where JSON was asked for", async () => {
    const { code, stdout, opened } = await acting("act --lod --json", () => 0);
    expect([code, opened]).toEqual([2, []]);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "USAGE", hint: "Did you mean --loud? See `wf help act`." } });
  });

  test("in a global option is told the same way", async () => {
    expect(await acting("act -o yaml", () => 0)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Unknown output format "yaml"'),
    });
    expect(await acting("act --json -o ids", () => 0)).toMatchObject({ code: 2 });
  });
});

describe("a command", () => {
  test("gets its arguments and options, and gives the exit code", async () => {
    let seen: Invocation | undefined;
    const ran = await acting("--dir /x act a --loud b", (_, invocation) => {
      seen = invocation;
      return 5;
    });
    expect([ran.code, seen]).toEqual([5, { args: ["a", "b"], options: { loud: true } }]);
  });

  test("that throws an error of the catalogue gives its code", async () => {
    for (const [error, code] of [
      [fail("EXECUTION_NOT_FOUND", { id: "x" }), 4],
      [fail("DB_UNUSABLE", { file: "x", problem: "y", next: "z" }), 8],
      [fail("BUSY", { file: "x", waitedMs: 1 }), 75],
      [new Error("boom"), 1],
      ["boom", 1],
    ] as const) {
      const ran = await acting("act", () => {
        throw error;
      });
      expect(ran.code).toBe(code);
      expect(ran.stderr).toStartWith("error: ");
    }
  });

  test("opens the project once, on first use, where it was told, and it is closed in the end", async () => {
    const ran = await acting("act --dir sub --db x.db", async (context) => {
      await context.client({ create: true, role: "run" });
      await context.client();
      return 0;
    });
    expect(ran).toMatchObject({ code: 0, closed: 1, opened: [{ cwd: "/project", dir: "sub", db: "x.db", role: "run", create: true }] });
  });

  test("that opens nothing closes nothing; one that fails is closed all the same", async () => {
    expect(await acting("act", () => 0)).toMatchObject({ opened: [], closed: 0 });
    const failed = await acting("act", async (context) => {
      await context.client();
      throw new Error("boom");
    });
    expect(failed).toMatchObject({ code: 1, closed: 1, opened: [{ role: "client", create: false }] });
  });

  test("whose project cannot be opened says so once", async () => {
    const error = fail("DB_UNUSABLE", { file: "x.db", problem: "it is newer", next: "Update wf." });
    const ran = await acting("act", (context) => context.client().then(() => 0), { opener: { openProject: () => Promise.reject(error) } });
    expect(ran).toMatchObject({ code: 8, stderr: "error: x.db cannot be used: it is newer\n  hint: Update wf.\n" });
  });

  test("whose project cannot be closed did not do its duty", async () => {
    const close = (): Promise<void> => Promise.reject(new Error("disk full"));
    const opener = { openProject: () => Promise.resolve({ client: {} as never, close }) };
    expect(await acting("act", (context) => context.client().then(() => 0), { opener })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("disk full"),
    });
  });

  test("that asks for neither project nor folder needs none", async () => {
    const locateProject = (): never => {
      throw fail("USAGE", { problem: "no project" });
    };
    expect(await acting("act", () => 0, { opener: { locateProject } })).toMatchObject({ code: 0 });
    expect(await acting("act", ({ root }) => root.length, { opener: { locateProject } })).toMatchObject({ code: 2 });
  });

  test("hears what was passed over on the way to the project, once", async () => {
    const locateProject = () => ({ root: "/a", databaseFile: "/a/.wf.db", notes: ["/b holds a project: passed over"] });
    const ran = await acting("act", async (context) => (await context.client(), context.root.length), { opener: { locateProject } });
    expect(ran).toMatchObject({ code: 2, stderr: "/b holds a project: passed over\n" });
  });
});

describe("the environment", () => {
  const folder = mkdtempSync(join(tmpdir(), "wf-program-"));
  const file = join(folder, "some.env");
  writeFileSync(file, "WF_DB=from-file.db\nSTAGE=file\n");

  test("is set by --env-file before the database is chosen, and what is there already stays", async () => {
    const env: Record<string, string | undefined> = { STAGE: "mine" };
    const act: Act = (context) => context.client().then(() => 0);
    expect(await acting(["act", "--env-file", file], act, { env })).toMatchObject({ opened: [{ db: "from-file.db" }] });
    expect(env).toEqual({ STAGE: "mine", WF_DB: "from-file.db" });
    expect(await acting(["act", "--env-file", file], act, { env: { WF_DB: "env.db" } })).toMatchObject({ opened: [{ db: "env.db" }] });
    expect(await acting(["act", "--env-file", file, "--db", "flag.db"], act)).toMatchObject({ opened: [{ db: "flag.db" }] });
  });

  test("is left alone without it", async () => {
    const env = {};
    await acting("act", () => 0, { env });
    expect(env).toEqual({});
  });

  test("that cannot be read is a usage error", async () => {
    expect(await acting(["act", "--env-file", join(folder, "none")], () => 0)).toMatchObject({ code: 2 });
    rmSync(folder, { recursive: true });
  });
});
