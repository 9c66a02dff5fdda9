/** Workflow code that does not load, or throws and returns oddities: it harms its own execution alone, and that one says what happened. */
import { afterEach, describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { type Execution, type Playground, playground } from "../support/wf.ts";

let at: Playground;
afterEach(() => at.remove());

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
  });

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
  });

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
const nested = (depth: number) => { const top: { x?: unknown } = {}; let last = top; for (let n = 0; n < depth;
      n++) last = last.x = {}; return top; };
const cyclic = () => { const error = new Error("round"); error.cause = error; return error; };
const chain = () => { let error = new Error("0"); for (let n = 1; n < 20_000;
      n++) error = new Error("n" + n, { cause: error }); return error; };
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
