/**
 * Where a text stops being JSON, and what is wrong there.
 *
 * `JSON.parse` of Bun names neither line nor column. The scan is made only of a text that it has refused, and goes over it once.
 */

/** `line 1, column 7: a value is expected, not "foo"`; undefined when the text is JSON. */
export const jsonProblem = (text: string): string | undefined => {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    if (error instanceof RangeError) return "it is nested too deeply";
    return scan(text) ?? (error as Error).message;
  }
};

type Expected = "value" | "value or ]" | "key" | "key or }" | ":" | ", or ]" | ", or }" | "end";

const WORDS: Readonly<Record<Expected, string>> = {
  value: "a value is expected",
  "value or ]": 'a value or "]" is expected',
  key: "a key in double quotes is expected",
  "key or }": 'a key in double quotes or "}" is expected',
  ":": '":" is expected',
  ", or ]": '"," or "]" is expected',
  ", or }": '"," or "}" is expected',
  end: "the value ends here, and more follows",
};

const BLANK = /[ \t\n\r]*/y;
const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

function scan(text: string): string | undefined {
  const open: ("{" | "[")[] = [];
  let expected: Expected = "value";
  let at = endOf(BLANK, text, 0);
  while (at < text.length) {
    const token = tokenAt(text, at);
    if (typeof token === "string") return `${place(text, at)}: ${token}`;
    const next = advance(expected, token.kind, open);
    if (next === undefined) return `${place(text, at)}: ${WORDS[expected]}${expected === "end" ? "" : `, not ${shown(text, at)}`}`;
    expected = next;
    at = endOf(BLANK, text, token.end);
  }
  return expected === "end" ? undefined : `it ends too early: ${WORDS[expected]}`;
}

interface Token {
  readonly kind: "string" | "scalar" | "{" | "}" | "[" | "]" | ":" | "," | "other";
  readonly end: number;
}

/** A problem inside of a token is told as a text. */
function tokenAt(text: string, at: number): Token | string {
  const character = text[at] ?? "";
  if (character === '"') return stringAt(text, at);
  if ("{}[]:,".includes(character)) return { kind: character as Token["kind"], end: at + 1 };
  const end = endOf(SCALAR, text, at);
  // "truex" and "1a" are no scalars with something behind them.
  return end > at && !/[\w.+-]/.test(text[end] ?? "") ? { kind: "scalar", end } : { kind: "other", end: at + 1 };
}

function stringAt(text: string, start: number): Token | string {
  for (let at = start + 1; at < text.length; at++) {
    const character = text[at] ?? "";
    if (character === '"') return { kind: "string", end: at + 1 };
    if (character < " ") return "a string holds a line break or control character; write it as \\n or \\u…";
    if (character === "\\" && !/^\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.test(text.slice(at, at + 6)))
      return `a string holds ${JSON.stringify(text.slice(at, at + 2))}, which is no escape`;
    if (character === "\\") at++;
  }
  return "a string begins here and does not end";
}

/** What is expected after a token; undefined when the token is not expected itself. */
function advance(expected: Expected, kind: Token["kind"], open: ("{" | "[")[]): Expected | undefined {
  const wantsValue = expected === "value" || expected === "value or ]";
  if (wantsValue && (kind === "string" || kind === "scalar")) return after(open);
  if (wantsValue && (kind === "{" || kind === "[")) {
    open.push(kind);
    return kind === "{" ? "key or }" : "value or ]";
  }
  if (
    (kind === "]" && (expected === "value or ]" || expected === ", or ]")) ||
    (kind === "}" && (expected === "key or }" || expected === ", or }"))
  ) {
    open.pop();
    return after(open);
  }
  if (kind === "string" && (expected === "key" || expected === "key or }")) return ":";
  if (kind === ":" && expected === ":") return "value";
  if (kind === "," && expected === ", or ]") return "value";
  return kind === "," && expected === ", or }" ? "key" : undefined;
}

const after = (open: readonly ("{" | "[")[]): Expected => {
  const around = open.at(-1);
  return around === undefined ? "end" : around === "{" ? ", or }" : ", or ]";
};

function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return at + (pattern.exec(text)?.[0].length ?? 0);
}

/** Both from 1, as editors count. */
function place(text: string, at: number): string {
  const before = text.slice(0, at).split("\n");
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

const shown = (text: string, at: number): string => JSON.stringify(/^[\w.+-]{1,20}|^./su.exec(text.slice(at, at + 40))?.[0] ?? "");
