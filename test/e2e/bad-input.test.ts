/** What people and scripts get wrong in a command line: told clearly, with the exit code of its kind, and nothing is created. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { type Finished, type Playground, playground } from "../support/wf.ts";

const SHOP = `
import { appendFileSync } from "node:fs";
import { Workflow } from "wflite";
import { z } from "zod";
export const strict = Workflow.define({
  name: "strict",
  input: z.strictObject({ seats: z.number().default(1) }),
  run: (ctx, input) => ctx.step("only", () => (appendFileSync("ledger", "ran\\n"), input)),
});
export const free = Workflow.define({
  name: "free",
  run: (ctx, input) => ctx.step("only", () => ({ keys: Object.keys(input ?? {}), polluted: ({} as { polluted?: unknown }).polluted })),
});
export const patient = Workflow.define({ name: "patient", run: (ctx) => ctx.waitForEvent("go") });
export const failing = Workflow.define({ name: "failing", run: () => { throw new Error("no luck"); } });
`;

let at: Playground;
beforeEach(() => {
  at = playground({ "shop.ts": SHOP });
});
afterEach(() => at.remove());

/** One sentence and a hint, nothing that a terminal would act on, and no stack. */
const clear = ({ stderr, stdout }: Finished): void => {
  expect(stdout).toBe("");
  expect(stderr).toMatch(/^error: .+\n(?:.*\n)*? {2}hint: .+\n$/);
  expect(stderr.length).toBeLessThan(1000);
  expect(stderr).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/u);
  expect(stderr).not.toContain("    at ");
};

const none = async (): Promise<void> => {
  if (existsSync(at.path(".wf.db"))) expect((await at.json<{ executions: unknown[] }>("status")).executions).toEqual([]);
  expect(at.lines("ledger")).toEqual([]);
};

const ODD = [
  "",
  "a".repeat(10_240),
  "a\nb",
  "a\u202eb",
  "\u200fשלום",
  "__proto__",
  "..",
  "../x",
  "a/b",
  "a\\b",
  "%2e%2e",
  "a b",
  "-",
  "\x1b[31mred",
];

describe("odd ids", () => {
  test("an odd --id of a new execution is a usage error, and nothing is created", async () => {
    for (const finished of await Promise.all(ODD.map((id) => at.wf("run", "strict", `--id=${id}`)))) {
      clear(finished);
      expect(finished.code).toBe(2);
    }
    await none();
  });

  test.each(["status", "history", "why", "logs", "wait", "cancel"])("%s of an odd id finds nothing", async (command) => {
    await at.wf("run", "patient", "--id", "waiting", "--hold", "0");
    const ids = ODD.filter((id) => id !== "-");
    for (const finished of await Promise.all(ids.map((id) => at.wf(command, "--", id)))) {
      clear(finished);
      expect([2, 4]).toContain(finished.code);
    }
    expect(await at.json("status", "waiting")).toMatchObject({ status: "waiting" });
  });

  test("the empty id is no prefix of the only execution", async () => {
    await at.wf("run", "patient", "--id", "waiting", "--hold", "0");
    expect((await at.wf("cancel", "")).code).toBe(4);
    expect(await at.json("status", "waiting")).toMatchObject({ status: "waiting" });
  });

  test("a line break in an id that is not found does not start a line of its own", async () => {
    await at.wf("run", "patient", "--id", "waiting", "--hold", "0");
    expect((await at.wf("status", "a\nerror: b")).stderr.split("\n")).toHaveLength(3);
  });

  test("send refuses odd ids, odd event names and odd ids of events, and delivers none", async () => {
    await at.wf("run", "patient", "--id", "waiting", "--hold", "0");
    const names = ["", "a".repeat(10_240), "a\nb", "\x1b[31mred"];
    const all = [
      ...ODD.filter((id) => id !== "-").map((id) => ["send", "--", id, "go"]),
      ...names.map((name) => ["send", "--", "waiting", name]),
      ...names.map((id) => ["send", `--id=${id}`, "waiting", "go"]),
    ];
    for (const finished of await Promise.all(all.map((args) => at.wf(...args)))) {
      clear(finished);
      expect([2, 4]).toContain(finished.code);
    }
    expect(await at.json("status", "waiting")).toMatchObject({ status: "waiting" });
  });

  test("names that JavaScript objects inherit are no workflows", async () => {
    for (const name of ["__proto__", "constructor", "toString", "..", "../shop", "", "a\nb"]) {
      const finished = await at.wf("run", "--", name);
      expect([2, 4]).toContain(finished.code);
      clear(finished);
    }
    await none();
  });
});

