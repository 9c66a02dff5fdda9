/**
 * Whether a text is one statement that only reads.
 *
 * The connection it runs on cannot write, whatever it is told; this is so that a mistake is named before anything runs, and that no second
 * statement is passed over in silence. VACUUM INTO, ATTACH and PRAGMA act elsewhere than in the file, so the words that may begin a
 * statement are listed.
 */
import { quoted } from "../model/escape.ts";

const READING = ["SELECT", "WITH", "VALUES", "EXPLAIN"];

/** Blanks and comments; an unclosed comment goes to the end, as it does in SQLite. */
const SKIPPED = String.raw`\s+|--[^\n]*|/\*[^]*?(?:\*/|$)`;
const TOKEN = new RegExp(String.raw`(${SKIPPED})|'(?:[^']|'')*'?|"(?:[^"]|"")*"?|\`(?:[^\`]|\`\`)*\`?|\[[^\]]*\]?|;|\w+|[^]`, "gy");

/** What is wrong with it; undefined when nothing is. */
export function problemOfStatement(sql: string): string | undefined {
  const words = tokensOf(sql);
  const first = words[0];
  if (first === undefined || first === ";") return "There is no statement";
  if (!READING.includes(first.toUpperCase())) return `Only ${READING.join(", ")} may begin a query, not ${quoted(first)}`;
  const end = words.indexOf(";");
  return end < 0 || words.slice(end).every((word) => word === ";") ? undefined : "There is more than one statement";
}

/** Without blanks and comments. */
const tokensOf = (sql: string): readonly string[] =>
  [...sql.matchAll(TOKEN)].filter(([, skipped]) => skipped === undefined).map(([token]) => token);
