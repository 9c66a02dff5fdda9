/** Workflow code that breaks, leaves, hangs, or throws oddities: it harms its own execution alone, and that one says what happened. */
import { afterEach, describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { eventually, type Playground, playground } from "../support/wf.ts";

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
  test.each([
    ["is gone", undefined],
    ["has a syntax error", "export const = 1;"],
    ["throws at import", 'throw new Error("not today");'],
    ["imports what is not there", 'import { x } from "./nowhere.ts"; export default x;'],
    ["holds no definition any more", "export const x = 1;"],
    ["holds a definition that is none", 'import { Workflow } from "wflite"; export default Workflow.define({ name: "frail" });'],
    ["leaves the process at import", "process.exit(0);"],
  ])("%s: its execution is blocked and comes back, the others are not harmed", async (_, broken) => {
    const frail = GOOD.replace('"good"', '"frail"');
    at = playground({ "good.ts": GOOD, "frail.ts": frail });
    await Promise.all([at.wf("run", "good", "--id", "g", "--hold", "0"), at.wf("run", "frail", "--id", "f", "--hold", "0")]);
    if (broken === undefined) rmSync(at.path("workflows/frail.ts"));
    else at.write("workflows/frail.ts", broken);
    await Bun.sleep(350);
    const tick = await at.wf("tick");
    expect(tick.code).toBe(0);
    expect(await at.json("status", "g")).toMatchObject({ status: "completed", output: "fine" });
    expect(await at.json("status", "f")).toMatchObject({ status: "blocked", reason: "definition-missing", restarts: 0 });
    expect((await at.wf("wait", "f")).code).toBe(7);
    expect((await at.wf("list")).code).toBe(0);
    at.write("workflows/frail.ts", frail);
    expect((await at.wf("resume", "f")).code).toBe(0);
    expect(await at.json("status", "f")).toMatchObject({ status: "completed", output: "fine" });
  });

  test("is named with its fault when one of its workflows is to be run, and nothing is created", async () => {
    at = playground({ "good.ts": GOOD, "frail.ts": GOOD.replace('"good"', '"frail"') });
    await at.wf("run", "frail", "--id", "f");
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
    for (let n = 0; n < cases.length; n += 6) found.push(...(await Promise.all(cases.slice(n, n + 6).map(([act, words]) => told(act, words)))));
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
    await eventually("it is blocked", async () => {
      await at.wf("tick");
      return (await at.json<Execution>("status", "l")).status === "blocked";
    }, 4_500);
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
    await eventually("the guilty one is blocked", async () => {
      await at.wf("tick");
      return (await at.json<Execution>("status", "l")).status === "blocked";
    }, 4_500);
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
  test.each([
    [25 * DAY_MS, "25 days"],
    [3_650 * DAY_MS, "10 years"],
    [36_500 * DAY_MS, "100 years"],
  ])("%i ms park until then, also while held, and never fire early", async (durationMs) => {
    at = playground({ "sleeps.ts": SLEEPS });
    const startedAt = Date.now();
    const [parked, held] = await Promise.all([
      at.wf("run", "nap", `for:=${durationMs}`, "--hold", "0", "--id", "p", "--json"),
      at.wf("run", "nap", `for:=${durationMs}`, "--wait", "--timeout", "700ms", "--id", "h", "--json"),
    ]);
    expect([parked.code, held.code]).toEqual([5, 124]);
    expect(Date.parse(JSON.parse(parked.stdout).wakeAt) - startedAt).toBeGreaterThanOrEqual(durationMs);
    expect((await at.wf("tick")).stdout).toBe("");
    expect(await at.json("status", "h")).toMatchObject({ status: "sleeping" });
  });

  test.each(["-1", '"-1s"', '"NaN"', "null", "1e400", '""', '{"days":1}', String(36_526 * DAY_MS)])("%s fails the execution, and nothing fires", async (duration) => {
    at = playground({ "sleeps.ts": SLEEPS });
    const { code, stdout } = await at.wf("run", "nap", `for:=${duration}`, "--json");
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ status: "failed", error: { name: "ValidationError" } });
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
