/**
 * Goal: what scripts rely on holds of every command: one document on standard output whatever happens, of a shape that is written down, and
 * nothing that a terminal acts on.
 *
 * Method: all lines of `contract/lines.ts` on one project for each format, without a process for each; then every command of the registry
 * with a mistake, and every one that reads in a folder where there is nothing.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import type { OutputFormat } from "../../src/cli/out-format.ts";
import { COMMANDS } from "../../src/cli/registry.ts";
import { EXIT_CODES } from "../../src/cli/exit-codes.ts";
import { DOCUMENTS, type DocumentName } from "../schemas/documents.ts";
import { fileOf } from "../schemas/files.ts";
import { wfHere } from "../support/in-process.ts";
import { type Finished, playground, type Playground } from "../support/wf.ts";
import { type Line, LINES, WITHOUT_DOCUMENT } from "./contract/lines.ts";
import { runLine } from "./contract/run-line.ts";
import { WORKFLOWS } from "./contract/workflows.ts";

/** But the newline: tabs of logged text are shown as such nowhere. */
const RAW = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;

const published = new Map<DocumentName, z.ZodType>();
const publishedShape = async (name: DocumentName): Promise<z.ZodType> => {
  const known = published.get(name) ?? z.fromJSONSchema((await Bun.file(fileOf(name)).json()) as z.core.JSONSchema.JSONSchema);
  published.set(name, known);
  return known;
};

/** Against the file that others read, and against the shape that allows nothing which is not in it. */
const fits = async (document: unknown, name: DocumentName): Promise<void> => {
  expect(DOCUMENTS[name].shape.safeParse(document).error?.issues).toBeUndefined();
  expect((await publishedShape(name)).safeParse(document).error?.issues).toBeUndefined();
};

const visible = COMMANDS.filter(({ isHidden }) => !isHidden);

describe.each(["json", "jsonl", "ids", "text"] as const)("with -o %s", (format: OutputFormat) => {
  let at: Playground;
  const results = new Map<Line, Finished>();
  beforeAll(async () => {
    at = playground({ "all.ts": WORKFLOWS });
    for (const each of LINES) results.set(each, await runLine(each, at, { format }));
  });
  afterAll(() => at.remove());

  test.each(LINES.map((each, index) => [each.line, index] as const))("wf %s", async (_, index) => {
    const each = LINES[index] as Line;
    const { code, stdout, stderr } = results.get(each) as Finished;
    if (format === "ids" && each.isWithoutIds === true) {
      expect({ code, stdout, stderr }).toEqual({
        code: 2,
        stdout: "",
        stderr: expect.stringMatching(/ has no -o ids\n.*It serves text, json, jsonl\./),
      });
      return;
    }
    expect({ code, stderr: code === each.code ? "" : stderr }).toEqual({ code: each.code, stderr: "" });
    expect(stdout + stderr).not.toMatch(RAW);
    expect(stdout === "" || stdout.endsWith("\n")).toBe(true);
    await CHECKS[each.isStream === true && format === "json" ? "jsonl" : format](stdout, each.document, each);
  });
});

const ABOUT_ONE: readonly DocumentName[] = ["execution", "history", "why", "decided", "sent", "schedule"];

const CHECKS: Readonly<Record<OutputFormat, (stdout: string, name: DocumentName, line: Line) => Promise<void>>> = {
  json: async (stdout, name) => fits(JSON.parse(stdout), name),
  /** A list is a document a line; anything else one line. */
  jsonl: async (stdout, document, { isStream = false, each }) => {
    const name = each ?? document;
    const documents = stdout
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as unknown);
    const isList = DOCUMENTS[name].shape instanceof z.ZodArray;
    if (!isList && !isStream && each === undefined) expect(documents).toHaveLength(1);
    if (isList) await fits(documents, name);
    else for (const document of documents) await fits(document, name);
  },
  ids: async (stdout, name) => {
    const ids = stdout.split("\n").slice(0, -1);
    if (ABOUT_ONE.includes(name)) expect(ids).toHaveLength(1);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9][A-Za-z0-9._:@-]{0,199}$/);
  },
  text: async (stdout) => {
    expect(() => JSON.parse(stdout) as unknown).toThrow();
  },
};

test("every command has its lines", () => {
  const tried = new Set(LINES.map(({ line }) => line.split(" ")[0]));
  expect(visible.map(({ name }) => name).filter((name) => !tried.has(name) && !WITHOUT_DOCUMENT.includes(name))).toEqual([]);
});

test("every document that is written down is printed by one of the lines", () => {
  const printed = new Set<string>(LINES.flatMap(({ document, each = document }) => [document, each]));
  expect(Object.keys(DOCUMENTS).filter((name) => !printed.has(name) && !PRINTED_ELSEWHERE.includes(name))).toEqual([]);
});

/** A line of `wf logs -o jsonl`, which is held to the list above; a repair needs damage, and a service a machine. */
const PRINTED_ELSEWHERE: readonly string[] = ["log", "db-repaired", "service-installed"];

describe("every command", () => {
  let folder: string;
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "wf-nothing-"))));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(visible.map(({ name }) => [name]))(
    "wf %s with a mistake gives one failure as JSON, and the same words for people",
    async (name) => {
      for (const format of ["json", "jsonl"]) {
        const { code, stdout, stderr } = await wfHere({ folder }, [name, "--no-such-option", "-o", format]);
        expect(code).toBe(2);
        await fits(JSON.parse(stdout), "failure");
        expect(stderr).toStartWith("error: ");
      }
      for (const format of ["text", "ids"]) {
        const { code, stdout, stderr } = await wfHere({ folder }, [name, "--no-such-option", "-o", format]);
        expect([code, stdout]).toEqual([2, ""]);
        expect(stderr).toStartWith("error: ");
      }
    },
  );

  test.each(visible.filter(({ isReading }) => isReading).map((entry) => [entry.name, entry] as const))(
    "wf %s, where there is nothing, prints a document and ends with a code that is written down",
    async (name, entry) => {
      const required = (await entry.load()).usage.match(/<[^>]+>/g) ?? [];
      const { code, stdout } = await wfHere({ folder }, [name, ...required.map(() => "nothing"), "--json"]);
      expect(EXIT_CODES.map((known) => known.code)).toContain(code);
      expect(() => JSON.parse(stdout) as unknown).not.toThrow();
    },
  );
});
