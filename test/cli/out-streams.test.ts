import { describe, expect, test } from "bun:test";
import { tellingLoss } from "../../src/cli/out-lost.ts";
import type { LiveSpinner } from "../../src/cli/out-spinner.ts";
import { createOut, type OutOptions } from "../../src/cli/out-streams.ts";
import { fail } from "../../src/model/errors.ts";
import { sinkOf } from "./harness.ts";

const outWith = async (given: Partial<OutOptions> & { readonly terminal?: boolean } = {}) => {
  const stdout = sinkOf({ isTerminal: given.terminal ?? false });
  const stderr = sinkOf({ isTerminal: given.terminal ?? false });
  const spun: string[] = [];
  const startSpinner = (_: unknown, text: string): Promise<LiveSpinner> => {
    spun.push(`start ${text}`);
    return Promise.resolve({
      update: (next: string) => spun.push(`update ${next}`),
      around(print: () => void) {
        spun.push("around");
        print();
      },
      stop: () => spun.push("stop"),
    });
  };
  const out = await createOut({ format: "text", quiet: false, noColour: false, env: {}, stdout, stderr, startSpinner, ...given });
  return { out, stdout, stderr, spun };
};

const show = async (format: OutOptions["format"], document: unknown): Promise<string> => {
  const { out, stdout } = await outWith({ format });
  out.result(
    document,
    () => "words",
    () => ["a", "b"],
  );
  return stdout.text;
};

describe("the result of a command", () => {
  test("is its words, one JSON document, a document a line, or its ids", async () => {
    expect(await show("text", { a: 1 })).toBe("words\n");
    expect(await show("json", { a: 1 })).toBe('{\n  "a": 1\n}\n');
    expect(await show("jsonl", { a: 1 })).toBe('{"a":1}\n');
    expect(await show("ids", { a: 1 })).toBe("a\nb\n");
  });

  test("that is a list is one document as JSON, and a line for each as JSON lines", async () => {
    expect(await show("json", [])).toBe("[]\n");
    expect(await show("jsonl", [])).toBe("");
    expect(await show("jsonl", [1, { a: 2 }])).toBe('1\n{"a":2}\n');
  });

  test("without words or ids prints nothing", async () => {
    const text = await outWith();
    text.out.result({}, () => "");
    const ids = await outWith({ format: "ids" });
    ids.out.result({}, () => "words");
    expect([text.stdout.text, ids.stdout.text]).toEqual(["", ""]);
  });
});

describe("a line of a stream", () => {
  test("is words, or a JSON line in both JSON formats", async () => {
    for (const [format, expected] of [
      ["text", "words\n"],
      ["json", '{"a":1}\n'],
      ["jsonl", '{"a":1}\n'],
      ["ids", ""],
    ] as const) {
      const { out, stdout } = await outWith({ format });
      out.line({ a: 1 }, () => "words");
      expect(stdout.text).toBe(expected);
    }
  });
});

describe("notes and warnings", () => {
  test("go to standard error", async () => {
    const { out, stdout, stderr } = await outWith();
    out.note("noted");
    out.warn("careful");
    expect([stdout.text, stderr.text]).toEqual(["", "noted\nwarning: careful\n"]);
  });

  test("with -q are warnings only", async () => {
    const { out, stderr } = await outWith({ quiet: true });
    out.note("noted");
    out.warn("careful");
    expect(stderr.text).toBe("warning: careful\n");
  });
});

test("that there was nothing to do is told on a terminal alone, and not to the quiet", async () => {
  const said = async (given: Parameters<typeof outWith>[0]): Promise<string> => {
    const { out, stderr } = await outWith(given);
    out.idle("nothing was done");
    return stderr.text;
  };
  expect([await said({ terminal: true }), await said({}), await said({ terminal: true, quiet: true })]).toEqual([
    "nothing was done\n",
    "",
    "",
  ]);
});

describe("on a terminal", () => {
  const LONG =
    `Invalid input for workflow "pack": folder: Invalid input: expected string, received undefined, and ${"more ".repeat(12)}`.trim();
  const told = async (isTerminal: boolean): Promise<string> => {
    const { out, stderr } = await outWith({ terminal: isTerminal, noColour: true });
    out.warn(LONG);
    out.failure(Object.assign(new Error(LONG), { hint: LONG }));
    return stderr.text;
  };

  test("a warning and a failure are wrapped between words", async () => {
    const lines = (await told(true)).trimEnd().split("\n");
    expect(lines.length).toBeGreaterThan(6);
    for (const line of lines) expect([line, line.length <= 80]).toEqual([line, true]);
    expect(lines.join(" ").replace(/ +/g, " ")).toBe(`warning: ${LONG} error: ${LONG} hint: ${LONG}`);
  });

  test("and in a pipe they keep their lines", async () => {
    expect(await told(false)).toBe(`warning: ${LONG}\nerror: ${LONG}\n  hint: ${LONG}\n`);
  });
});

