import { describe, expect, test } from "bun:test";
import type { Command } from "../../src/cli/command.ts";
import { checkFormat, configuredFormat } from "../../src/cli/formats.ts";
import { readGlobals } from "../../src/cli/options.ts";
import { type OutputFormat, WITHOUT_IDS } from "../../src/cli/out-format.ts";
import { COMMANDS } from "../../src/cli/registry.ts";
import { wf } from "./harness.ts";

const command = (formats?: Command["formats"]): Command => ({
  ...{ usage: "sample <id>", summary: "", examples: [], run: () => Promise.resolve(0) },
  ...(formats === undefined ? {} : { formats }),
});
const line = { args: ["x"], options: {} };
const asked = (output: OutputFormat) => readGlobals({ output }, {});

describe("a format that was asked for", () => {
  test("is served by a command that says nothing of formats", () => {
    for (const format of ["text", "json", "jsonl", "ids"] as const) expect(() => checkFormat(command(), line, asked(format))).not.toThrow();
  });

  test("is refused where it makes no sense, with those that do", () => {
    expect(() => checkFormat(command(WITHOUT_IDS), line, asked("json"))).not.toThrow();
    expect(() => checkFormat(command(WITHOUT_IDS), line, asked("ids"))).toThrow("wf sample has no -o ids");
  });

  test("may depend on what else was asked for", () => {
    const formats: Command["formats"] = ({ options }) => (options["dryRun"] === true ? WITHOUT_IDS : ["ids"]);
    expect(() => checkFormat(command(formats), line, asked("ids"))).not.toThrow();
    expect(() => checkFormat(command(formats), { args: [], options: { dryRun: true } }, asked("ids"))).toThrow();
  });

  test("is refused before anything is done", async () => {
    for (const each of [
      "run signup --dry-run -o ids",
      "prune --keep 1 -o ids",
      "db vacuum -o ids",
      "status --watch -o ids",
      "logs x -o ids",
    ]) {
      const { code, opened, stderr } = await wf(each);
      expect([each, code, opened, stderr]).toEqual([each, 2, [], expect.stringContaining("hint: It serves text, json, jsonl.")]);
    }
  });
});

test("what the settings ask for holds where it is served, and is text elsewhere", () => {
  expect(configuredFormat(command(), line, "ids")).toBe("ids");
  expect(configuredFormat(command(WITHOUT_IDS), line, "ids")).toBe("text");
  expect(configuredFormat(command(WITHOUT_IDS), line, "jsonl")).toBe("jsonl");
});

test("every command serves text", async () => {
  for (const entry of COMMANDS) {
    const { formats } = await entry.load();
    if (formats !== undefined && typeof formats !== "function")
      expect([entry.name, formats]).toEqual([entry.name, expect.arrayContaining(["text"])]);
  }
});
