/**
 * Goal: a secret is stored at any depth without a trace of it in the text, and comes back as a secret.
 *
 * Method: a real cipher over a fixed key; texts are searched for the secret in eight encodings.
 */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";

import { cipherOver, makeKey } from "../../../src/host/cipher.ts";
import { type Cipher } from "../../../src/model/cipher.ts";
import { decodeValue } from "../../../src/model/codec/decode.ts";
import { encodeValue } from "../../../src/model/codec/encode.ts";
import { isSameValue } from "../../../src/model/codec/same.ts";
import { sealValue } from "../../../src/model/codec/sealed.ts";
import { fail } from "../../../src/model/errors.ts";
import { redactKnown } from "../../../src/model/known-secrets.ts";
import { isSecret, type Secret, secret } from "../../../src/model/secret.ts";
import { encodingsIn } from "../canaries.ts";
import { anyValue } from "./any-value.ts";
import { difference } from "./same.ts";

const key = makeKey(Buffer.alloc(32, 1));
const cipher = cipherOver({ current: () => key, find: () => key });
const CANARY = 'canary-8d1f/"+ü key';

const textOf = (value: unknown, options: Parameters<typeof encodeValue>[1] = { secrets: cipher }): string => {
  const encoded = encodeValue(value, options);
  if (!encoded.ok) throw new Error(`${encoded.path} ${encoded.problem}`);
  return encoded.text;
};
const sealedText = (value: unknown, maxBytes = 1_048_576): string => {
  const encoded = sealValue(value, { maxBytes, cipher });
  if (!encoded.ok) throw new Error(`${encoded.path} ${encoded.problem}`);
  return encoded.text;
};
const noKey: Cipher = {
  ready: () => {},
  seal: () => {
    throw fail("KEY_UNUSABLE", { where: "WF_KEY", problem: "is not a key", next: "Mend it." });
  },
  open: () => {
    throw fail("KEY_MISSING", { keyId: "00000000", looked: ["WF_KEY"] });
  },
};

