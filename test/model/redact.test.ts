/**
 * Goal: no form of a known secret leaves, however a text is cut into pieces.
 *
 * Method: a secret in each of eight encodings is put between other text, cut at every byte; random texts and secrets are cut at random
 * places, and what comes out is compared with a slow redactor that knows nothing of pieces.
 */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";

import { Redactor } from "../../src/model/redact.ts";
import { formsOf, formsOfBytes, MIN_SECRET_CHARACTERS } from "../../src/model/redact-forms.ts";
import { ENCODINGS, encodingsIn } from "./canaries.ts";

const SECRET = 'hünter2/"+<b> =&€ key';

const knowing = (...secrets: readonly string[]): Redactor => {
  const redactor = new Redactor();
  for (const secret of secrets) redactor.add(secret, () => formsOf(secret));
  return redactor;
};

const inPieces = (redactor: Redactor, pieces: readonly (string | Uint8Array)[]): string => {
  const stream = redactor.stream();
  return pieces.map((piece) => stream.push(piece)).join("") + stream.end();
};

describe("a secret in one of its encodings", () => {
  test.each(Object.entries(ENCODINGS))("%s: is taken out wherever the text is cut", (_, encode) => {
    const redactor = knowing(SECRET);
    const bytes = new TextEncoder().encode(`before ${encode(SECRET)} after`);
    for (let at = 0; at <= bytes.length; at++) {
      expect(inPieces(redactor, [bytes.subarray(0, at), bytes.subarray(at)])).toBe("before [sensitive] after");
    }
    expect(
      inPieces(
        redactor,
        [...bytes].map((byte) => Uint8Array.of(byte)),
      ),
    ).toBe("before [sensitive] after");
  });

  test.each(Object.entries(ENCODINGS))("%s: is left alone when it is not known", (_, encode) => {
    const text = `before ${encode(SECRET)} after`;
    expect(knowing("something else").redact(text)).toBe(text);
  });

  test("is found inside of base64 at any alignment", () => {
    for (const user of ["", "a", "ab", "abc", "user"]) {
      const text = Buffer.from(`${user}:${SECRET}:more`).toString("base64");
      const found = knowing(SECRET).redact(`Basic ${text}`);
      expect(found).toContain("[sensitive]");
      // At either end a character that holds bits of a neighbour may stay.
      expect(Buffer.from(found.replace("Basic ", "").split("[sensitive]").join(""), "base64").toString("latin1")).not.toContain("nter");
    }
  });

  test("is found in base64 that is wrapped into lines", () => {
    const long = "a private key that is much longer than a line of base64 can hold, by far, so that it is wrapped";
    for (const width of [64, 76]) {
      const wrapped = Buffer.from(long)
        .toString("base64")
        .replace(new RegExp(`.{${width}}(?=.)`, "g"), "$&\n");
      expect(new Set(knowing(long).redact(wrapped).split("\n"))).toEqual(new Set(["[sensitive]"]));
    }
  });

  test("is found line by line", () => {
    const key = "-----BEGIN KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQEF\n-----END KEY-----\n";
    const logged = key.split("\n").map((line) => `> ${line}`);
    expect(knowing(key).redact(logged.join("\n"))).toBe("> [sensitive]\n> [sensitive]\n> [sensitive]\n> [sensitive]\n> ");
    expect(knowing(key).redact(key.replaceAll("\n", "\r\n"))).not.toContain("MIIEvQ");
  });

  test("is found as JSON inside of JSON", () => {
    expect(knowing(SECRET).redact(JSON.stringify(JSON.stringify({ SECRET })))).toBe(
      JSON.stringify(JSON.stringify({ SECRET: "[sensitive]" })),
    );
  });
});

