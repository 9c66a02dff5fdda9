/** `wf sql` as a whole command: forms of output, limits, time. */
import { describe, expect, test } from "bun:test";
import type { QueryOptions, RowsView } from "../../../src/model/maintenance.ts";
import { ManualSignals, ManualTimers, settle, wf } from "../harness.ts";

const ROWS: RowsView = {
  columns: ["id", "said", "n"],
  rows: [
    ["a-1", 'two\nlines, "quoted"', 1],
    ["b-2", null, 9_007_199_254_740_993n],
    ["c-3", "", new Uint8Array([0, 255])],
  ],
  isCut: false,
};

const maintenanceOf = (view: RowsView = ROWS) => {
  const asked: [string, QueryOptions][] = [];
  const query = (sql: string, options: QueryOptions): Promise<RowsView | undefined> => {
    asked.push([sql, options]);
    return Promise.resolve(view);
  };
  return { asked, maintenance: { query } };
};

/** Gives rows never. */
const endless = {
  query: (_: string, { signal }: QueryOptions) =>
    new Promise<undefined>((resolve) => signal?.addEventListener("abort", () => resolve(undefined))),
};

describe("wf sql", () => {
  test("is a table, in which each row is a line", async () => {
    const { code, stdout } = await wf(["sql", "SELECT 1"], { maintenance: maintenanceOf().maintenance });
    expect(code).toBe(0);
    expect(stdout.split("\n").map((row) => row.trimEnd())).toEqual([
      "id   said                  n",
      'a-1  two\\nlines, "quoted"  1',
      "b-2  null                  9007199254740993",
      "c-3                        x'00ff'",
      "",
    ]);
  });

  test("as JSON is a list of rows by column, as JSON lines a row a line, as ids a column", async () => {
    const { maintenance } = maintenanceOf();
    const documents = [
      { id: "a-1", said: 'two\nlines, "quoted"', n: 1 },
      { id: "b-2", said: null, n: "9007199254740993" },
      { id: "c-3", said: "", n: "AP8=" },
    ];
    expect(JSON.parse((await wf(["sql", "SELECT 1", "--json"], { maintenance })).stdout)).toEqual(documents);
    const lines = (await wf(["sql", "SELECT 1", "-o", "jsonl"], { maintenance })).stdout.trim().split("\n");
    expect(lines.map((text) => JSON.parse(text) as unknown)).toEqual(documents);
    expect((await wf(["sql", "SELECT 1", "-o", "ids"], { maintenance })).stdout).toBe("a-1\nb-2\nc-3\n");
    expect(
      (await wf(["sql", "SELECT 1", "-o", "ids"], { maintenance: maintenanceOf({ ...ROWS, columns: ["x", "y", "z"] }).maintenance })).code,
    ).toBe(2);
  });

  test("as CSV quotes what needs it, and tells nothing from an empty text", async () => {
    const { stdout } = await wf(["sql", "SELECT 1", "--csv"], { maintenance: maintenanceOf().maintenance });
    expect(stdout).toBe('id,said,n\na-1,"two\nlines, ""quoted""",1\nb-2,,9007199254740993\nc-3,"",x\'00ff\'\n');
  });

  test("hands the query, its values and its limit on, and reads it from standard input for -", async () => {
    const { asked, maintenance } = maintenanceOf();
    await wf(["sql", "-", "--param", "id=a=b", "--param", "n=", "--limit", "7"], { maintenance, stdin: "SELECT $id, $n" });
    await wf(["sql", "SELECT 2"], { maintenance });
    expect(asked.map(([sql, { limit, parameters }]) => [sql, limit, parameters])).toEqual([
      ["SELECT $id, $n", 7, { id: "a=b", n: "" }],
      ["SELECT 2", 10_000, {}],
    ]);
  });

  test("says on standard error when there are more rows, also to scripts", async () => {
    const { stdout, stderr } = await wf(["sql", "SELECT 1", "-q", "--json"], {
      maintenance: maintenanceOf({ ...ROWS, isCut: true }).maintenance,
    });
    expect(JSON.parse(stdout)).toHaveLength(3);
    expect(stderr).toContain("there are more rows than 3");
  });

  test("that finds nothing is no rows, an empty list, or a line of names", async () => {
    const { maintenance } = maintenanceOf({ ...ROWS, rows: [] });
    expect((await wf(["sql", "SELECT 1"], { maintenance })).stdout).toBe("no rows\n");
    expect((await wf(["sql", "SELECT 1", "--json"], { maintenance })).stdout).toBe("[]\n");
    expect((await wf(["sql", "SELECT 1", "--csv"], { maintenance })).stdout).toBe("id,said,n\n");
  });

  test("that takes too long is 124, and 130 after Ctrl-C", async () => {
    const [timers, signals] = [new ManualTimers(), new ManualSignals()];
    const late = wf(["sql", "SELECT 1", "--timeout", "5s"], { maintenance: endless, timers });
    while (timers.waiting.length === 0) await settle();
    await timers.advance(5_000);
    expect(await late).toMatchObject({ code: 124, stdout: "" });
    const stopped = wf(["sql", "SELECT 1"], { maintenance: endless, signals });
    while (signals.listening === 0) await settle();
    signals.send("SIGINT");
    expect(await stopped).toMatchObject({ code: 130, stdout: "" });
  });

  test.each(["--csv --json", "--limit 0", "--param x", "--timeout soon"])("refuses %s with 2", async (flags) => {
    const { maintenance } = maintenanceOf();
    expect((await wf(["sql", "SELECT 1", ...flags.split(" ")], { maintenance })).code).toBe(2);
  });

  test("shows control characters by name", async () => {
    const { maintenance } = maintenanceOf({ columns: ["\x1b[31m"], rows: [["\x1b]0;title\x07\r\u202e"]], isCut: false });
    for (const flags of [[], ["--csv"], ["--json"]]) {
      const { stdout } = await wf(["sql", "SELECT 1", ...flags], { maintenance, stdoutIsTerminal: true, env: { NO_COLOR: "1" } });
      expect(stdout).not.toMatch(/[\x00-\x09\x0b-\x1f\u202e]/);
      expect(stdout).toContain("0;title");
      const coloured = await wf(["sql", "SELECT 1", ...flags], { maintenance, stdoutIsTerminal: true });
      expect(coloured.stdout).not.toContain("\x1b[31m");
    }
  });
});
