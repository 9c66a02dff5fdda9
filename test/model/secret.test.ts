/** Goal: a secret shows itself to nobody but who asks, and the texts of this process lose what it holds. */
import { describe, expect, test } from "bun:test";
import { inspect } from "node:util";
import { z } from "zod";

import { decodeError, encodeError } from "../../src/model/codec/error.ts";
import { jsonSchema } from "../../src/model/json-schema.ts";
import { learn, redactedStream, redactJson, redactKnown, redactStored } from "../../src/model/known-secrets.ts";
import { redacted } from "../../src/model/redaction.ts";
import { isSecret, secret } from "../../src/model/secret.ts";
import { secretOf } from "../../src/model/secret-schema.ts";

describe("a secret", () => {
  const token = secret("tok-5f2c8a91d3");

  test("gives its value to reveal and to nothing else", () => {
    expect(token.reveal()).toBe("tok-5f2c8a91d3");
    const shown = [`${token as unknown as string}`, String(token), JSON.stringify({ token }), inspect({ token }), Bun.inspect(token)];
    shown.push(JSON.stringify(Object.entries(token)), JSON.stringify(structuredClone(token)), `${token as never}` + "", token.toString());
    for (const text of shown) expect(text).not.toContain("tok-");
    expect(JSON.stringify({ token })).toBe('{"token":"[sensitive]"}');
    expect(inspect(token)).toBe("[sensitive]");
  });

  test("is frozen, and wrapped once", () => {
    expect(Object.isFrozen(token)).toBe(true);
    expect(secret(token)).toBe(token);
  });

  test("is known by its mark, also one of another copy of this package", () => {
    class Other {
      get [Symbol.for("wflite.secret.1")](): true {
        return true;
      }
    }
    expect([token, new Other()].map(isSecret)).toEqual([true, true]);
    const impostors = [null, undefined, "text", {}, { [Symbol.for("wflite.secret.1")]: true }, { reveal: () => 1 }];
    expect(impostors.map(isSecret)).toEqual(impostors.map(() => false));
    const trapped = new Proxy({}, { getPrototypeOf: () => (() => { throw new Error("trapped"); })() }); // prettier-ignore
    expect(isSecret(trapped)).toBe(false);
  });
});

describe("what this process knows", () => {
  test("is taken out of texts from the moment a secret is made", () => {
    expect(redactKnown("key-a81fe0c27b")).toBe("key-a81fe0c27b");
    secret({ at: { any: ["depth", new Map([["key", new Set(["key-a81fe0c27b"])]])] } });
    expect(redactKnown("key-a81fe0c27b")).toBe("[sensitive]");
    expect(redacted("<key-a81fe0c27b>")).toBe("<[sensitive]>");
    const stream = redactedStream();
    expect(stream.push("key-a81f") + stream.push("e0c27b") + stream.end()).toBe("[sensitive]");
  });

  test("holds numbers that are secrets themselves, and none that stand in a value", () => {
    secret(918_273_645);
    secret({ port: 918_273_646 });
    expect(redactKnown("918273645 918273646")).toBe("[sensitive] 918273646");
  });

  test("holds bytes in their encodings, and the password of an address", () => {
    secret(Uint8Array.from([0xde, 0xad, 0xbe, 0xef, 0x00, 0xff, 0x10]));
    secret(new URL("postgres://admin:p%C3%A4ssw%C3%B6rd@db.example/x"));
    expect(redactKnown("deadbeef00ff10 3q2+7wD/EA==")).toBe("[sensitive] [sensitive]");
    expect(redactKnown("as pässwörd in clear")).toBe("as [sensitive] in clear");
  });

  test("is learned from whatever there is, and nothing is thrown", () => {
    const loop: Record<string, unknown> = { text: "loop-77aa31" };
    loop["self"] = loop;
    const throwing = { get balance(): never { throw new Error("no"); } }; // prettier-ignore
    for (const value of [loop, throwing, new Proxy({}, {}), Symbol("s"), () => 1, null, new Error("err-51c0de", { cause: loop })])
      learn(value);
    expect(redactKnown("loop-77aa31 err-51c0de")).toBe("[sensitive] [sensitive]");
  });

  test("is bounded for one value, so that a table does not push out what was known before", () => {
    secret("kept-before-the-table");
    secret(Array.from({ length: 300_000 }, (_, row) => `row-${row}-of-a-table`));
    secret("x".repeat(2_000_000));
    expect(redactKnown("row-0-of-a-table row-299999-of-a-table")).toBe("[sensitive] row-299999-of-a-table");
    expect(redactKnown("kept-before-the-table")).toBe("[sensitive]");
  });

  test("is taken out of plain JSON without breaking it", () => {
    secret("4242424242");
    expect(redactJson({ a: ["x 4242424242", 4_242_424_242], b: null })).toEqual({ a: ["x [sensitive]", 4_242_424_242], b: null });
    const isJson = (text: string): boolean => {
      try {
        return (JSON.parse(text), true);
      } catch {
        return false;
      }
    };
    expect(redactStored('{"card":"4242424242"}', isJson)).toBe('{"card":"[sensitive]"}');
    expect(redactStored('{"card":4242424242}', isJson)).toBe('"[sensitive]"');
  });
});

