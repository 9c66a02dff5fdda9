/** Words as bash gives them to completion, quotes and all; one may be open at the end of the last. */

/**
 * Of a word that names the project, `~/shop` after `--dir` or `--db=~/shop.db`, with the home directory in the place of its tilde: shells
 * complete a line before they expand it. A tilde in quotes stays.
 *
 * @param before the word before it
 * @param isTyped whether it has its quotes still
 */
export const placeWord = (word: string, { before, isTyped, home }: PlaceFacts): string => {
  const read = isTyped ? unquoted : (text: string): string => text;
  const [tilde, lead = ""] = (isPlaceFlag(before) ? /^()~(?![^/])/ : /^(--(?:dir|db)=)~(?![^/])/).exec(word) ?? [];
  return tilde === undefined ? read(word) : lead + home + read(word.slice(tilde.length));
};

interface PlaceFacts {
  readonly before: string | undefined;
  readonly isTyped: boolean;
  readonly home: string;
}

const isPlaceFlag = (word: string | undefined): boolean => word === "--dir" || word === "--db";

/** What the shell would make of a word. A variable or a command in it stays as it is written. */
export const unquoted = (word: string): string => {
  let text = "";
  let quote: string | undefined;
  for (let at = 0; at < word.length; at++) {
    const character = word.charAt(at);
    if (quote === "'" ? character === "'" : character === quote) quote = undefined;
    else if (quote === undefined && (character === "'" || character === '"')) quote = character;
    else if (character === "\\" && quote !== "'" && at + 1 < word.length && (quote === undefined || /["\\$`]/.test(word.charAt(at + 1))))
      text += word.charAt(++at);
    else text += character;
  }
  return text;
};
