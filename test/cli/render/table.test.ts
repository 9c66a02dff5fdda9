/** Tables: alignment, what is cut and where, and what becomes of them on a narrow terminal. */
import { describe, expect, test } from "bun:test";
import { loadTables, type TableView } from "../../../src/cli/render/table.ts";
import { lines, lookOf, PAINTED, terminal } from "./looks.ts";

const draw = await loadTables();
const table: TableView = {
  head: ["ID", "NAME", "NOTE"],
  rows: [
    ["signup-1", "日本語", "short"],
    ["signup-22", "e\u0301", "a note of some length"],
  ],
};

test("columns are aligned by what a terminal shows, without blanks at the ends", () => {
  expect(draw(table, lookOf())).toBe(
    lines(`
      ID         NAME    NOTE
      signup-1   日本語  short
      signup-22  e\u0301       a note of some length
    `),
  );
});

describe("the last column", () => {
  test("is cut on a terminal where it does not fit, and there only", () => {
    expect(draw(table, terminal(40))).toBe(draw(table, lookOf()));
    expect(draw(table, terminal(39))).toEndWith("a note of some leng…");
    expect(draw(table, { ...terminal(39), isUnicode: false })).toEndWith("a note of some le...");
  });
  test("is never cut elsewhere", () => {
    expect(draw(table, lookOf({ columns: 10 }))).toEndWith("a note of some length");
  });
  test("is cut between characters, wide ones too", () => {
    const wide: TableView = { head: ["A", "B"], rows: [["1", "日本語日本語日本語日本語"]] };
    const [, row = ""] = draw(wide, terminal(16)).split("\n");
    expect(row).toBe("1  日本語日本語…");
    expect(Bun.stringWidth(row)).toBe(16);
  });
});

test("where a note would have less than twelve columns, rows become lines, and the first cell is whole", () => {
  const narrow: TableView = { head: ["ID", "NOTE"], rows: [["12345678", "a note that is too long"]] };
  expect(draw(narrow, terminal(22))).toBe("ID        NOTE\n12345678  a note that…");
  expect(draw(narrow, terminal(21))).toBe("12345678\n  a note that is too…");
  const rows = [["signup-with-a-long-id-7f3k9q2m4d", "waiting", "until tomorrow at nine in the morning"]];
  expect(draw({ head: ["ID", "STATUS", "NOTE"], rows }, terminal(20))).toBe(
    "signup-with-a-long-id-7f3k9q2m4d\n  waiting\n  until tomorrow at…",
  );
});

test("a column without anything in it is left out", () => {
  expect(draw({ head: ["ID", "TAG", "NOTE"], rows: [["a", "", "b"]] }, lookOf())).toBe("ID  NOTE\na   b");
});

test("a table without rows is its head", () => {
  expect(draw({ head: ["ID", "NOTE"], rows: [] }, lookOf())).toBe("ID  NOTE");
});

test("no colour comes from the table itself, and one that was asked for is around the cut text", () => {
  const rows = [["a", { text: "a long red note here", paint: PAINTED.red }]] as const;
  expect(draw({ head: ["ID", "NOTE"], rows }, terminal(17))).toBe("ID  NOTE\na   <r>a long red n…</r>");
  expect(draw(table, lookOf())).not.toContain("\x1b");
});

test("a newline, a tab or an escape in a cell stays in its row", () => {
  expect(draw({ head: ["ID", "NOTE"], rows: [["a\nb", "c\td\x1b[31m"]] }, lookOf())).toBe("ID    NOTE\na\\nb  c\\td\\x1b[31m");
});

test("a long table has the same columns from its first row to its last", () => {
  const rows = Array.from({ length: 1_000 }, (_, index) => [`id-${index}`, index === 500 ? "a wide one" : "b", "note"]);
  const drawn = draw({ head: ["ID", "NAME", "NOTE"], rows }, lookOf()).split("\n");
  expect(drawn).toHaveLength(1_001);
  expect(new Set(drawn.slice(1).map((row) => row.indexOf("note")))).toEqual(new Set(["id-999  a wide one  ".length]));
  expect(drawn.filter((row) => row.startsWith("ID "))).toHaveLength(1);
});

test("columns begin where they should beside emoji, wide characters, accents and flags, on a wide terminal as on a narrow one", () => {
  const names = ["plain", "日本語", "🚀 crew", "👍🏽 yes", "🇩🇪 Kiel", "e\u0301te\u0301", "ｱｲｳ", "한국"];
  const rows = names.map((name, index) => [`id-${index}`, name, `a note${"x".repeat(300)}`]);
  for (const columns of [80, 200]) {
    const drawn = draw({ head: ["ID", "NAME", "NOTE"], rows }, terminal(columns)).split("\n");
    const starts = drawn.map((row) => Bun.stringWidth(row.slice(0, row.search(/NOTE|a note/))));
    expect(starts).toEqual(starts.map(() => 6 + 9));
    for (const row of drawn.slice(1)) expect([row, Bun.stringWidth(row)]).toEqual([row, columns]);
  }
});
