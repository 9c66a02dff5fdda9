/** The ids of a command: as they are written, and from standard input. */
import { describe, expect, test } from "bun:test";
import { readReferences, resolveOne } from "../../src/cli/references.ts";
import { clientOf } from "./harness.ts";

const stdin = (text: string) => ({ readInput: () => Promise.resolve(text) });
const noStdin = { readInput: () => Promise.reject(new Error("standard input was read")) };
const client = clientOf({ resolveId: (reference: string) => Promise.resolve(`resolved:${reference}`) });

describe("ids", () => {
  test("are taken as they are written, and standard input is left alone", async () => {
    expect(await readReferences(["a", "@last"], noStdin)).toEqual(["a", "@last"]);
  });
  test("come from standard input where - stands, whatever blanks are between them", async () => {
    expect(await readReferences(["a", "-", "z"], stdin("b\nc\t d \r\n\n"))).toEqual(["a", "b", "c", "d", "z"]);
  });
  test("may be none", async () => {
    expect(await readReferences(["-"], stdin("\n"))).toEqual([]);
  });
});

describe("one id", () => {
  test("is resolved by the client", async () => {
    expect(await resolveOne("@last", client, noStdin)).toBe("resolved:@last");
    expect(await resolveOne("-", client, stdin("abc\n"))).toBe("resolved:abc");
  });
  test("is refused where standard input has none, or two", async () => {
    expect(resolveOne("-", client, stdin(" "))).rejects.toThrow("Standard input holds no execution id");
    expect(resolveOne("-", client, stdin("a b"))).rejects.toThrow("Standard input holds 2 ids, and this command takes one");
  });
});