describe("what is too short", () => {
  test("is not taken out, and six characters are", () => {
    expect(formsOf("a".repeat(MIN_SECRET_CHARACTERS - 1))).toEqual([]);
    expect(knowing("12345").redact("12345")).toBe("12345");
    expect(knowing("123456").redact("0123456")).toBe("0[sensitive]");
  });

  test("in one form is no form, of text or bytes", () => {
    for (const secret of ["äöüäöü", "123456", "<<<<<<"]) expect(formsOf(secret).every((form) => form.length >= 6)).toBe(true);
    expect(formsOfBytes(Uint8Array.of(1, 2, 3, 4, 5, 6))).toContain("010203040506");
  });
});

/** Marks each place that a form covers, then writes one mark for each run of marked places. */
const slowly = (text: string, secrets: readonly string[]): string => {
  const covered = Array.from(text, () => false);
  for (const form of secrets.flatMap(formsOf)) {
    for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1)) covered.fill(true, at, at + form.length);
  }
  return [...text].map((character, at) => (covered[at] !== true ? character : covered[at - 1] === true ? "" : "[sensitive]")).join("");
};

describe("any text", () => {
  const letters = (length: { minLength?: number; maxLength: number }) => fc.string({ unit: fc.constantFrom("a", "b"), ...length });
  const secretsAndText = fc.record({
    secrets: fc.array(letters({ minLength: 6, maxLength: 12 }), { minLength: 1, maxLength: 4 }),
    text: letters({ maxLength: 80 }),
    cuts: fc.array(fc.nat(80), { maxLength: 6 }),
  });

  test("comes out in pieces as it does in one, and as a slow redactor says", () => {
    fc.assert(
      fc.property(secretsAndText, ({ secrets, text, cuts }) => {
        const redactor = knowing(...secrets);
        const bounds = [0, ...cuts.map((cut) => Math.min(cut, text.length)).sort((a, b) => a - b), text.length];
        const pieces = bounds.slice(1).map((end, index) => text.slice(bounds[index], end));
        expect(inPieces(redactor, pieces)).toBe(slowly(text, secrets));
        expect(redactor.redact(text)).toBe(slowly(text, secrets));
      }),
      { numRuns: 3_000 },
    );
  });

  test("without secrets passes through at once", () => {
    const stream = knowing(SECRET).stream();
    expect(stream.push("Password: ")).toBe("Password: ");
    expect(stream.push("hünt")).toBe("");
    expect(stream.push("ing")).toBe("hünting");
    expect(stream.end()).toBe("");
  });

  test("ends with what was held back for a secret that did not come", () => {
    const stream = knowing(SECRET).stream();
    expect(stream.push("so hünter2/")).toBe("so ");
    expect(stream.end()).toBe("hünter2/");
  });
});

describe("what is known is bounded", () => {
  test("by the number of secrets: the one learned longest ago goes first, unless it was met again", () => {
    const redactor = new Redactor({ maxSecrets: 3, maxCharacters: 1_000_000 });
    const secrets = ["secret-one", "secret-two", "secret-three", "secret-four"];
    for (const secret of ["secret-one", "secret-two", "secret-three", "secret-one", "secret-four"])
      redactor.add(secret, () => formsOf(secret));
    expect(secrets.map((secret) => redactor.redact(secret))).toEqual(["[sensitive]", "secret-two", "secret-three", "[sensitive]"]);
  });

  test("by their size, and the newest stays however large it is", () => {
    const redactor = new Redactor({ maxSecrets: 100, maxCharacters: 1_000 });
    const large = "x1".repeat(5_000);
    for (const secret of ["secret-one", large]) redactor.add(secret, () => formsOf(secret));
    expect(redactor.redact(`secret-one ${large}`)).toBe("secret-one [sensitive]");
  });
});

test("the look for canaries finds each encoding", () => {
  for (const [name, encode] of Object.entries(ENCODINGS))
    expect(encodingsIn(`<${encode(SECRET)}>`, SECRET) as readonly string[]).toContain(name);
  expect(encodingsIn("nothing", SECRET)).toEqual([]);
});