describe("a failure", () => {
  test("whose document cannot be written is told in words all the same", async () => {
    const stdout = tellingLoss({
      isTerminal: false,
      columns: 80,
      write: () => {
        throw new Error("ENOSPC");
      },
    });
    const { out, stderr } = await outWith({ format: "json", stdout });
    out.failure(fail("EXECUTION_NOT_FOUND", { id: "x" }));
    expect(stderr.text).toStartWith('error: No execution "x"\n');
  });

  const error = fail("EXECUTION_NOT_FOUND", { id: "x" });

  test("is text on standard error, and the document on standard output where JSON is asked for", async () => {
    for (const format of ["json", "jsonl"] as const) {
      const { out, stdout, stderr } = await outWith({ format });
      out.failure(error);
      expect(JSON.parse(stdout.text)).toMatchObject({ error: { code: "EXECUTION_NOT_FOUND", cause: null } });
      expect(stderr.text).toStartWith('error: No execution "x"\n');
    }
    const { out, stdout } = await outWith();
    out.failure(error);
    expect(stdout.text).toBe("");
  });

  test("with -q is told all the same", async () => {
    const { out, stderr } = await outWith({ quiet: true });
    out.failure(error);
    expect(stderr.text).toContain("No execution");
  });

  test("after the result is no second document", async () => {
    const { out, stdout, stderr } = await outWith({ format: "json" });
    out.result({ a: 1 }, () => "");
    out.failure(error);
    expect(JSON.parse(stdout.text)).toEqual({ a: 1 });
    expect(stderr.text).toContain("No execution");
  });
});

describe("what a terminal would act on", () => {
  const hostile = "a\x1b[2J\x1b]0;title\x07\u202eb\rc";
  const shown = "a\\x1b[2J\\x1b]0;title\\x07\\u202eb\\rc\n";

  test("is shown escaped on both streams, whoever forgot to", async () => {
    const { out, stdout, stderr } = await outWith();
    out.result({}, () => hostile);
    out.note(hostile);
    expect([stdout.text, stderr.text]).toEqual([shown, shown]);
  });

  test("is escaped beside colours of our own, which pass where there is colour and nowhere else", async () => {
    const coloured = await outWith({ terminal: true });
    coloured.out.result({}, () => coloured.out.style.red(hostile));
    expect(coloured.stdout.text).toBe(`\x1b[31m${shown.trimEnd()}\x1b[39m\n`);
    const plain = await outWith({ terminal: true, noColour: true });
    plain.out.result({}, () => "\x1b[31mred");
    expect(plain.stdout.text).toBe("\\x1b[31mred\n");
  });
});

describe("colour", () => {
  test("is decided for each stream by itself", async () => {
    const stdout = sinkOf({ isTerminal: false });
    const out = await createOut({ format: "text", quiet: false, noColour: false, env: {}, stdout, stderr: sinkOf({ isTerminal: true }) });
    expect([out.style.red("x"), out.noteStyle.red("x")]).toEqual(["x", "\x1b[31mx\x1b[39m"]);
  });
});

describe("the spinner", () => {
  test("is there on a terminal only", async () => {
    expect(await (await outWith({ terminal: true })).out.spinner("x")).toBeDefined();
    expect(await (await outWith({ terminal: false })).out.spinner("x")).toBeUndefined();
  });

  test("is not there for the quiet, on a dumb terminal, or in CI", async () => {
    expect(await (await outWith({ terminal: true, quiet: true })).out.spinner("x")).toBeUndefined();
    expect(await (await outWith({ terminal: true, env: { TERM: "dumb" } })).out.spinner("x")).toBeUndefined();
    expect(await (await outWith({ terminal: true, env: { CI: "true" } })).out.spinner("x")).toBeUndefined();
    expect(await (await outWith({ terminal: true, env: { CI: "0" } })).out.spinner("x")).toBeDefined();
  });

  test("makes room for lines that are printed meanwhile, on either stream, until it stops", async () => {
    const { out, stdout, stderr, spun } = await outWith({ terminal: true, noColour: true });
    const spinner = await out.spinner("working");
    out.note("noted");
    out.result({}, () => "words");
    spinner?.stop();
    spinner?.stop();
    out.note("after");
    expect(spun).toEqual(["start working", "around", "around", "stop"]);
    expect([stdout.text, stderr.text]).toEqual(["words\n", "noted\nafter\n"]);
  });

  test("shows lines without control characters, none wider than the terminal", async () => {
    const { out, spun } = await outWith({ terminal: true });
    (await out.spinner("a\nb"))?.update(`c\x1b[2J\nd\re\n${"w".repeat(90)}`);
    expect(spun).toEqual(["start a\nb", `update c\\x1b[2J\nd\\re\n${"w".repeat(80)}`]);
  });

  test("leaves the sign its two columns of the first line", async () => {
    const { out, spun } = await outWith({ terminal: true });
    await out.spinner("w".repeat(90));
    expect(spun).toEqual([`start ${"w".repeat(78)}`]);
  });

  test("is one at a time, and another after it has stopped", async () => {
    const { out } = await outWith({ terminal: true });
    const first = await out.spinner("a");
    expect(await out.spinner("b")).toBeUndefined();
    first?.stop();
    expect(await out.spinner("c")).toBeDefined();
  });
});
