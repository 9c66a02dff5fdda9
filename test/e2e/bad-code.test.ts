/** Workflow code that breaks, leaves, hangs, or throws oddities: it harms its own execution alone, and that one says what happened. */
import { afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { rmSync } from "node:fs";
import { eventually, type Playground, playground } from "../support/wf.ts";

// Processes share the machine with the other files.
setDefaultTimeout(30_000);

let at: Playground;
afterEach(() => at.remove());

interface Execution {
  readonly status: string;
  readonly reason: string | null;
  readonly reasonDetail: string | null;
  readonly output: unknown;
  readonly restarts: number;
  readonly error: { readonly name: string; readonly message: string; readonly code: string | null } | null;
}

const GOOD = `
import { Workflow } from "wflite";
export default Workflow.define({
  name: "good",
  async run(ctx) {
    await ctx.sleep("nap", "300ms");
    return ctx.step("only", () => "fine");
  },
});
`;

describe("a workflow file that does not load", () => {
  const named = (name: string): string => GOOD.replace('"good"', `"${name}"`);
  const BROKEN: Readonly<Record<string, string | undefined>> = {
    gone: undefined,
    syntax: "export const = 1;",
    throws: 'throw new Error("not today");',
    imports: 'import { x } from "./nowhere.ts"; export default x;',
    empty: "export const x = 1;",
    invalid: 'import { Workflow } from "wflite"; export default Workflow.define({ name: "invalid" });',
  };

  test("blocks its own executions, which come back with it, and no others", async () => {
    const names = Object.keys(BROKEN);
    at = playground({ "good.ts": GOOD, ...Object.fromEntries(names.map((name) => [`${name}.ts`, named(name)])) });
    const runs = await Promise.all(["good", ...names].map((name) => at.wf("run", name, "--id", name, "--detach")));
    expect(runs.map(({ code }) => code)).toEqual(runs.map(() => 0));
    for (const [name, text] of Object.entries(BROKEN)) {
      if (text === undefined) rmSync(at.path(`workflows/${name}.ts`));
      else at.write(`workflows/${name}.ts`, text);
    }
    expect((await at.wf("tick", "--hold", "2s")).code).toBe(0);
    expect(await at.json("status", "good")).toMatchObject({ status: "completed", output: "fine" });
    const blocked = await Promise.all(names.map((name) => at.json<Execution>("status", name)));
    expect(blocked.map(({ status, reason, restarts }) => [status, reason, restarts])).toEqual(
      names.map(() => ["blocked", "definition-missing", 0]),
    );
    expect((await at.wf("wait", ...names)).code).toBe(7);
    expect((await at.wf("list")).code).toBe(0);
    for (const name of names) at.write(`workflows/${name}.ts`, named(name));
    expect((await at.wf("resume", ...names)).code).toBe(0);
    expect((await at.json<{ counts: { completed: number } }>("status")).counts.completed).toBe(names.length + 1);
  }, 15_000);

  test("because it leaves the process at import does not hide the others", async () => {
    at = playground({ "good.ts": GOOD, "leaves.ts": "process.exit(0);" });
    const [list, run] = await Promise.all([at.wf("list"), at.wf("run", "good")]);
    expect(list.stdout).toContain("good");
    expect([list.code, run.code]).toEqual([0, 0]);
  });

  test("tells its fault once", async () => {
    at = playground({ "good.ts": "export const = 1;" });
    const { stderr } = await at.wf("run", "good");
    expect(stderr).not.toContain("does not load: workflows/good.ts does not load");
  });

  test("is named with its fault when one of its workflows is to be run, and nothing is created", async () => {
    at = playground({ "good.ts": GOOD, "frail.ts": named("frail") });
    await at.wf("run", "frail", "--id", "f", "--hold", "0");
    at.write("workflows/frail.ts", "export const = 1;");
    const { code, stderr } = await at.wf("run", "frail", "--id", "f-2");
    expect(code).not.toBe(0);
    expect(stderr).toContain("workflows/frail.ts");
    expect((await at.wf("status", "f-2")).code).toBe(4);
  });

  test("is named when two files define the workflow that is to be run", async () => {
    at = playground({ "one.ts": GOOD, "two.ts": GOOD });
    const { code, stderr } = await at.wf("run", "good");
    expect(code).not.toBe(0);
    expect(stderr).toContain("workflows/one.ts");
    expect(stderr).toContain("workflows/two.ts");
  });

  test("for ever: a top-level await that never settles ends after 10 s, and the others run", async () => {
    at = playground({ "good.ts": GOOD, "endless.ts": "await new Promise(() => {});" });
    const [run, list] = await Promise.all([at.wf("run", "good", "--json"), at.wf("list")]);
    expect(run.code).toBe(0);
    expect(list).toMatchObject({ code: 0 });
    expect(list.stdout).toContain("it did not finish loading within 10 s");
  }, 20_000);

  test("is imported once by a command", async () => {
    at = playground({
      "good.ts": GOOD,
      "loud.ts": 'import { appendFileSync } from "node:fs";\nappendFileSync("ledger", "import\\n");\nexport const x = 1;',
    });
    await at.wf("run", "good");
    expect(at.lines("ledger")).toEqual(["import"]);
  });
});

const ODD = `
import { appendFileSync } from "node:fs";
import { Workflow } from "wflite";
import { z } from "zod";
const fail = () => { throw new Error("trap"); };
const traps = { get: fail, has: fail, ownKeys: fail, getPrototypeOf: fail, getOwnPropertyDescriptor: fail };
const withName = (message: unknown) => Object.assign(new Error("x"), { message, name: 5, stack: null });
const nested = (depth: number) => { const top: { x?: unknown } = {}; let last = top; for (let n = 0; n < depth; n++) last = last.x = {}; return top; };
const cyclic = () => { const error = new Error("round"); error.cause = error; return error; };
const chain = () => { let error = new Error("0"); for (let n = 1; n < 20_000; n++) error = new Error("n" + n, { cause: error }); return error; };
const acts: Record<string, (ctx: any) => unknown> = {
  function: () => ({ a: [1, { b: () => 1 }] }),
  symbol: () => ({ a: Symbol("s") }),
  promise: () => ({ a: Promise.resolve(1) }),
  response: () => ({ a: new Response("x") }),
  instance: () => ({ a: new (class Foo {})() }),
  getter: () => ({ get a() { throw new Error("unreadable"); } }),
  deep: () => nested(100_000),
  large: () => "x".repeat(2_000_000),
  "throw null": () => { throw null; },
  "throw undefined": () => { throw undefined; },
  "throw text": () => { throw "text\\x1b[31m"; },
  "throw symbol": () => { throw Symbol("s"); },
  "throw function": () => { throw () => 1; },
  "throw bare object": () => { throw Object.create(null); },
  "throw proxy": () => { throw new Proxy(new Error("x"), traps); },
  "throw message getter": () => { throw Object.defineProperty(new Error("x"), "message", { get: fail }); },
  "throw message object": () => { throw withName({ a: 1 }); },
  "throw frozen": () => { throw Object.freeze(new Error("frozen")); },
  "throw cyclic": () => { throw cyclic(); },
  "throw chain": () => { throw chain(); },
  "throw huge": () => { throw new Error("h".repeat(5_000_000)); },
  "throw aggregate": () => { throw new AggregateError([new Error("a"), 1, null], "several"); },
  recursion: () => { const again = (): number => 1 + again(); return again(); },
  floating: async () => { void Promise.reject(new Error("floating")); await Bun.sleep(50); },
  "floating null": async () => { void Promise.reject(null); await Bun.sleep(50); },
  timer: async () => { setTimeout(() => { throw new Error("in a timer"); }, 1); await Bun.sleep(50); },
};
export default Workflow.define({
  name: "odd",
  input: z.object({ act: z.string(), where: z.enum(["step", "body"]) }),
  retry: { attempts: 1 },
  async run(ctx, { act, where }) {
    await ctx.step("before", () => appendFileSync("ledger", "before\\n"));
    return where === "step" ? ctx.step("act", () => acts[act]!(ctx)) : acts[act]!(ctx);
  },
});
`;

const UNSTORABLE: readonly [string, string][] = [
  ["function", "$.a[1].b"],
  ["symbol", "$.a"],
  ["promise", "$.a"],
  ["response", "$.a"],
  ["instance", "$.a"],
  ["getter", "$.a"],
  ["deep", "$.x.x"],
  ["large", "1,048,576 bytes"],
];

const THROWN: readonly [string, string][] = [
  ["throw null", "null"],
  ["throw undefined", "undefined"],
  ["throw text", "text"],
  ["throw symbol", "symbol"],
  ["throw function", "function"],
  ["throw bare object", "object"],
  ["throw proxy", ""],
  ["throw message getter", ""],
  ["throw message object", ""],
  ["throw frozen", "frozen"],
  ["throw cyclic", "round"],
  ["throw chain", "n19999"],
  ["throw huge", "hhh"],
  ["throw aggregate", "several"],
  ["recursion", "call stack"],
  ["floating", "floating"],
  ["floating null", "null"],
  ["timer", "in a timer"],
];

describe.each(["step", "body"])("in the %s", (where) => {
  const told = async (act: string, words: string): Promise<string | undefined> => {
    const id = act.replaceAll(" ", "-");
    const run = await at.wf("run", "odd", `act=${act}`, `where=${where}`, "--id", id, "--json");
    const { status, error } = JSON.parse(run.stdout) as Execution;
    if (status !== "failed") return `${act}: ${status}, ${error?.message}`;
    if (!error?.message.includes(words)) return `${act}: ${error?.message.slice(0, 200)}`;
    if (run.code !== 1) return `${act}: exit ${run.code}`;
    if (run.stderr.length > 100_000) return `${act}: ${run.stderr.length} characters of progress`;
    const [text, json] = await Promise.all([at.wf("history", id, "--full"), at.json<{ execution: Execution }>("history", id)]);
    if (text.code !== 0 || text.stdout.length > 100_000) return `${act}: history ${text.code}, ${text.stdout.length} characters`;
    return json.execution.status === "failed" ? undefined : `${act}: history tells ${json.execution.status}`;
  };

  const check = async (cases: readonly (readonly [string, string])[]): Promise<void> => {
    at = playground({ "odd.ts": ODD });
    const found: (string | undefined)[] = [];
    for (let n = 0; n < cases.length; n += 6)
      found.push(...(await Promise.all(cases.slice(n, n + 6).map(([act, words]) => told(act, words)))));
    expect(found.filter((problem) => problem !== undefined)).toEqual([]);
    expect(at.lines("ledger")).toHaveLength(cases.length);
  };

  test("what cannot be stored fails at once, and tells the path inside the value", () => check(UNSTORABLE), 15_000);
  test("whatever is thrown fails the execution, and every command can tell of it", () => check(THROWN), 15_000);
});

const LEAVES = `
import { appendFileSync } from "node:fs";
import { Workflow } from "wflite";
import { z } from "zod";
const acts: Record<string, () => unknown> = {
  "exit 0": () => process.exit(0),
  "exit 1": () => process.exit(1),
  abort: () => process.abort(),
  kill: async () => { process.kill(process.pid, "SIGKILL"); await Bun.sleep(5_000); },
  never: () => new Promise(() => {}),
  exitCode: () => { process.exitCode = 9; return 1; },
};
export default Workflow.define({
  name: "leaves",
  input: z.object({ act: z.string() }),
  panic: { maxRestarts: 1, delay: "1ms" },
  async run(ctx, { act }) {
    await ctx.step("before", () => appendFileSync("ledger", "before\\n"));
    await ctx.step("act", acts[act]!);
    return "through";
  },
});
`;

describe("a step that takes the process along", () => {
  test.each([
    ["exit 0", 1],
    ["exit 1", 1],
    ["abort", 134],
    ["kill", 137],
    ["never", 1],
  ])("%s: exit %i and not 0, it stays open, and ends blocked as crash-loop", async (act, code) => {
    at = playground({ "leaves.ts": LEAVES });
    const run = await at.wf("run", "leaves", `act=${act}`, "--id", "l");
    expect(run.code).toBe(code);
    expect(await at.json("status", "l")).toMatchObject({ status: "running", error: null });
    await eventually(
      "it is blocked",
      async () => {
        await at.wf("tick");
        return (await at.json<Execution>("status", "l")).status === "blocked";
      },
      4_500,
    );
    expect(await at.json("status", "l")).toMatchObject({ reason: "crash-loop" });
    expect((await at.wf("why", "l")).stdout).toContain("wf restart l");
    expect(at.lines("ledger")).toEqual(["before"]);
  });

  test("process.exitCode of a workflow is not the exit code of wf", async () => {
    at = playground({ "leaves.ts": LEAVES });
    expect((await at.wf("run", "leaves", "act=exitCode")).code).toBe(0);
  });

  test("an innocent execution in the same tick is not blocked by its neighbour's crashes", async () => {
    at = playground({
      "leaves.ts": LEAVES.replace("maxRestarts: 1", "maxRestarts: 4"),
      "slow.ts": `
import { Workflow } from "wflite";
export default Workflow.define({ name: "slow", panic: { maxRestarts: 1, delay: "1ms" }, run: (ctx) => ctx.step("long", () => Bun.sleep(400)) });
`,
    });
    await Promise.all([at.wf("run", "leaves", "act=abort", "--id", "l", "--detach"), at.wf("run", "slow", "--id", "s", "--detach")]);
    await eventually(
      "the guilty one is blocked",
      async () => {
        await at.wf("tick");
        return (await at.json<Execution>("status", "l")).status === "blocked";
      },
      4_500,
    );
    expect(["completed", "running", "pending"]).toContain((await at.json<Execution>("status", "s")).status);
  });
});

test("a step inside a step is refused at once, or survives a crash; it never ends as changed code", async () => {
  at = playground({
    "nested.ts": `
import { existsSync, writeFileSync } from "node:fs";
import { Workflow } from "wflite";
export default Workflow.define({
  name: "nested",
  run: (ctx) => ctx.step("outer", async () => {
    const inner = await ctx.step("inner", () => 1);
    if (existsSync("marker")) return inner;
    writeFileSync("marker", "");
    process.kill(process.pid, "SIGKILL");
    await Bun.sleep(1_000);
  }),
});
`,
  });
  await at.wf("run", "nested", "--id", "n");
  await at.wf("tick");
  expect(["completed", "failed"]).toContain((await at.json<Execution>("status", "n")).status);
});

const SLEEPS = `
import { Workflow } from "wflite";
import { z } from "zod";
const until: Record<string, Date> = { invalid: new Date(NaN), last: new Date(8.64e15), past: new Date(0) };
export const nap = Workflow.define({
  name: "nap",
  input: z.object({ for: z.any() }),
  async run(ctx, input) {
    await ctx.sleep("nap", input.for === "NaN" ? NaN : input.for);
    return ctx.step("woke", () => "woke");
  },
});
export const until_ = Workflow.define({
  name: "until",
  input: z.object({ at: z.string() }),
  async run(ctx, input) {
    await ctx.sleepUntil("nap", until[input.at]!);
    return "woke";
  },
});
`;

const DAY_MS = 86_400_000;

describe("long, negative and odd sleeps", () => {
  test("25 days, 10 years and 100 years park until then, also while held, and never fire early", async () => {
    at = playground({ "sleeps.ts": SLEEPS });
    const startedAt = Date.now();
    const durations = [25, 3_650, 36_500].map((days) => days * DAY_MS);
    const parked = await Promise.all(durations.map((ms) => at.wf("run", "nap", `for:=${ms}`, "--hold", "0", "--json")));
    expect(parked.map(({ code }) => code)).toEqual([5, 5, 5]);
    for (const [n, { stdout }] of parked.entries())
      expect(Date.parse(JSON.parse(stdout).wakeAt) - startedAt).toBeGreaterThanOrEqual(durations[n] ?? NaN);
    const held = await Promise.all(durations.map((ms) => at.wf("run", "nap", `for:=${ms}`, "--wait", "--timeout", "700ms")));
    expect(held.map(({ code }) => code)).toEqual([124, 124, 124]);
    expect((await at.wf("tick")).stdout).toBe("");
    expect((await at.json<{ counts: { sleeping: number } }>("status")).counts.sleeping).toBe(6);
  });

  test("negative, endless and unreadable ones fail the execution, and nothing fires", async () => {
    at = playground({ "sleeps.ts": SLEEPS });
    const durations = ["-1", '"-1s"', '"NaN"', "null", "1e400", '""', '{"days":1}', String(36_526 * DAY_MS)];
    for (const { code, stdout } of await Promise.all(durations.map((duration) => at.wf("run", "nap", `for:=${duration}`, "--json")))) {
      expect(code).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject({ status: "failed", error: { name: "ValidationError" } });
    }
    expect((await at.json<{ steps: unknown[] }>("history", "@last")).steps).toEqual([]);
  });

  test("a date that is none fails with a hint about times, and a time in the past is over at once", async () => {
    at = playground({ "sleeps.ts": SLEEPS });
    const [invalid, past] = await Promise.all([at.wf("run", "until", "at=invalid"), at.wf("run", "until", "at=past")]);
    expect([invalid.code, past.code]).toEqual([1, 0]);
    expect(invalid.stdout).not.toContain("Durations look like");
  });

  test("sleepUntil is bound to 100 years as sleep is", async () => {
    at = playground({ "sleeps.ts": SLEEPS });
    expect((await at.wf("run", "until", "at=last", "--hold", "0")).code).toBe(1);
  });
});
