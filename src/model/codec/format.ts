/**
 * How a stored text says what it is.
 *
 * Text of plain JSON stands as it is, so that `sqlite3 .wf.db` can read it. Everything else is devalue's text behind a prefix that no JSON
 * text can begin with; the number in it grows when an older reader would read a newer text wrongly.
 */

export const FORMAT = "devalue:";
export const PREFIX = `${FORMAT}1:`;

/** Before a value that is encrypted as a whole; see `sealed.ts`. */
export const SEALED = "sealed:";
export const isSealed = (text: string): boolean => text.startsWith(SEALED);

/** What a step that returns nothing gives, and so the most frequent value of all: neither way needs to look it up. */
export const UNDEFINED_TEXT = `${PREFIX}-1`;
