/** Suggestions: a slip of the finger finds its name, another word finds none, and the order of the names is irrelevant. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { suggest } from "../../src/model/suggest.ts";

const COMMANDS = ["init", "new", "list", "run", "tick", "daemon", "wait", "status", "stats", "history", "why", "logs", "cancel", "restart"];

describe("suggest", () => {
  test.each([
    ["rnu", "run", "swapped neighbours"],
    ["runn", "run", "one too many"],
    ["lst", "list", "one missing"],
    ["tock", "tick", "one replaced"],
    ["histroy", "history", "a swap in a long word"],
    ["cancle", "cancel", "a swap at the end"],
    ["deamon", "daemon", "a swap in the middle"],
    ["hist", "history", "an abbreviation"],
    ["rest", "restart", "an abbreviation"],
    ["STATUS", "status", "the wrong case"],
    ["Histroy", "history", "wrong case and a swap"],
    ["statuses", "status", "a plural"],
    ["stauts", "status", "a swap, where another name is one letter less"],
  ])("%s is %s (%s)", (word, expected) => {
    expect(suggest(word, COMMANDS)).toBe(expected);
  });

  test.each(["", "deploy", "xyz", "q", "zzzzzzzzzz", "completely different", "x".repeat(201)])("%s is nothing here", (word) => {
    expect(suggest(word, COMMANDS)).toBeUndefined();
  });

  test("there is nothing to suggest from no candidates", () => {
    expect(suggest("run", [])).toBeUndefined();
  });

  test("an abbreviation beats a nearer name that it does not begin", () => {
    expect(suggest("sign", ["sing", "signup-customer"])).toBe("signup-customer");
    expect(suggest("sgin", ["sing", "signup-customer"])).toBe("sing");
  });

  test("of the names that a word begins, the one with the fewest further letters is meant", () => {
    expect(suggest("stat", ["status", "stats"])).toBe("stats");
  });

  test("one letter is no abbreviation, two are", () => {
    expect(suggest("h", ["history"])).toBeUndefined();
    expect(suggest("hi", ["history"])).toBe("history");
  });

  test("the edits allowed grow with the length, to three", () => {
    expect(suggest("ryn", ["run"])).toBe("run");
    expect(suggest("ryx", ["run"])).toBeUndefined();
    expect(suggest("tixx", ["tick"])).toBe("tick");
    expect(suggest("txxx", ["tick"])).toBeUndefined();
    expect(suggest("xxxabcdefghi", ["abcdefghi"])).toBe("abcdefghi");
    expect(suggest("xxxxabcdefghi", ["abcdefghi"])).toBeUndefined();
  });

  test("a name of which every letter is another is not near, short as it is", () => {
    expect(suggest("a", ["b"])).toBeUndefined();
    expect(suggest("ab", ["xy"])).toBeUndefined();
  });

  test("ties fall to the longer common beginning, then to the nearer length, then to the lesser text", () => {
    expect(suggest("nightlz", ["nightla", "mightlz"])).toBe("nightla");
    expect(suggest("backuz", ["backup", "backus", "backub"])).toBe("backub");
  });

  test("a candidate too long to compare is passed over, and costs nothing", () => {
    expect(suggest("run", ["r".repeat(1_000_000), "runs"])).toBe("runs");
  });

  test("no word is no slip of a short name", () => {
    expect(suggest("", ["a", "ab"])).toBeUndefined();
  });

  test("words and names of up to 200 characters are compared", () => {
    const long = "abcdefghij".repeat(20);
    expect(suggest(`x${long.slice(1)}`, [long])).toBe(long);
    expect(suggest(`x${long}`, [long])).toBeUndefined();
    expect(suggest(long, [`x${long}`])).toBeUndefined();
    expect(suggest(long, [`${long}x`])).toBeUndefined();
  });

  test("a name is near by its edits, as the recursive definition counts them, and the nearest is taken", () => {
    const short = fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(short, short, short, (typed, one, other) => {
        const isNear = (name: string): boolean => {
          const longest = Math.max(typed.length, name.length);
          const edits = editsBetween(typed, name);
          return (typed.length > 1 && name.startsWith(typed)) || (edits <= Math.min(3, Math.ceil(longest / 3)) && edits < longest);
        };
        expect(suggest(typed, [one])).toBe(isNear(one) ? one : undefined);
        const begins = [one, other].some((name) => typed.length > 1 && name.startsWith(typed));
        if (!begins && isNear(one) && editsBetween(typed, one) < editsBetween(typed, other)) {
          expect(suggest(typed, [one, other])).toBe(one);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  const word = fc.string({ unit: fc.constantFrom("a", "b", "c", "d", "-"), maxLength: 12 });

  test("the answer is a candidate, and the same in whatever order they come", () => {
    fc.assert(
      fc.property(word, fc.uniqueArray(word, { maxLength: 8 }), (typed, candidates) => {
        const answer = suggest(typed, candidates);
        if (answer !== undefined) expect(candidates).toContain(answer);
        expect(suggest(typed, candidates.toReversed())).toBe(answer);
        expect(suggest(typed, candidates.toSorted())).toBe(answer);
      }),
    );
  });

  test("one slip in a name of four letters or more always finds it again", () => {
    const name = fc.string({ unit: fc.constantFrom(..."abcdefgh"), minLength: 4, maxLength: 20 });
    fc.assert(
      fc.property(name, fc.nat(), fc.constantFrom("insert", "remove", "replace", "swap"), (text, seed, slip) => {
        const place = seed % (text.length - 1);
        const [before, after] = [text.slice(0, place), text.slice(place)];
        const slipped = {
          insert: `${before}z${after}`,
          remove: before + after.slice(1),
          replace: `${before}z${after.slice(1)}`,
          swap: before + after.charAt(1) + after.charAt(0) + after.slice(2),
        }[slip];
        expect(suggest(slipped, ["ZZZZZZZZZZZZZZZZ", text])).toBe(text);
      }),
    );
  });
});

/** Edits that turn one text into the other, by trying all; a swap of neighbours counts one. */
function editsBetween(one: string, other: string): number {
  if (one === "" || other === "") return one.length + other.length;
  const [last, otherLast] = [one.slice(0, -1), other.slice(0, -1)];
  const counts = [
    editsBetween(last, other) + 1,
    editsBetween(one, otherLast) + 1,
    editsBetween(last, otherLast) + (one.at(-1) === other.at(-1) ? 0 : 1),
  ];
  const isSwap = one.length > 1 && other.length > 1 && one.at(-1) === other.at(-2) && one.at(-2) === other.at(-1);
  if (isSwap) counts.push(editsBetween(one.slice(0, -2), other.slice(0, -2)) + 1);
  return Math.min(...counts);
}
