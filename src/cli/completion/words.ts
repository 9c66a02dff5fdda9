/** Words as bash gives them to completion, quotes and all; one may be open at the end of the last. */

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
