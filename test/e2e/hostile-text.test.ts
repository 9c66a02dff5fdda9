/**
 * Goal: whatever others have written, a terminal is given nothing but visible text and the colours of our own; JSON keeps what was written,
 * escaped (RELIABILITY S15).
 *
 * Method: all of `contract/payloads.ts` as names of steps, outputs, log lines, errors, tags, messages, notes and arguments; then every
 * command that shows them, in a pipe, on a terminal with colours, and as JSON.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { wfHere } from "../support/in-process.ts";
import { playground, type Playground } from "../support/wf.ts";
import { FOREIGN, PAYLOADS } from "./contract/payloads.ts";

const IMPORT = 'import { Workflow } from "wflite";\n';
const HOSTILE = `${IMPORT}
const all = Workflow.define({
  name: "all",
  async run(ctx, { payloads }) {
    // Control characters are refused in names: the error that says so is what "one" fails with.
    const nameOf = (text) => text.replace(/[\\x00-\\x1f\\x7f-\\x9f]/g, "");
    for (const [n, text] of payloads.entries()) {
      ctx.log.warn(text, { [text]: text });
      await ctx.step(n + nameOf(text) + ".", () => ({ [text]: [text] }));
      const fails = () => { throw Object.assign(new Error(text), { name: "E" + text, code: text, hint: text }); };
      await ctx.step(n + " fails" + nameOf(text) + ".", fails, { retry: { attempts: 1 } }).catch(() => {});
    }
    const hidden = nameOf(payloads.slice(-40).join("")).slice(0, 150);
    await Promise.all([ctx.sleep("sleep" + hidden, "1h"), ctx.approve("ask" + hidden, { message: payloads.join(" ") })]);
  },
});
const one = Workflow.define({
  name: "one",
  run: (ctx, { text }) => ctx.step(text, () => { throw Object.assign(new Error(text), { name: text }); }, { retry: { attempts: 1 } }),
});
const prints = Workflow.define({
  name: "prints",
  run(ctx, { payloads }) {
    for (const text of payloads) console.log(text);
  },
});
export { all, one, prints };
`;

/** But newline and tab. */
const RAW = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udc7f]/;
/** Of ours: the colours of chalk, links to files of the project, and what the live view moves. */
const OURS = /\x1b\[(?:[0-9]|[1-4][0-9]|9[0-7])(?:;[0-9]{1,2})?m|\x1b\[(?:\?25|\?2026)[hl]|\x1b\[[0-9]*[AGJK]|\r/g;

const expectHarmless = (shown: string, mayMove = false): void => {
  const left = mayMove ? shown.replace(OURS, "") : shown;
  const at = left.search(RAW);
  expect(at < 0 ? "" : JSON.stringify(left.slice(Math.max(0, at - 60), at + 60))).toBe("");
  expect(FOREIGN.filter((text) => shown.includes(text))).toEqual([]);
};

const SHOWING: readonly (readonly string[])[] = [
  ["status", "all-1"],
  ["status", "--limit", "1000"],
  ["history", "all-1"],
  ["history", "all-1", "--full"],
  ["history", "one-1", "--full"],
  ["why", "all-1"],
  ["why", "one-2"],
  ["logs", "all-1"],
  ["inbox"],
  ["list"],
  ["list", "described"],
  ["help", PAYLOADS[0] ?? ""],
  ["stats"],
  ["graph", "all-1"],
  ["sql", "SELECT * FROM v_attempts"],
  ["wait", "one-3"],
  ["check", "all-1"],
  ["events"],
];
const COLOURFUL = { columns: 80, env: { TERM: "xterm-256color", FORCE_COLOR: "3" } };

let at: Playground;
const ran: string[] = [];
beforeAll(async () => {
  const described = JSON.stringify(PAYLOADS.join(" ").slice(0, 1_900));
  at = playground({
    "hostile.ts": HOSTILE,
    "described.ts": `${IMPORT}export default Workflow.define({ name: "described", description: ${described}, run: () => 1 });`,
    "broken.ts": `throw new Error(${JSON.stringify(PAYLOADS.join(" "))});`,
    "file \x1b[38;5;213m\u202e.ts": `${IMPORT}export default Workflow.define({ name: "odd-file", run: () => 1 });`,
  });
  await wfHere({ folder: at.folder }, ["events"]);
  const input = JSON.stringify({ payloads: PAYLOADS });
  const tags = ["--tag", `who=${PAYLOADS.slice(0, 20).join(" ").slice(0, 150)}`];
  const first = await wfHere({ folder: at.folder, ...COLOURFUL }, [
    "run",
    "all",
    "--input",
    input,
    "--id",
    "all-1",
    "--hold",
    "0",
    ...tags,
  ]);
  ran.push(first.stdout + first.stderr);
  for (const [index, text] of PAYLOADS.entries()) {
    const { stdout, stderr } = await wfHere({ folder: at.folder, ...COLOURFUL }, ["run", "one", `text=${text}`, "--id", `one-${index}`]);
    ran.push(stdout + stderr);
  }
  await wfHere({ folder: at.folder }, ["pause", "all-1", "--reason", PAYLOADS.join(" ").slice(0, 1_900)]);
  await wfHere({ folder: at.folder }, ["resume", "all-1", "--detach"]);
});
afterAll(() => at.remove());

test("there are 200 payloads at least", () => {
  expect(new Set(PAYLOADS).size).toBeGreaterThanOrEqual(200);
});

test("progress and results of a run on a terminal", () => {
  expect(ran.join("")).toContain("\x1b[");
  for (const shown of ran) expectHarmless(shown, true);
});

test("what a workflow prints keeps its colours, and nothing else", async () => {
  const argv = ["run", "prints", "--input", JSON.stringify({ payloads: PAYLOADS })];
  const { stdout, stderr } = await wfHere({ folder: at.folder, ...COLOURFUL }, argv);
  expect(stdout + stderr).toContain(FOREIGN[0] ?? "");
  expectHarmless(stripped(stdout + stderr), true);
  const plain = await wfHere({ folder: at.folder }, argv);
  expectHarmless(plain.stdout + plain.stderr);
});

/** Of colours. */
const stripped = (shown: string): string => shown.replace(/\x1b\[[0-9;]{1,20}m/g, "");

describe.each(SHOWING.map((argv) => [argv.join(" "), argv] as const))("wf %s", (_, argv) => {
  test("in a pipe", async () => {
    const { stdout, stderr } = await wfHere({ folder: at.folder }, argv);
    expectHarmless(stdout + stderr);
  });

  test("on a terminal with colours", async () => {
    const { stdout, stderr } = await wfHere({ folder: at.folder, ...COLOURFUL }, argv);
    expectHarmless(stdout + stderr, true);
  });

  test.each(["json", "jsonl"])("as %s", async (format) => {
    const { stdout, stderr } = await wfHere({ folder: at.folder }, [...argv, "-o", format]);
    expectHarmless(stdout + stderr);
    for (const document of format === "json" && argv[0] !== "events" ? [stdout] : stdout.split("\n").filter(Boolean))
      expect(() => JSON.parse(document) as unknown).not.toThrow();
  });
});

test("JSON gives back every character", async () => {
  const history = await wfHere({ folder: at.folder }, ["history", "all-1", "--json"]);
  const { steps } = JSON.parse(history.stdout) as { readonly steps: readonly { readonly output: unknown }[] };
  expect(steps.flatMap(({ output }) => (output === null ? [] : [output]))).toEqual(PAYLOADS.map((text) => ({ [text]: [text] })));
  const logs = JSON.parse((await wfHere({ folder: at.folder }, ["logs", "all-1", "--json"])).stdout) as readonly {
    readonly message: string;
  }[];
  expect(logs.map(({ message }) => message)).toEqual(expect.arrayContaining([...PAYLOADS]));
});

/** Each takes its turn with the payloads. */
const MISTAKES: readonly ((text: string) => readonly string[])[] = [
  (text) => ["status", text],
  (text) => ["status", `--${text}`],
  (text) => [text],
  (text) => ["tick", "--hold", text],
  (text) => ["run", text],
];

test("mistakes repeat what was typed, harmless", async () => {
  for (const [index, text] of PAYLOADS.entries()) {
    const argv = MISTAKES[index % MISTAKES.length]?.(text) ?? [];
    for (const form of [[], ["--json"]]) {
      const { stdout, stderr } = await wfHere({ folder: at.folder, env: { FORCE_COLOR: "3" } }, [...argv, ...form]);
      expectHarmless(stdout + stderr, true);
    }
  }
});
