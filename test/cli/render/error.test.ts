/** An error for people, and the place in the user's own code. */
import { describe, expect, test } from "bun:test";
import { join, resolve } from "node:path";
import { errorLine, renderError } from "../../../src/cli/render/error.ts";
import { ownFrame } from "../../../src/cli/render/frame.ts";
import type { ErrorView } from "../../../src/model/views.ts";
import { lines, lookOf } from "./looks.ts";
import { errorOf } from "./views.ts";

describe("an error", () => {
  test("is its name and message, its code, its place, its causes and its hint", () => {
    const error = errorOf("card declined", {
      name: "PaymentError",
      code: "DECLINED",
      hint: "Ask for another card.",
      cause: errorOf("402", { name: "HttpError", cause: errorOf("socket closed", { stack: null }) }),
    });
    expect(renderError(error, lookOf())).toBe(
      lines(`
        PaymentError: card declined (DECLINED)
            at workflows/pay.ts:12:5
          caused by HttpError: 402
            at workflows/pay.ts:12:5
          caused by Error: socket closed
          hint: Ask for another card.
      `),
    );
  });

  test("of our own goes without its name, which is for programs; a foreign one with the same code keeps it apart", () => {
    expect(errorLine(errorOf("was cancelled", { name: "CancelledError", code: "CANCELLED" }))).toBe("was cancelled");
    expect(errorLine(errorOf("no route", { name: "SystemError", code: "ECONNREFUSED" }))).toBe("SystemError: no route");
    expect(errorLine(errorOf("no", { code: "toString" }))).toBe("Error: no");
  });

  test("without a message is its name", () => {
    expect(renderError(errorOf("", { stack: null }), lookOf())).toBe("Error");
  });

  test("keeps the lines of its message, indented", () => {
    expect(renderError(errorOf("two\nlines", { stack: null }), lookOf())).toBe("Error: two\n    lines");
    expect(errorLine(errorOf("two\nlines"))).toBe("Error: two\\nlines");
  });

  test("has no more than ten lines of a message where the rest can be read, and all of them in full", () => {
    const many = Array.from({ length: 11 }, (_, n) => `row ${n + 1}`).join("\r\n");
    const error = errorOf(`${many}\n`, { stack: null, code: "E", cause: errorOf(`${many}\nrow 12`, { stack: null }) });
    const rows = renderError(error, lookOf(), { id: "it's" }).split("\n");
    expect(rows.slice(8, 12)).toEqual([
      "    row 9",
      "    row 10 (E)",
      "    … (1 more line: wf history 'it'\\''s' --full)",
      "  caused by Error: row 1",
    ]);
    expect(rows.at(-1)).toContain("(2 more lines: ");
    expect(renderError(error, lookOf({ isUnicode: false }), { id: "x" })).toContain("\n    ... (1 more");
    for (const whole of [{ id: "x", isFull: true }, {}]) expect(renderError(error, lookOf(), whole).split("\n")).toHaveLength(23);
  });

  test("shows its whole stack only when all is asked for", () => {
    const error = errorOf("no");
    expect(renderError(error, lookOf())).not.toContain("internal/timers");
    expect(renderError(error, lookOf(), { isFull: true })).toBe(
      lines(`
        Error: no
            at workflows/pay.ts:12:5
              at charge (/project/workflows/pay.ts:12:5)
              at node:internal/timers:5:1
      `),
    );
  });

  test("with causes without end is cut after ten", () => {
    let error: ErrorView = errorOf("last", { stack: null });
    for (let depth = 0; depth < 50; depth++) error = errorOf(`level ${depth}`, { stack: null, cause: error });
    expect(renderError(error, lookOf()).split("caused by")).toHaveLength(11);
  });
});

describe("the place in the user's own code", () => {
  const stack = (...frames: readonly string[]): string => ["Error: no", ...frames.map((frame) => `    at ${frame}`)].join("\n");
  const ours = join(import.meta.dir, "../../../src/engine/attempt.ts");

  test.each([
    ["a named function", ["charge (/project/workflows/pay.ts:12:5)"], "workflows/pay.ts:12:5"],
    ["no function", ["/project/workflows/pay.ts:12:5"], "workflows/pay.ts:12:5"],
    ["a file URL", ["async charge (file:///project/workflows/pay.ts:1:2)"], "workflows/pay.ts:1:2"],
    ["a path with blanks and brackets", ["new A (/project/work flows/[id].ts:1:2)"], "work flows/[id].ts:1:2"],
    ["a file outside of the project", ["f (/elsewhere/lib.ts:3:4)"], "/elsewhere/lib.ts:3:4"],
    ["a project file below another's", ["f (/elsewhere/lib.ts:3:4)", "g (/project/a.ts:1:1)"], "a.ts:1:1"],
    [
      "a project file below the runtime, a package and wf itself",
      [
        "parse (unknown)",
        "node:fs:1:1",
        "f (bun:sqlite:1:2)",
        "g (/project/node_modules/zod/a.js:1:1)",
        `h (${ours}:1:1)`,
        "/project/a.ts:2:3",
      ],
      "a.ts:2:3",
    ],
  ])("is found in a stack with %s", (_, frames, place) => {
    expect(ownFrame(stack(...frames), "/project")?.text).toBe(place);
  });

  test.each([
    ["nothing but the runtime", stack("node:fs:1:1", "JSON.parse (native)", "parse ([native code])")],
    ["nothing but wf", stack(`h (${ours}:1:1)`)],
    ["nothing but wf as it was built", stack(`h (${resolve(import.meta.dir, "../../../dist/script-main.js")}:5:15548)`)],
    ["no frames", "Error: no"],
    ["a message that looks like one", "Error: see at /project/a.ts:1:1"],
  ])("is not found in %s", (_, text) => {
    expect(ownFrame(text, "/project")).toBeUndefined();
  });

  test("is absolute where the project is not known, and in a folder that only begins like it", () => {
    expect(ownFrame(stack("/project/a.ts:1:1"))?.text).toBe("/project/a.ts:1:1");
    expect(ownFrame(stack("/project-b/a.ts:1:1"), "/project")?.text).toBe("/project-b/a.ts:1:1");
  });
});
