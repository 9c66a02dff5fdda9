/**
 * Room for a stored error: texts are cut to what is left of it.
 *
 * What callers may rely on: sizes are those of the JSON text in UTF-8, escapes included, so that the whole can be held to a limit. A cut
 * text says how much is missing.
 */

export type Budget = { bytes: number };

export const sizeOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value) ?? "");

// Of the mark that follows a cut text, with the longest number.
const MARK_BYTES = 48;

/** `text`, cut to `maxBytes` or to what is left in the budget, from which it is taken. */
export const take = (budget: Budget, text: string, maxBytes: number): string => {
  const taken = cut(text, Math.min(maxBytes, budget.bytes));
  budget.bytes -= sizeOf(taken);
  return taken;
};

/** Whether `value` fits; if so, its size is taken from the budget. */
export const takeWhole = (budget: Budget, value: unknown, maxBytes: number): boolean => {
  const size = sizeOf(value);
  if (size > Math.min(maxBytes, budget.bytes)) return false;
  budget.bytes -= size;
  return true;
};

const cut = (text: string, maxBytes: number): string => {
  if (text.length < maxBytes && sizeOf(text) <= maxBytes) return text;
  const room = maxBytes - MARK_BYTES;
  if (room <= 0) return "";
  // Each round keeps what would fit if the rest were like the whole; a text with its escapes at the front takes a few.
  let kept = text.slice(0, room);
  while (kept !== "" && sizeOf(kept) > room) kept = kept.slice(0, Math.floor((kept.length * room) / (sizeOf(kept) + 1)));
  if (endsInHalfACharacter(kept)) kept = kept.slice(0, -1);
  return `${kept}… [${text.length - kept.length} more characters]`;
};

const endsInHalfACharacter = (text: string): boolean => /[\ud800-\udbff]$/.test(text);
