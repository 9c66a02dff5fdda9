/**
 * Reading from values that may fight back: getters that throw, Proxies, objects without a prototype.
 *
 * What callers may rely on: nothing here throws.
 */

const MAX_MESSAGE_CHARACTERS = 200;

/** `value[key]`; `undefined` where `value` has no properties, `unreadable` where reading throws. */
export const readSafely = (value: unknown, key: string | number, unreadable?: unknown): unknown => {
  if (value === null || (typeof value !== "object" && typeof value !== "function")) return undefined;
  try {
    return (value as Readonly<Record<string | number, unknown>>)[key];
  } catch {
    return unreadable;
  }
};

/** The message of whatever was thrown, in one short line. */
export const messageOf = (thrown: unknown): string => {
  const message = readSafely(thrown, "message");
  if (typeof message === "string") return message.slice(0, MAX_MESSAGE_CHARACTERS);
  if (thrown !== null && (typeof thrown === "object" || typeof thrown === "function")) return "no message";
  return String(thrown).slice(0, MAX_MESSAGE_CHARACTERS);
};
