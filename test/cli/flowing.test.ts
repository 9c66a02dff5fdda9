/** Goal: help reads well at every width. Method: details as commands have them, and one command at 80 columns. */
import { expect, test } from "bun:test";
import { commandHelp } from "../../src/cli/command-line.ts";
import { step } from "../../src/cli/commands/step.ts";
import { flowing } from "../../src/cli/flowing.ts";

test("a line that ends in the middle of a sentence goes on; one that ends with its sentence does not", () => {
  expect(flowing("It is called\nagain. Then\nit ends.\nAnother one.")).toBe("It is called again. Then it ends.\nAnother one.");
});

test("paragraphs stay apart, and columns stay as they are", () => {
  expect(flowing("One\ntwo\n\na   first\nb   second, which\n    goes on\n\nThree\nfour")).toBe(
    "One two\n\na   first\nb   second, which\n    goes on\n\nThree four",
  );
});

test("on a terminal of 80 columns a line of the details is not broken twice", async () => {
  const help = await commandHelp(step, 80);
  const [, , , details = ""] = /^(.*\n\n)(.*\n\n)([^]*?)\n\nOptions:/.exec(help) ?? [];
  const lines = details.split("\n");
  expect(lines.length).toBeGreaterThan(5);
  for (const [at, line] of lines.slice(0, -1).entries()) {
    const [next = ""] = (lines[at + 1] ?? "").split(" ");
    expect(line.length).toBeLessThanOrEqual(80);
    if (!line.endsWith(".")) expect(`${line} ${next}`.length).toBeGreaterThan(80);
  }
});
