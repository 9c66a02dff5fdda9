/** What reaches pipes, files, small screens and impatient readers: whole, plain, and harmless. */
import { afterEach, describe, expect, test } from "bun:test";
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { Database } from "bun:sqlite";
import { resolve } from "node:path";
import { type Finished, type Playground, playground } from "../support/wf.ts";

const WF = resolve(import.meta.dir, "../../bin/wf");

let at: Playground;
afterEach(() => {
  chmodSync(at.folder, 0o755);
  at.remove();
});

/** A line of shell in the project's folder; `wf` is the command. */
const shell = async (line: string, env: Record<string, string> = {}): Promise<Finished> => {
  const child = Bun.spawn(["sh", "-c", `wf() { ${WF} "$@"; }; ${line}`], {
    ...{ cwd: at.folder, env: { PATH: process.env["PATH"] ?? "", HOME: at.folder, ...env } },
    ...{ stdin: "ignore" as const, stdout: "pipe" as const, stderr: "pipe" as const },
  });
  const [code, stdout, stderr] = await Promise.all([child.exited, new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { code, stdout, stderr };
};

const RAW = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

const LOUD = `
import { writeSync } from "node:fs";
import { Workflow } from "wflite";
export const loud = Workflow.define({
  name: "loud",
  async run(ctx) {
    console.log("a stray line");
    process.stdout.write("a stray text\\n");
    console.table([{ a: 1 }]);
    return ctx.step("talk", () => (console.log("inside"), console.error("to stderr"), "said"));
  },
});
export const many = Workflow.define({
  name: "many",
  async run(ctx) {
    for (let n = 0; n < 20; n++) await ctx.step("part", () => "x".repeat(100_000), { key: n });
    return "all";
  },
});
export const hostile = Workflow.define({
  name: "hostile",
  async run(ctx, input) {
    ctx.log.info("log \\x1b[31mred\\r\\x07\\x9b31m \\u202e", { key: "\\x1b]0;title\\x07" });
    await ctx.step("value\\u202e", () => ["\\x1b[2J\\u2066", { "\\x1b[1m": 1 }]);
    await ctx.step("bad", () => { throw Object.assign(new Error("message\\x1b[31m\\u202e"), { name: "Name\\x1b[1m" });
      }, { retry: { attempts: 1 } });
  },
});
`;

describe("standard output", () => {
  test("is one JSON document, whatever the workflow prints; what it prints goes to standard error", async () => {
    at = playground({ "loud.ts": LOUD });
    const { code, stdout, stderr } = await at.wf("run", "loud", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ status: "completed", output: "said" });
    for (const said of ["a stray line", "a stray text", "inside", "to stderr"]) expect(stderr).toContain(said);
  });

  test("closed by its reader, or from the start, ends a command quietly", async () => {
    at = playground({ "loud.ts": LOUD });
    await at.wf("run", "many", "--id", "m");
    const head = await shell("{ wf history m --full; echo code $? >&2; } | head -1");
    expect(head.stderr).toMatch(/^code (0|141)\n$/);
    expect(head.stdout).toContain("m  many");
    const json = await shell("{ wf history m --json; echo code $? >&2; } | head -c 10");
    expect(json.stderr).toMatch(/^code (0|141)\n$/);
    const closed = await shell("wf history m >&-; echo code $?");
    expect(closed).toMatchObject({ stdout: expect.stringMatching(/^code (0|141)\n$/), stderr: "" });
  });

  test("closed does not stop a run", async () => {
    at = playground({ "loud.ts": LOUD });
    await shell("wf run many --id a >&- 2>&-; wf run many --id b 2>&1 | head -c 1; wf run many --id c >/dev/full 2>/dev/full");
    for (const id of ["a", "b", "c"]) expect(await at.json("status", id)).toMatchObject({ status: "completed" });
  });

  test("of two megabytes reaches a slow reader whole", async () => {
    at = playground({ "loud.ts": LOUD });
    await at.wf("run", "many", "--id", "m");
    const { stdout } = await shell("wf history m --json | { sleep 0.5; cat; }");
    expect(stdout.length).toBeGreaterThan(2_000_000);
    expect(JSON.parse(stdout).steps).toHaveLength(20);
  });
});

describe("colour", () => {
  test.each([
    { TERM: "dumb", CI: "1" },
    { NO_COLOR: "1", FORCE_COLOR: "1" },
  ])("%p in a pipe: no escape sequences", async (env) => {
    at = playground({ "loud.ts": LOUD });
    const all = await shell("wf run loud; wf status; wf list; wf history @last --full; wf why @last; wf run nope", env);
    expect(all.stdout + all.stderr).not.toMatch(RAW);
  });

  test("FORCE_COLOR colours text in a pipe, and never JSON", async () => {
    at = playground({ "loud.ts": LOUD });
    await at.wf("run", "loud");
    expect((await shell("wf status", { FORCE_COLOR: "1" })).stdout).toContain("\x1b[");
    expect((await shell("wf status --json", { FORCE_COLOR: "1" })).stdout).not.toContain("\x1b");
  });
});

test("control characters of names, logs, outputs and errors are escaped by every command that reads", async () => {
  at = playground({ "loud.ts": LOUD });
  const run = await at.wf("run", "hostile", "text=\x1b[31m\u202e", "--id", "h", "--tag", "who=\x1b[31m");
  const shown = [run, await at.wf("run", "hostile", "text=\x1b[31m\u202e", "--id", "h")];
  for (const command of [
    ["status", "h"],
    ["status"],
    ["history", "h"],
    ["history", "h", "--full"],
    ["why", "h"],
    ["logs", "h"],
    ["wait", "h"],
  ]) {
    shown.push(await at.wf(...command), await at.wf(...command, "--json"), await at.wf(...command, "-o", "jsonl"));
  }
  for (const { stdout, stderr } of shown) expect(stdout + stderr).not.toMatch(RAW);
});

test("at 40 columns of a terminal no table row is wider, and nothing is lost of an id", async () => {
  at = playground({ "loud.ts": LOUD });
  await at.wf("run", "loud", "--id", "loud-with-quite-a-long-id-of-44-characters");
  const { stdout } = await shell(
    `script -qec 'stty cols 40; ${WF} status --no-color; ${WF} history @last --no-color; ${WF} list --no-color' /dev/null`,
    { TERM: "xterm" },
  );
  const lines = stdout.split(/\r?\n/).filter((line) => !line.includes("loud-with"));
  expect(lines.filter((line) => Bun.stringWidth(line) > 40)).toEqual([]);
  expect(stdout).toContain("loud-with-quite-a-long-id-of-44-characters");
});

const FINE =
  'import { Workflow } from "wflite";\nexport default Workflow.define({ name: "fine", run: (ctx) => ctx.step("only", () => 1) });\n';

/** Each command is refused with exit 8, one sentence and a hint; the file stays as it is. */
const refused = async (told: RegExp): Promise<void> => {
  const file = at.path(".wf.db");
  const before = readFileSync(file);
  for (const args of [["status"], ["run", "fine"], ["tick"], ["wait", "x"], ["daemon"]]) {
    const { code, stdout, stderr } = await shell([WF, ...args].join(" "));
    expect([args[0], code, stdout]).toEqual([args[0], 8, ""]);
    const problem = args[0] === "daemon" ? stderr.slice(stderr.indexOf("error: ")).replace(/^the worker cannot start.*\n/m, "") : stderr;
    expect(problem).toMatch(/^error: .*\.wf\.db cannot be used: .+\n( {2}cause: .+\n)? {2}hint: .+\n$/);
    expect(stderr).toMatch(told);
  }
  expect(readFileSync(file).equals(before)).toBe(true);
  expect(existsSync(`${file}-wal`)).toBe(false);
};

describe("a database that cannot be used", () => {
  const withDatabase = async (): Promise<string> => {
    at = playground({ "fine.ts": FINE });
    await at.wf("run", "fine");
    return at.path(".wf.db");
  };

  test("a text file", async () => {
    at = playground({ "fine.ts": FINE });
    writeFileSync(at.path(".wf.db"), "just some text", { mode: 0o600 });
    await refused(/not a database/);
  });

  test("a truncated one", async () => {
    const file = await withDatabase();
    truncateSync(file, Math.floor(statSync(file).size / 2));
    await refused(/damaged/);
  });

  test("an empty one", async () => {
    at = playground({ "fine.ts": FINE });
    writeFileSync(at.path(".wf.db"), "", { mode: 0o600 });
    for (const command of ["status", "tick"]) {
      const { code, stdout, stderr } = await at.wf(command);
      expect([command, code, stdout]).toEqual([command, 8, ""]);
      expect(stderr).toMatch(/empty/);
    }
    expect(statSync(at.path(".wf.db")).size).toBe(0);
  });

  test("one of a newer wf", async () => {
    const db = new Database(await withDatabase());
    db.run("PRAGMA user_version = 9999");
    db.close();
    await refused(/newer/);
  });

  test("one that everybody may write to", async () => {
    chmodSync(await withDatabase(), 0o666);
    await refused(/every user/);
  });

  test("a symbolic link", async () => {
    await withDatabase();
    await shell("mv .wf.db real.db");
    symlinkSync("real.db", at.path(".wf.db"));
    await refused(/symbolic link/);
  });

  test("one in a folder that everybody may write to", async () => {
    await withDatabase();
    chmodSync(at.folder, 0o777);
    await refused(/./);
  });

  test("one of another user", async () => {
    const file = await withDatabase();
    if (process.getuid?.() !== 0) return;
    const before = readFileSync(file);
    chownSync(file, 65_534, 65_534);
    for (const args of [["status"], ["run", "fine"], ["tick"], ["status", "--db", ".wf.db"]]) {
      const { code, stdout, stderr } = await at.wf(...args);
      expect([2, 8]).toContain(code);
      expect(stdout).toBe("");
      expect(stderr).toMatch(/^error: .+ belongs to .+\n {2}hint: .+\n$/);
    }
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test("one in a folder without write permission, for a user who has none", async () => {
    const file = await withDatabase();
    if (process.getuid?.() !== 0) return;
    chownSync(file, 65_534, 65_534);
    chmodSync(file, 0o400);
    chmodSync(at.folder, 0o555);
    const before = readFileSync(file);
    const { code, stderr } = await shell(`setpriv --reuid 65534 --clear-groups ${WF} run fine`);
    expect(stderr).toContain("hint:");
    expect(code).toBe(8);
    expect(readFileSync(file).equals(before)).toBe(true);
  });
});

test("nothing of a hostile folder is run or loaded", async () => {
  at = playground({ "fine.ts": FINE });
  const trap = 'require("node:fs").appendFileSync(require("node:path").join(process.env.TRAP, "sprung"), "x\\n");\n';
  at.write("trap.cjs", trap);
  at.write("bunfig.toml", 'preload = ["./trap.cjs"]\n[run]\npreload = ["./trap.cjs"]\n[test]\npreload = ["./trap.cjs"]\n');
  at.write(".env", "BUN_OPTIONS=--preload=./trap.cjs\nWF_DB=/tmp/elsewhere.db\nFROM_ENV=1\n");
  at.write("tsconfig.json", JSON.stringify({ compilerOptions: { baseUrl: ".", paths: { wflite: ["./trap.cjs"], "*": ["./trap.cjs"] } } }));
  at.write(
    "package.json",
    JSON.stringify({ name: "x", imports: { "#x": "./trap.cjs" }, scripts: { preinstall: "node trap.cjs", prerun: "node trap.cjs" } }),
  );
  at.write("wflite/index.ts", trap);
  for (const name of ["wflite", "chalk", "commander", "ora", "devalue", "cli-table3"]) {
    at.write(`node_modules/${name}/index.js`, trap);
    at.write(`node_modules/${name}/package.json`, JSON.stringify({ name, main: "index.js" }));
  }
  mkdirSync(at.path("tmp"));
  const all = await shell(
    [
      "run fine --id f",
      "status",
      "list",
      "history f",
      "why f",
      "logs f",
      "wait f",
      "tick",
      "help",
      "doctor",
      "schedule list",
      "sql 'select 1'",
      "cancel f",
      "send f go",
      "nope",
    ]
      .map((command) => `wf ${command}`)
      .join("; "),
    { TRAP: at.path("tmp") },
  );
  expect(at.lines("tmp/sprung")).toEqual([]);
  expect(existsSync("/tmp/elsewhere.db")).toBe(false);
  expect(all.stdout).toContain("f completed");
});