describe("errors", () => {
  secret("pw-0f7e6d5c4b");

  test("lose secrets in message, stack, properties, causes and what they hold, and keep what they are", () => {
    const cause = new TypeError("because of pw-0f7e6d5c4b");
    const error = Object.assign(new RangeError(`url https://a:${"pw-0f7e6d5c4b"}@b`, { cause }), {
      code: "ENOSPC",
      sent: { pw: "pw-0f7e6d5c4b" },
    });
    const text = encodeError(new AggregateError([error, "pw-0f7e6d5c4b"], "all pw-0f7e6d5c4b"));
    expect(text).not.toContain("pw-0f7e6d5c4b");
    const [first, second] = (decodeError(text) as AggregateError).errors as [RangeError & { code: string; sent: unknown }, unknown];
    expect(first).toBeInstanceOf(RangeError);
    expect(first).toMatchObject({ message: "url https://a:[sensitive]@b", code: "ENOSPC", sent: { pw: "[sensitive]" } });
    expect(first.cause).toBeInstanceOf(TypeError);
    expect(second).toBe("[sensitive]");
  });

  test("that are no errors lose them too", () => {
    for (const thrown of ["pw-0f7e6d5c4b", { pw: "pw-0f7e6d5c4b" }, new Map([["pw", "pw-0f7e6d5c4b"]]), ["pw-0f7e6d5c4b"]]) {
      expect(encodeError(thrown)).not.toContain("pw-0f7e6d5c4b");
    }
  });

  test("keep names and codes that code decides by, even when a secret reads the same", () => {
    for (const word of ["RangeError", "ENOTFOUND", "CANCELLED", "ERR_INVALID"]) secret(word);
    const error = Object.assign(new RangeError("m"), { code: "ENOTFOUND" });
    expect(JSON.parse(encodeError(error))).toMatchObject({ name: "RangeError", code: "ENOTFOUND" });
    expect(JSON.parse(encodeError(Object.assign(new Error("m"), { code: "CANCELLED" })))).toMatchObject({ code: "CANCELLED" });
  });
});

describe("secretOf", () => {
  const Input = z.object({ token: secretOf(z.string().min(8)), pin: secretOf(z.number()).optional(), region: z.string().default("eu") });

  test("checks a value, wraps it, and types it", async () => {
    const parsed = await Input.parseAsync({ token: "tok-11223344" });
    const typed: string = parsed.token.reveal();
    expect([isSecret(parsed.token), typed, parsed.pin, parsed.region]).toEqual([true, "tok-11223344", undefined, "eu"]);
    const again = await Input.parseAsync({ token: secret("tok-11223344"), pin: 1234 });
    expect([again.token.reveal(), again.pin?.reveal()]).toEqual(["tok-11223344", 1234]);
  });

  test("refuses what its schema refuses", async () => {
    const refused = await Input.safeParseAsync({ token: secret("short") });
    expect(refused.error?.issues.map(({ path, code }) => [path, code])).toEqual([[["token"], "too_small"]]);
  });

  test("knows what it refuses as a secret", async () => {
    await Input.safeParseAsync({ token: "tok-refused-1", region: 5 });
    expect(redactKnown("tok-refused-1")).toBe("[sensitive]");
  });

  test("takes any Standard Schema", async () => {
    const upper = {
      "~standard": {
        version: 1,
        vendor: "test",
        validate: (value: unknown) =>
          typeof value === "string" ? { value: value.toUpperCase() } : { issues: [{ message: "is no text", path: [{ key: "deep" }] }] },
      },
    } as const;
    const schema = z.object({ token: secretOf(upper) });
    expect((await schema.parseAsync({ token: "abcdefg" })).token.reveal()).toBe("ABCDEFG");
    const refused = await schema.safeParseAsync({ token: 5 });
    expect(refused.error?.issues.map(({ path, message }) => [path, message])).toEqual([[["token", "deep"], "is no text"]]);
  });

  test("has the JSON Schema of what it takes, marked as one to write and not to read", () => {
    expect(jsonSchema(Input)).toMatchObject({
      properties: { token: { type: "string", minLength: 8, writeOnly: true }, pin: { type: "number" }, region: { default: "eu" } },
    });
  });
});
