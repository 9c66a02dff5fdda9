/**
 * Text of others made safe to show in a terminal.
 *
 * Names, logs, outputs and error messages may hold escape sequences that rewrite the screen, bidirectional marks that reorder a line,
 * and characters that nobody sees. What callers may rely on:
 *   1. The result holds none of these, and no half of a surrogate pair; each is shown as `\x1b` or `\u202e`, `\r` and `\n` by these names.
 *   2. Tabs stay. Newlines stay unless asked otherwise.
 *   3. Everything else is unchanged, so escaping twice is escaping once.
 *
 * A backslash is not doubled: the result is for reading, and cannot be turned back.
 */

/**
 * Control characters but tab and newline (C0, DEL, C1); the Arabic letter mark; the Mongolian vowel separator; zero-width characters and
 * directional marks; line and paragraph separators; bidirectional embeddings and overrides; the word joiner and invisible operators;
 * bidirectional isolates and deprecated format characters; the byte order mark; interlinear annotation; tag characters; and, as the `u`
 * flag reads whole pairs, the halves of broken ones.
 */
const HIDDEN = new RegExp(
  "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u061c\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb" +
    "\\u{e0000}-\\u{e007f}\\ud800-\\udfff]",
  "gu",
);

export function escapeControls(text: string, options: { readonly newlines?: "keep" | "escape" } = {}): string {
  const shown = text.replace(HIDDEN, visible);
  return options.newlines === "escape" ? shown.replaceAll("\n", "\\n") : shown;
}

/**
 * A user's text inside one of our sentences: in quotes, on one line, escaped, and cut where it is long.
 *
 * @param limit of characters shown, so that a pasted file cannot fill the screen
 */
export function quoted(text: string, limit = 60): string {
  const characters = [...text.slice(0, 2 * (limit + 1))];
  const shown = characters.length > limit ? `${characters.slice(0, limit).join("")}…` : text;
  return `"${escapeControls(shown, { newlines: "escape" })}"`;
}

function visible(character: string): string {
  if (character === "\r") return "\\r";
  const code = character.codePointAt(0) ?? 0;
  if (code > 0xffff) return `\\u{${code.toString(16)}}`;
  return code > 0xff ? `\\u${code.toString(16).padStart(4, "0")}` : `\\x${code.toString(16).padStart(2, "0")}`;
}
