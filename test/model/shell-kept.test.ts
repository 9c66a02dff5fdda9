/** Head and tail of a stream, compared with the whole of it. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { KeptOutput } from "../../src/model/shell-kept.ts";

const kept = (limit: number, chunks: readonly Uint8Array[]): KeptOutput => {
  const output = new KeptOutput(limit);
  for (const chunk of chunks) {
    const borrowed = chunk.slice();
    output.add(borrowed);
    borrowed.fill(0); // its memory is somebody else's again
  }
  return output;
};

test("the first and the last bytes are kept, however they came", () => {
  const chunk = fc.uint8Array({ minLength: 0, maxLength: 40 });
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 60 }), fc.array(chunk, { maxLength: 12 }), (limit, chunks) => {
      const whole = Buffer.concat(chunks);
      const output = kept(limit, chunks);
      const [head, tail] = [Math.ceil(limit / 2), Math.floor(limit / 2)];
      const expected = whole.length <= limit ? whole : Buffer.concat([whole.subarray(0, head), whole.subarray(whole.length - tail)]);
      expect(Buffer.from(output.keptBytes())).toEqual(Buffer.from(expected));
      expect([output.bytes, output.leftOut]).toEqual([whole.length, Math.max(0, whole.length - limit)]);
    }),
  );
});

test("text is cut between characters, and a line says how many bytes are missing", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 8, max: 40 }),
      fc.array(fc.constantFrom("a", "ü", "€", "👍", "\n"), { maxLength: 60 }),
      (limit, characters) => {
        const whole = characters.join("");
        const bytes = new TextEncoder().encode(whole);
        const text = kept(limit, [bytes]).text();
        expect(text).not.toContain("\uFFFD");
        if (bytes.length <= limit) return expect(text).toBe(whole);
        const [, head = "", missing = "", tail = ""] = /^(.*?)\n?\[… (\d+) bytes left out …\]\n(.*)$/s.exec(text) ?? [];
        const size = (part: string): number => new TextEncoder().encode(part).length;
        expect(whole.startsWith(head) && whole.endsWith(tail)).toBe(true);
        // A break before the line belongs to the head or to the line.
        expect([0, 1]).toContain(bytes.length - size(head) - size(tail) - Number(missing));
      },
    ),
  );
});

test("what fits is given as it was, and bytes that are no text become U+FFFD", () => {
  expect(kept(10, [new TextEncoder().encode("0123456789")]).text()).toBe("0123456789");
  expect(kept(10, [new Uint8Array([0x61, 0xff, 0x62])]).text()).toBe("a\uFFFDb");
  expect(kept(4, [new TextEncoder().encode("abcdef")]).text()).toBe("ab\n[… 2 bytes left out …]\nef");
});
