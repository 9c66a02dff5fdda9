/** Ids and names: what is accepted can be stored and shown, what is refused is told why, and a made id is always accepted. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { checkExecutionId, checkName, checkWorkflowName, newExecutionId } from "../../src/model/id.ts";

const anyText = fc.oneof(
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 250 }).map((units) => String.fromCharCode(...units)),
  fc.string({ unit: fc.constantFrom("a", "Z", "0", ".", "_", ":", "@", "-", " ", "/", "\n", "\0", "é"), maxLength: 250 }),
  fc.string({ unit: "grapheme", maxLength: 80 }),
);
const notText = [undefined, null, 0, 42, true, {}, [], Symbol("id"), () => "a", 1n, new String("abc")];

describe("newExecutionId", () => {
  test("the name of the workflow, a dash and ten characters", () => {
    expect(newExecutionId("signup", () => 0)).toBe("signup-0000000000");
    expect(newExecutionId("signup", () => 0.999_999)).toBe("signup-zzzzzzzzzz");
    let draws = 0;
    expect(newExecutionId("signup", () => draws++ / 32)).toBe("signup-0123456789");
    expect(newExecutionId("signup", () => 31.999 / 32)).toBe("signup-zzzzzzzzzz");
    expect(newExecutionId("signup", () => 30.999 / 32)).toBe("signup-yyyyyyyyyy");
    expect(newExecutionId("signup", () => 0.999 / 32)).toBe("signup-0000000000");
  });

  test("the alphabet is every digit and letter but i, l, o and u", () => {
    const letters = Array.from({ length: 32 }, (_, index) => newExecutionId("a", () => index / 32).at(-1));
    expect(letters.join("")).toBe("0123456789abcdefghjkmnpqrstvwxyz");
  });

  test("a generator that gives 1 does not leave the alphabet", () => {
    expect(newExecutionId("signup", () => 1)).toBe("signup-zzzzzzzzzz");
  });

  test.each([
    ["a b/c", "a-b-c-0000000000"],
    ["--a", "a-0000000000"],
    ["a!", "a-0000000000"],
    ["..", "execution-0000000000"],
    ["", "execution-0000000000"],
    ["日本語", "execution-0000000000"],
    ["café", "caf-0000000000"],
    ["../../etc/passwd", "etc-passwd-0000000000"],
  ])("a workflow called %j gives %s", (workflow, id) => {
    expect(newExecutionId(workflow, () => 0)).toBe(id);
  });

  test("names are cut at 180 characters, not before", () => {
    expect(newExecutionId("w".repeat(180), () => 0)).toBe(`${"w".repeat(180)}-0000000000`);
    expect(newExecutionId("w".repeat(181), () => 0)).toBe(`${"w".repeat(180)}-0000000000`);
  });

  test("whatever the workflow is called and whatever chance says, the id is valid", () => {
    fc.assert(
      fc.property(anyText, fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })), (workflow, chances) => {
        const id = newExecutionId(workflow, () => chances.next().value ?? 0);
        expect(checkExecutionId(id)).toBeUndefined();
        expect(id).toMatch(/-[0-9a-hjkmnp-tv-z]{10}$/);
      }),
    );
  });

  test("a valid workflow name of up to 180 characters stands in the id unchanged, but for dashes at its end", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,178}[A-Za-z0-9._]$/), (workflow) => {
        expect(newExecutionId(workflow, () => 0)).toBe(`${workflow}-0000000000`);
      }),
    );
  });
});

describe("checkExecutionId", () => {
  test.each(["a", "0", "signup-7f3k9q2m4d", "a.b_c:d@e-f", "A".repeat(200), "a..b", "9-"])("%s is accepted", (id) => {
    expect(checkExecutionId(id)).toBeUndefined();
  });

  test.each([
    "-a",
    ".",
    "..",
    "@last",
    "_a",
    ":a",
    "a/b",
    "a\\b",
    "a b",
    "a\n",
    "\na",
    "a\0",
    "é",
    "a%2e",
    "\ud800",
    "a\u202e",
    "-",
    "\u0430",
  ])("%j is refused by its characters", (id) => {
    expect(checkExecutionId(id)).toContain(
      "is not an id: an execution id is 1 to 200 of A-Z a-z 0-9 . _ : @ -, the first a letter or digit",
    );
  });

  test("the empty text and 201 characters are refused by their length", () => {
    expect(checkExecutionId("")).toBe("an execution id cannot be empty");
    expect(checkExecutionId("a".repeat(201))).toBe("an execution id has at most 200 characters, not 201");
  });

  test.each(notText.map((value) => [value]))("%p is refused as no text", (value) => {
    expect(checkExecutionId(value)).toStartWith("an execution id is text, not ");
  });

  test("the problem shows a hostile id harmlessly", () => {
    expect(checkExecutionId("a\x1b[2J")).toStartWith('"a\\x1b[2J" is not an id');
  });

  test("what is accepted is what the rule says, for any text", () => {
    fc.assert(
      fc.property(anyText, (id) => {
        expect(checkExecutionId(id) === undefined).toBe(/^[A-Za-z0-9][A-Za-z0-9._:@-]{0,199}$/.test(id) && !id.endsWith("\n"));
      }),
    );
  });
});

describe("checkName", () => {
  test.each(["a", "create customer", "日本語", "🚀 launch", "a/b", "__proto__", "..", "x".repeat(200), "a\u2028b"])(
    "%j is accepted",
    (name) => {
      expect(checkName("step", name)).toBeUndefined();
    },
  );

  test.each([
    ["", "a step name cannot be empty"],
    ["x".repeat(201), "a step name has at most 200 characters, not 201"],
    ["a\0b", '"a\\x00b" holds a control character; a step name may not'],
    ["a\nb", '"a\\nb" holds a control character; a step name may not'],
    ["a\tb", '"a\tb" holds a control character; a step name may not'],
    ["a\x7fb", '"a\\x7fb" holds a control character; a step name may not'],
    ["a\x9bb", '"a\\x9bb" holds a control character; a step name may not'],
    ["\ud800", '"\\ud800" holds half of a surrogate pair, which cannot be stored'],
    ["a\udfffb", '"a\\udfffb" holds half of a surrogate pair, which cannot be stored'],
    [" a", '" a" begins or ends with white space; a step name may not'],
    ["a ", '"a " begins or ends with white space; a step name may not'],
    [" ", '" " begins or ends with white space; a step name may not'],
    ["\u3000a", '"\u3000a" begins or ends with white space; a step name may not'],
    ["a\ufeff", '"a\\ufeff" begins or ends with white space; a step name may not'],
  ])("%j is refused: %s", (name, problem) => {
    expect(checkName("step", name)).toBe(problem);
  });

  test.each(notText.map((value) => [value]))("%p is refused as no text", (value) => {
    expect(checkName("step", value)).toStartWith("a step name is text, not ");
  });

  test("the problem says what was named", () => {
    expect(checkName("sleep", "")).toBe("a sleep name cannot be empty");
    expect(checkName("event", "")).toBe("an event name cannot be empty");
    expect(checkName("event", null)).toBe("an event name is text, not null");
  });

  test("what is accepted has 1 to 200 characters, whole ones, no controls, no blanks around it", () => {
    fc.assert(
      fc.property(anyText, (name) => {
        const units = Array.from({ length: name.length }, (_, index) => name.charCodeAt(index));
        const hasControl = units.some((unit) => unit < 0x20 || (unit >= 0x7f && unit < 0xa0));
        const fits = name.length >= 1 && name.length <= 200 && encodeURISafely(name) && !hasControl && !/^\s|\s$/.test(name);
        expect(checkName("step", name) === undefined).toBe(fits);
      }),
    );
  });
});

/** encodeURIComponent refuses exactly the texts that are not well formed. */
function encodeURISafely(text: string): boolean {
  try {
    encodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

describe("checkWorkflowName", () => {
  test.each(["a", "signup", "billing.monthly-report_2", "0", "9lives", "W".repeat(200)])("%s is accepted", (name) => {
    expect(checkWorkflowName(name)).toBeUndefined();
  });

  test.each(["my flow", "a/b", "a:b", "a@b", "-a", ".a", "_a", "é", "..", "🚀"])("%j is refused by its characters", (name) => {
    expect(checkWorkflowName(name)).toContain("a workflow name is made of A-Z a-z 0-9 . _ -, the first a letter or digit");
  });

  test("the rules of every name hold first", () => {
    expect(checkWorkflowName("")).toBe("a workflow name cannot be empty");
    expect(checkWorkflowName("a".repeat(201))).toBe("a workflow name has at most 200 characters, not 201");
    expect(checkWorkflowName(7)).toBe("a workflow name is text, not number");
    expect(checkWorkflowName("a\n")).toContain("control character");
  });

  test("what is accepted here is accepted as any name", () => {
    fc.assert(
      fc.property(anyText, (name) => {
        if (checkWorkflowName(name) === undefined) expect(checkName("step", name)).toBeUndefined();
      }),
    );
  });
});
