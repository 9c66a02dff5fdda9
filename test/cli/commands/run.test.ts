import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CarryOptions, StartOptions } from "../../../src/model/client.ts";
import { fail } from "../../../src/model/errors.ts";
import type { ExecutionView } from "../../../src/model/views.ts";
import { executionOf, type Given, handleOf, iso, ManualSignals, NOW, stepOf, wf } from "../harness.ts";

const ID = "signup-7f3k9q2m4d";
const folder = mkdtempSync(join(tmpdir(), "wf-run-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Started {
  readonly workflow: string;
  readonly input: unknown;
  readonly options: StartOptions;
}

const running = async (
  line: string | readonly string[],
  given: Given & { readonly execution?: Partial<ExecutionView>; readonly existing?: boolean } = {},
) => {
  const started: Started[] = [];
  const carried: CarryOptions[] = [];
  const execution = executionOf(given.execution);
  const ran = await wf(line, {
    ...given,
    client: {
      start: (workflow: string, input: unknown, options: StartOptions) => {
        started.push({ workflow, input, options });
        return Promise.resolve(handleOf(options.id ?? ID, given.existing ? "existing" : "created"));
      },
      carry: (_: string, options: CarryOptions) => (carried.push(options), Promise.resolve(execution)),
      getStatus: () => Promise.resolve(execution),
      history: () => Promise.resolve({ execution, steps: [stepOf()] }),
      ...given.client,
    },
  });
  return { ...ran, started, carried };
};

describe("wf run", () => {
  test("starts the workflow with its input and carries it for waits up to a minute", async () => {
    const { code, started, carried, opened } = await running("run signup email=ada@example.com seats:=3 a.b=c");
    expect(code).toBe(0);
    expect(started).toEqual([
      { workflow: "signup", input: { email: "ada@example.com", seats: 3, a: { b: "c" } }, options: { claim: true } },
    ]);
    expect(carried).toMatchObject([{ holdMs: 60_000 }]);
    expect(opened).toMatchObject([{ role: "run", create: true }]);
  });

  test("prints one document as JSON, with what the start did", async () => {
    const { stdout } = await running("run signup --json");
    expect(JSON.parse(stdout)).toEqual({ ...executionOf(), disposition: "created" });
  });

  test("prints the id with -o ids", async () => {
    expect((await running("run signup -o ids")).stdout).toBe(`${ID}\n`);
  });

  test("prints the steps, the end and the output as text, in a pipe without a single escape", async () => {
    const { stdout, stderr } = await running("run signup");
    expect(stdout).toContain("create customer");
    expect(stdout).toContain(`${ID} completed in 1.3s`);
    expect(stdout).toEndWith('{ "customerId": "c1" }\n');
    expect(stdout + stderr).not.toContain("\x1b");
  });

  test("prints this, 80 columns wide", async () => {
    const { stdout, stderr } = await running("run signup");
    // The marks are ASCII where the locale is.
    expect(stdout.replace(/^[^\w\s] /gm, "* ")).toBe(
      ["* create customer  120ms", "", `* ${ID} completed in 1.3s`, '  { "customerId": "c1" }', ""].join("\n"),
    );
    expect(stderr).toBe("");
  });

  test("says of a parked one until when, and what goes on with it", async () => {
    const parked = { status: "sleeping", reason: "sleep", wakeAt: iso(51 * 3_600_000), finishedAt: null, output: null } as const;
    const { code, stdout } = await running("run signup", { execution: parked });
    expect(code).toBe(5);
    expect(stdout).toContain("is sleeping");
    expect(stdout).toContain("until 2026-03-03T12:00:00.000Z (in 2d 3h)");
    expect(stdout).not.toContain("wf tick\n");
    expect(stdout).toContain(`to go on now: wf wake ${ID}\n`);
    expect(stdout).toEndWith("goes on by itself where `wf daemon` runs, or `wf tick` by cron\n");
  });

  test("gives the exit code of every state", async () => {
    for (const [execution, expected] of [
      [{ status: "failed" }, 1],
      [{ status: "waiting", wakeAt: null }, 3],
      [{ status: "waiting", wakeAt: iso(1) }, 5],
      [{ status: "cancelled" }, 6],
      [{ status: "blocked", reason: "diverged" }, 7],
    ] as const) {
      expect((await running("run signup --json", { execution })).code).toBe(expected);
    }
  });

  test("needs a workflow", async () => {
    expect(await running("run")).toMatchObject({
      code: 2,
      started: [],
      stderr: expect.stringContaining("Missing required argument 'workflow'"),
    });
  });
});

describe("the start", () => {
  const optionsOf = async (line: string): Promise<StartOptions | undefined> => (await running(line)).started[0]?.options;

  test("takes id, tags and what to do when the id exists", async () => {
    expect(await optionsOf("run signup --id s-1 --tag team=a --tag stage=b --if-exists fail")).toEqual({
      id: "s-1",
      tags: { team: "a", stage: "b" },
      ifExists: "fail",
      claim: true,
    });
  });

  test("leaves arguments behind a tag alone", async () => {
    expect((await running("run signup --tag team=a email=x")).started[0]?.input).toEqual({ email: "x" });
  });

  test("may be later: then this process does not take it at once", async () => {
    expect(await optionsOf("run signup --in 2h")).toEqual({ at: NOW + 7_200_000, claim: false });
    expect(await optionsOf("run signup --at 2026-03-02T09:00:00Z")).toEqual({ at: NOW + 86_400_000, claim: false });
  });

  test("refuses what makes no sense, and starts nothing", async () => {
    for (const [line, message] of [
      ["run signup --in 2h --at 10:00", "--in and --at exclude each other"],
      ["run signup --in soon", "--in: "],
      ["run signup --at 2026-02-30", "--at: "],
      ["run signup --if-exists maybe --id x", "--if-exists takes return, fail, replace"],
      ["run signup --if-exists fail", "--if-exists needs --id"],
      ["run signup --tag team", "--tag takes key=value"],
      ["run signup --wait --hold 1m", "--wait and --hold exclude each other"],
      ["run signup --detach --wait", "exclude each other"],
      ["run signup a=1 a=2", '"a" is given twice'],
      ["run signup __proto__.x=1", "is refused"],
      ["run signup --input {", "--input is not JSON"],
    ] as const) {
      const { code, stderr, started, opened } = await running(line);
      expect([line, code, started, opened]).toEqual([line, 2, [], []]);
      expect(stderr).toContain(message);
    }
  });

  test("of an id that exists says that nothing was created, and carries it on", async () => {
    const { code, stderr, stdout, carried } = await running("run signup --id s-1 --json", { existing: true });
    expect([code, carried.length]).toEqual([0, 1]);
    expect(stderr).toStartWith("execution s-1 exists already; nothing was created\n");
    expect(JSON.parse(stdout)).toMatchObject({ disposition: "existing" });
  });

  test("gives the codes of its errors", async () => {
    for (const [error, expected] of [
      [fail("WORKFLOW_NOT_FOUND", { name: "sinup", suggestion: "signup" }), 4],
      [fail("INPUT_INVALID", { workflow: "signup", problem: "email: Required" }), 2],
      [fail("ID_TAKEN", { id: "x" }), 2],
      [fail("DB_UNUSABLE", { file: "x", problem: "y", next: "z" }), 8],
    ] as const) {
      const ran = await running("run signup --json", { client: { start: () => Promise.reject(error) } });
      expect(ran.code).toBe(expected);
      expect(JSON.parse(ran.stdout)).toMatchObject({ error: { code: error.code } });
    }
  });

  test("hints at := where a schema refused text that is JSON", async () => {
    const start = (): Promise<never> =>
      Promise.reject(fail("INPUT_INVALID", { workflow: "signup", problem: "seats: expected number, received string" }));
    const { code, stderr } = await running("run signup seats=3", { client: { start } });
    expect([code, stderr.split("\n")[1]]).toEqual([2, "  hint: = gives text. For a number, true, false or JSON write seats:=3"]);
  });
});

describe("--input", () => {
  const inputOf = async (argv: readonly string[], given: Given = {}): Promise<unknown> =>
    (await running(["run", "signup", ...argv], given)).started[0]?.input;

  test("is JSON, of any kind", async () => {
    expect(await inputOf(["-i", '{"a":1}'])).toEqual({ a: 1 });
    expect(await inputOf(["--input", '"text"'])).toBe("text");
    expect(await inputOf(["--input=[1]"])).toEqual([1]);
  });

  test("reads a file after @, and standard input for -", async () => {
    const file = join(folder, "input.json");
    writeFileSync(file, '{"from":"file"}\n');
    expect(await inputOf(["-i", `@${file}`])).toEqual({ from: "file" });
    expect(await inputOf(["-i", "-"], { stdin: '{"from":"stdin"}\n' })).toEqual({ from: "stdin" });
  });

  test("has pairs laid over it", async () => {
    expect(await inputOf(["-i", '{"a":1,"b":{"c":2}}', "b.c=3"])).toEqual({ a: 1, b: { c: "3" } });
  });

  test("that cannot be read is refused, and nothing is opened", async () => {
    for (const argv of [
      ["-i", `@${join(folder, "none.json")}`],
      ["-i", "-"],
      ["-i", "foo"],
      ["-i", ""],
      ["-i", "[1]", "a=1"],
    ]) {
      expect(await running(["run", "signup", ...argv], { stdin: "not json" })).toMatchObject({ code: 2, started: [], opened: [] });
    }
  });
});

describe("--dry-run", () => {
  test("checks, creates nothing, not even a database, and says what would be started", async () => {
    const validated: unknown[] = [];
    const client = { validate: (...args: readonly unknown[]) => Promise.resolve(void validated.push(args)) };
    const { code, stdout, started, opened } = await running("run signup email=a@b.c --id s-1 --in 2h --tag t=1 --dry-run --json", {
      client,
    });
    expect([code, started]).toEqual([0, []]);
    expect(opened).toMatchObject([{ create: false }]);
    expect(validated).toEqual([["signup", { email: "a@b.c" }, { id: "s-1", tags: { t: "1" }, at: NOW + 7_200_000 }]]);
    expect(JSON.parse(stdout)).toEqual({
      dryRun: true,
      workflow: "signup",
      id: "s-1",
      input: { email: "a@b.c" },
      tags: { t: "1" },
      startAt: iso(7_200_000),
    });
  });

  test("says it in words", async () => {
    const client = { validate: () => Promise.resolve() };
    expect((await running("run signup email=a@b.c --id s-1 --in 2h --dry-run", { client })).stdout).toBe(
      `would start signup as s-1 at ${iso(7_200_000)}; nothing was created\ninput: { "email": "a@b.c" }\n`,
    );
    expect((await running("run signup --dry-run", { client })).stdout).toBe("would start signup; nothing was created\ninput: {}\n");
  });

  test("gives the code of what is wrong", async () => {
    const validate = (): Promise<never> => Promise.reject(fail("INPUT_INVALID", { workflow: "signup", problem: "seats: expected number" }));
    expect(await running("run signup seats=3 --dry-run", { client: { validate } })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("seats:=3"),
    });
  });
});

describe("--detach", () => {
  test("starts, carries nothing, gives 0 and the id", async () => {
    const { code, stdout, started, carried } = await running("run signup --detach -o ids", {
      execution: { status: "pending", reason: "queued", wakeAt: iso(), finishedAt: null },
    });
    expect([code, stdout, carried]).toEqual([0, `${ID}\n`, []]);
    expect(started[0]?.options).toEqual({ claim: false });
  });
});

describe("a signal", () => {
  test("before the start starts nothing", async () => {
    const signals = new ManualSignals();
    const { code, stderr, started } = await running("run signup -i -", {
      signals,
      opener: {
        locateProject: () => {
          signals.send("SIGTERM");
          return { root: "/project", databaseFile: "/project/.wf.db" };
        },
      },
      stdin: "{}",
    });
    expect([code, started, stderr]).toEqual([143, [], "stopped before anything was started\n"]);
  });
});
