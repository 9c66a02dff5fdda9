/**
 * A value without what it says: placeholders that name the type, in the shape that it had.
 *
 *     { email: "ann@example.org", paid: true, at: Date, list: [1] }
 *     { email: "[string of 15]", paid: "[boolean]", at: "[Date]", list: ["[number]"] }
 *
 * Names of properties stay: they are the shape. Property names that look like data, as in a map from addresses to numbers, cannot be told
 * apart from others; what has more of them than any type is likely to have is counted only.
 */

/** Of an object or a list; the rest is counted. */
const MAX_ENTRIES = 50;
const MAX_DEPTH = 20;

export const shapeOf = (value: unknown): unknown => shape(value, []);

const shape = (value: unknown, around: readonly object[]): unknown => {
  if (value === null || value === undefined) return value ?? null;
  if (typeof value === "string") return `[string of ${value.length}]`;
  if (typeof value !== "object") return `[${typeof value}]`;
  if (around.includes(value)) return "[circle]";
  if (around.length >= MAX_DEPTH) return "[deeper]";
  const inside = [...around, value];
  if (Array.isArray(value)) return listed(value, inside);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return `[${nameOf(value)}${sizeOf(value)}]`;
  const entries = Object.entries(value);
  if (entries.length > MAX_ENTRIES) return `[object of ${entries.length}]`;
  return Object.fromEntries(entries.map(([key, inner]) => [key, shape(inner, inside)]));
};

const listed = (list: readonly unknown[], inside: readonly object[]): unknown => {
  const shown = list.slice(0, MAX_ENTRIES).map((inner) => shape(inner, inside));
  return list.length > MAX_ENTRIES ? [...shown, `[${list.length - MAX_ENTRIES} more]`] : shown;
};

const nameOf = (value: object): string => Object.prototype.toString.call(value).slice("[object ".length, -1);

const sizeOf = (value: object): string => {
  if (value instanceof Map || value instanceof Set) return ` of ${value.size}`;
  return ArrayBuffer.isView(value) || value instanceof ArrayBuffer ? ` of ${value.byteLength}` : "";
};