describe("a secret in a value", () => {
  const inside = (value: unknown): readonly unknown[] => [
    secret(value),
    { a: { b: [secret(value)] } },
    new Map([["k", secret(value)]]),
    new Set([secret(value)]),
    Object.assign(new Error("m"), { token: secret(value) }),
    [1, , secret(value)], // eslint-disable-line no-sparse-arrays
    { ["__proto__x"]: secret({ nested: secret(value) }) },
  ];

  test("leaves no trace of itself in the text, wherever it stands", () => {
    for (const value of inside(CANARY)) expect(encodingsIn(textOf(value), CANARY)).toEqual([]);
  });

  test("comes back as a secret of an equal value", () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const { token, plain } = decodeValue(textOf({ token: secret(value), plain: 1 }), cipher) as {
          token: Secret<unknown>;
          plain: number;
        };
        expect([isSecret(token), plain]).toEqual([true, 1]);
        expect(difference(value, token.reveal())).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  test("that is referred to twice comes back as one", () => {
    const token = secret(CANARY);
    const [one, other, map] = decodeValue(textOf([token, token, new Map([[token, token]])]), cipher) as [
      unknown,
      unknown,
      Map<unknown, unknown>,
    ];
    expect(one).toBe(other);
    expect(map.get(one)).toBe(one);
  });

  test("of another copy of this package is stored as one of ours", () => {
    class Secret {
      reveal(): string {
        return CANARY;
      }
      get [Symbol.for("wflite.secret.1")](): true {
        return true;
      }
    }
    const text = textOf({ token: new Secret() });
    expect(encodingsIn(text, CANARY)).toEqual([]);
    expect((decodeValue(text, cipher) as { token: Secret }).token.reveal()).toBe(CANARY);
  });

  test("is refused with its place when what it holds cannot be stored", () => {
    expect(encodeValue({ a: secret({ fn: () => 1 }) }, { secrets: cipher })).toMatchObject({
      ok: false,
      path: "$.a.reveal().fn",
      kind: "unsupported",
    });
  });

  test("that holds itself is refused", () => {
    const loop: Record<string, unknown> = {};
    loop["self"] = secret(loop);
    expect(encodeValue(loop, { secrets: cipher })).toMatchObject({ ok: false, kind: "unsupported" });
  });

  test("counts for the limit", () => {
    expect(encodeValue({ a: secret("x".repeat(900)) }, { maxBytes: 1_000, secrets: cipher })).toMatchObject({ kind: "too-large" });
    expect(encodeValue({ a: secret("x".repeat(600)) }, { maxBytes: 1_000, secrets: cipher })).toMatchObject({ ok: true });
  });

  test("without a cipher is refused, and never written in clear", () => {
    expect(encodeValue({ a: secret(CANARY) })).toMatchObject({ ok: false, path: "$.a", kind: "unsupported" });
  });

  test("where only people read is written as [sensitive]", () => {
    const text = textOf({ a: secret(CANARY), b: [secret(1)], at: new Date(0) }, { secrets: "masked" });
    expect(decodeValue(text)).toEqual({ a: "[sensitive]", b: ["[sensitive]"], at: new Date(0) });
  });
});

describe("a value that is sensitive as a whole", () => {
  test("leaves no trace and comes back plain", () => {
    for (const value of [CANARY, { a: CANARY }, new Map([[CANARY, new Date(5)]]), undefined, null, { token: secret(CANARY) }]) {
      const text = sealedText(value);
      expect([text.startsWith("sealed:1:"), encodingsIn(text, CANARY)]).toEqual([true, []]);
      expect(textOf(decodeValue(text, cipher), { secrets: noSeal })).toBe(textOf(value, { secrets: noSeal }));
    }
  });

  test("is limited before it is encrypted", () => {
    expect(sealedText("x".repeat(998), 1_000).length).toBeGreaterThan(1_000);
    expect(sealValue("x".repeat(999), { maxBytes: 1_000, cipher })).toMatchObject({ ok: false, kind: "too-large" });
  });
});

const noSeal: Cipher = { ready: () => {}, seal: (text) => `(${text})`, open: (text) => text.slice(1, -1) };

describe("reading", () => {
  const texts = [textOf({ a: secret(CANARY) }), sealedText(CANARY)] as const;

  test("for people needs no key and decrypts nothing", () => {
    expect(decodeValue(texts[0], "masked")).toEqual({ a: "[sensitive]" });
    expect(decodeValue(texts[1], "masked")).toBe("[sensitive]");
    expect(decodeValue('{"a":1}', "masked")).toEqual({ a: 1 });
  });

  test("without a cipher refuses what is encrypted", () => {
    for (const text of texts) expect(() => decodeValue(text)).toThrow("no key is at hand");
  });

  test("without the key says so and does not call it damage", () => {
    for (const text of texts) {
      let code: unknown;
      try {
        decodeValue(text, noKey);
      } catch (error) {
        code = (error as { code?: unknown }).code;
      }
      expect(code).toBe("KEY_MISSING");
    }
  });

  test("makes what it decrypts known, so that no text of this process tells it", () => {
    const text = `sealed:${cipher.seal('{"a":["decrypted-for-the-first-time"]}')}`;
    expect(redactKnown("decrypted-for-the-first-time")).toBe("decrypted-for-the-first-time");
    decodeValue(text, "masked");
    expect(redactKnown("decrypted-for-the-first-time")).toBe("decrypted-for-the-first-time");
    decodeValue(text, cipher);
    expect(redactKnown("decrypted-for-the-first-time")).toBe("[sensitive]");
  });

  test("finds every character that was changed", () => {
    const [, sealed] = texts;
    for (let at = "sealed:".length; at < sealed.length; at++) {
      const other = sealed[at] === "A" ? "B" : "A";
      expect(() => decodeValue(sealed.slice(0, at) + other + sealed.slice(at + 1), cipher)).toThrow();
    }
  });
});

test("without a key nothing is written, and the reason is the key, not the value", () => {
  for (const encoded of [encodeValue({ a: secret(1) }, { secrets: noKey }), sealValue(1, { maxBytes: 100, cipher: noKey })]) {
    expect(encoded).toMatchObject({ ok: false, kind: "no-key", error: { code: "KEY_UNUSABLE" } });
  }
  // An error gives up what cannot be stored of it; a missing key is no reason to.
  const error = Object.assign(new Error("m"), { token: secret(1) });
  expect(encodeValue({ error }, { secrets: noKey })).toMatchObject({ kind: "no-key" });
});

describe("two stored values", () => {
  const same = (one: string, other: string): boolean => isSameValue(one, other, cipher);

  test("are the same when they hold the same, however often they were encrypted", () => {
    const value = { token: secret(CANARY), n: 1 };
    expect(same(textOf(value), textOf(value))).toBe(true);
    expect(same(sealedText({ n: 1 }), sealedText({ n: 1 }))).toBe(true);
    expect(same(sealedText({ n: 1 }), textOf({ n: 1 }))).toBe(true);
    expect(same("{}", "{}")).toBe(true);
  });

  test("are not when the secret differs, or is none", () => {
    expect(same(textOf({ token: secret("one-secret") }), textOf({ token: secret("two-secret") }))).toBe(false);
    expect(same(textOf({ token: secret("one-secret") }), textOf({ token: "one-secret" }))).toBe(false);
    expect(same(sealedText(1), sealedText(2))).toBe(false);
    expect(same('{"a":1}', '{"a":2}')).toBe(false);
  });

  test("of which one needs a key that is missing cannot be compared", () => {
    expect(() => isSameValue(sealedText(1), sealedText(2), noKey)).toThrow("not here");
  });
});
