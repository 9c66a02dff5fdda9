/**
 * The way to the secrets that this process knows, for those who must not load anything until there is one.
 */
let known: (text: string) => string = (text) => text;

/** What takes secrets out of a text, from the first secret on. */
export const redactWith = (redact: (text: string) => string): void => {
  known = redact;
};

/** The text without any secret of this process. */
export const redacted = (text: string): string => known(text);
