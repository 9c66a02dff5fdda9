/** Text as one word of a command that a person can paste into a shell. */
import { escapeControls } from "./escape.ts";

/** One word of a shell command, in quotes where it needs them. */
export const shellWord = (text: string): string => {
  if (/^[A-Za-z0-9_.:@%+,/-]+$/.test(text)) return text;
  if (!isHidden(text)) return `'${text.replaceAll("'", `'\\''`)}'`;
  return `$'${[...text].map(ansiC).join("")}'`;
};

const isHidden = (text: string): boolean => /[\t\n]/.test(text) || escapeControls(text) !== text;

/** Bash, "ANSI-C Quoting": `\u` takes four hexadecimal digits, `\U` eight. */
const ansiC = (character: string): string => {
  if (character === "'" || character === "\\") return `\\${character}`;
  if (!isHidden(character)) return character;
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return code.length > 4 ? `\\U${code.padStart(8, "0")}` : `\\u${code.padStart(4, "0")}`;
};
