/** JSON from the command line, a file or standard input, and what is said when it is none. */
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readPayload } from "../../src/cli/payload.ts";
import { WfliteError } from "../../src/model/errors.ts";

const folder = mkdtempSync(join(tmpdir(), "wflite-payload-"));
afterAll(() => rmSync(folder, { recursive: true }));
const fileOf = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const read = (text: string, stdin = ""): Promise<unknown> => readPayload(text, "the payload", { readInput: () => Promise.resolve(stdin) });
const refusalOf = async (text: string, stdin?: string): Promise<{ message: string; hint: string; code: string }> => {
  const error = await read(text, stdin).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof WfliteError)) throw new Error("it was not refused");
  return { message: error.message, hint: error.hint, code: error.code };
};

describe("a payload", () => {
  test("is the text itself, a file, or standard input", async () => {
    expect(await read('{"stars": 5}')).toEqual({ stars: 5 });
    expect(await read(`@${fileOf("answer.json", '\n{"stars": 4}\n')}`)).toEqual({ stars: 4 });
    expect(await read("-", "[1]")).toEqual([1]);
  });

  test("that is not JSON is refused with the place, and with how to quote it", async () => {
    expect(await refusalOf("{stars: 5}")).toEqual({
      message: 'the payload is not JSON: line 1, column 2: a key in double quotes or "}" is expected, not "stars"',
      hint: `Put single quotes around the JSON, so that the shell leaves its double quotes: '{"stars": 5}'`,
      code: "USAGE",
    });
  });

  test("that is bare text is told how text is written", async () => {
    expect((await refusalOf("hello")).hint).toBe(
      `A text is JSON only in double quotes, with single ones around them: '"text"'. @file reads a file, - standard input.`,
    );
  });

  test("that is empty is told what stands for nothing", async () => {
    expect((await refusalOf("-", " \n")).hint).toBe("Give `{}` or `null` where there is nothing to say.");
  });

  test("from a file or standard input is named by where it came from", async () => {
    const file = fileOf("broken.json", "[1,\n2,");
    expect((await refusalOf(`@${file}`)).message).toBe(`${file} is not JSON: it ends too early: a value is expected`);
    expect((await refusalOf("-", "x")).message).toStartWith("standard input is not JSON: line 1, column 1");
  });

  test("of a file that is not there names it", async () => {
    const { message, hint } = await refusalOf(`@${join(folder, "missing.json")}`);
    expect(message).toStartWith(`${join(folder, "missing.json")} cannot be read: ENOENT`);
    expect(hint).toBe("@ stands before the name of a file.");
  });

  test("of a file beyond 16 MiB is refused before it is read", async () => {
    const file = fileOf("large.json", "");
    await Bun.write(file, "0".repeat(16 * 1024 * 1024 + 1));
    expect((await refusalOf(`@${file}`)).message).toBe(`${file} is larger than 16 MiB`);
  });
});