describe("broken input", () => {
  test.each([
    ["text that is not JSON", ["-i", "{bad"]],
    ["an empty text", ["-i", ""]],
    ["an array where an object is expected", ["-i", "[1]"]],
    ["null", ["-i", "null"]],
    ["a file that is not there", ["-i", "@nope.json"]],
    ["a folder", ["-i", "@workflows"]],
    ["a field that is not JSON", ["seats:=abc"]],
    ["a field of the wrong type", ["seats=abc"]],
    ["an unknown key", ["chairs=1"]],
    ["a word without =", ["seats"]],
    ["an empty key", ["=1"]],
    ["a key with an empty part", ["a..b=1"]],
    ["a value that also has fields", ["seats=1", "seats.b=2"]],
    ["__proto__ as a key", ["__proto__.polluted=1"]],
    ["__proto__ inside a key", ["a.__proto__.polluted=1"]],
    ["constructor.prototype", ["constructor.prototype.polluted=1"]],
    ["__proto__ in JSON", ["-i", '{"__proto__":{"polluted":1}}']],
    ["__proto__ deep in JSON", ["-i", '{"a":[{"__proto__":{"polluted":1}}]}']],
    ["an unknown unit", ["--hold", "5 parsecs"]],
    ["a negative duration", ["--hold=-1s"]],
    ["two times", ["--in", "1h", "--at", "2030-01-01"]],
    ["a time in words", ["--at", "yesterday"]],
    ["a tag without =", ["--tag", "x"]],
    ["a tag named __proto__", ["--tag", "__proto__=1"]],
    ["a policy that does not exist", ["--if-exists", "explode"]],
  ])("%s is refused with exit 2, and nothing is created", async (_, args) => {
    const finished = await at.wf("run", "strict", ...args);
    clear(finished);
    expect(finished.code).toBe(2);
    await none();
  });

  test("an input over 1 MiB is refused with exit 2, and one that fits is taken", async () => {
    at.write("big.json", JSON.stringify({ text: "x".repeat(1024 * 1024) }));
    at.write("fits.json", JSON.stringify({ text: "x".repeat(1024 * 1024 - 100) }));
    const refused = await at.wf("run", "free", "-i", "@big.json", "--id", "big");
    clear(refused);
    expect((await at.wf("run", "free", "-i", "@fits.json", "--id", "fits")).code).toBe(0);
    expect(refused.code).toBe(2);
  });

  test("an id in a project without a database is not found", async () => {
    const all = await Promise.all(["status", "history", "why", "logs", "wait", "cancel"].map((command) => at.wf(command, "big")));
    expect(all.map(({ code }) => code)).toEqual([4, 4, 4, 4, 4, 4]);
    await none();
  });

  test("brackets nested 100,000 deep are refused as such, not as a fault of wf", async () => {
    at.write("deep.json", "[".repeat(100_000) + "]".repeat(100_000));
    const finished = await at.wf("run", "free", "-i", "@deep.json");
    expect(finished.code).toBe(2);
    expect(finished.stderr).not.toContain("call stack");
    expect(finished.stderr).toMatch(/deep/);
  });

  test("a field may be called constructor or prototype, and pollutes nothing", async () => {
    const { code, stdout } = await at.wf("run", "free", "constructor=1", "prototype.polluted=2", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ output: { keys: ["constructor", "prototype"] } });
    expect(JSON.parse(stdout).output.polluted).toBeNull();
  });

  test("a hint about an empty --input speaks of an input, not of an event", async () => {
    expect((await at.wf("run", "free", "-i", "")).stderr).not.toContain("event");
  });
});

describe("wrong words", () => {
  test.each([
    [["stauts"], 'Did you mean "status"?'],
    [["status", "--stattus", "x"], "Did you mean --status?"],
    [["run", "stric"], 'Did you mean "strict"?'],
    [["status", "patent"], 'Did you mean "patient"?'],
  ])("%p is answered with a suggestion", async (args, suggestion) => {
    await at.wf("run", "patient", "--id", "patient", "--hold", "0");
    const finished = await at.wf(...args);
    clear(finished);
    expect([2, 4]).toContain(finished.code);
    expect(finished.stderr).toContain(suggestion);
  });

  test("an unknown global option points at a help page that says something", async () => {
    const { code, stderr } = await at.wf("--bogus");
    expect(code).toBe(2);
    expect(stderr).not.toContain("wf help help");
  });
});

describe("starting twice", () => {
  test("the same id with the same input gives the exit code of what is there", async () => {
    const first = await Promise.all([
      at.wf("run", "strict", "--id", "done"),
      at.wf("run", "failing", "--id", "lost"),
      at.wf("run", "patient", "--id", "open", "--hold", "0"),
    ]);
    expect(first.map(({ code }) => code)).toEqual([0, 1, 3]);
    const again = await Promise.all([
      at.wf("run", "strict", "--id", "done", "--json"),
      at.wf("run", "failing", "--id", "lost", "--json"),
      at.wf("run", "patient", "--id", "open", "--hold", "0", "--json"),
    ]);
    expect(again.map(({ code }) => code)).toEqual([0, 1, 3]);
    expect(again.map(({ stdout }) => JSON.parse(stdout).disposition)).toEqual(["existing", "existing", "existing"]);
    expect(at.lines("ledger")).toEqual(["ran"]);
  });

  test("the same id with another input, or another workflow, or --if-exists fail, is refused with exit 2", async () => {
    await at.wf("run", "strict", "--id", "done");
    for (const args of [["strict", "seats:=2"], ["free"], ["strict", "--if-exists", "fail"]]) {
      const finished = await at.wf("run", ...args, "--id", "done");
      clear(finished);
      expect(finished.code).toBe(2);
    }
    expect(at.lines("ledger")).toEqual(["ran"]);
  });

  test("eight processes with the same id at once start one execution, and all tell its end", async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => at.wf("run", "strict", "--id", "one", "--json")));
    expect(all.map(({ code }) => code)).toEqual(Array(8).fill(0));
    expect(all.map(({ stdout }) => JSON.parse(stdout).status)).toEqual(Array(8).fill("completed"));
    expect(all.filter(({ stdout }) => JSON.parse(stdout).disposition === "created")).toHaveLength(1);
    expect(at.lines("ledger")).toEqual(["ran"]);
  });
});
