/**
 * Where inside a value something stands, as a person would write it: `$.orders[3].note`, `$.byId.get("a7")`, `$.tags.values()[0]`.
 *
 * What callers may rely on: a path is one short line whatever the keys are. Long keys and deep paths are shortened, control characters
 * escaped.
 */

/** One step into a value: a property, an array index, or a place in a Map or Set. */
export type PathSegment =
  | string
  | number
  | { readonly kind: "map-key"; readonly index: number }
  | { readonly kind: "map-value"; readonly index: number; readonly key: unknown }
  | { readonly kind: "set-item"; readonly index: number };

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

// Enough to find the place; a key may be a megabyte and a path hundreds of levels.
const MAX_KEY_CHARACTERS = 60;
const HEAD_SEGMENTS = 24;
const TAIL_SEGMENTS = 8;

/** `["a", "b", 3]` as `$.a.b[3]`; the value itself is `$`. */
export const describePath = (segments: readonly PathSegment[]): string => {
  const hidden = segments.length - HEAD_SEGMENTS - TAIL_SEGMENTS;
  if (hidden <= 1) return `$${segments.map(describeSegment).join("")}`;
  const head = segments.slice(0, HEAD_SEGMENTS).map(describeSegment).join("");
  const tail = segments.slice(-TAIL_SEGMENTS).map(describeSegment).join("");
  return `$${head}…(${hidden} levels)…${tail}`;
};

const describeSegment = (segment: PathSegment): string => {
  if (typeof segment === "number") return `[${segment}]`;
  if (typeof segment === "string")
    return segment.length <= MAX_KEY_CHARACTERS && IDENTIFIER.test(segment) ? `.${segment}` : `[${quote(segment)}]`;
  switch (segment.kind) {
    case "map-key":
      return `.keys()[${segment.index}]`;
    case "map-value":
      return isPrimitive(segment.key) ? `.get(${describePrimitive(segment.key)})` : `.values()[${segment.index}]`;
    case "set-item":
      return `.values()[${segment.index}]`;
    default:
      return segment satisfies never;
  }
};

const shorten = (text: string): string => (text.length > MAX_KEY_CHARACTERS ? `${text.slice(0, MAX_KEY_CHARACTERS)}…` : text);

const quote = (text: string): string => JSON.stringify(shorten(text));

const isPrimitive = (key: unknown): boolean => key === null || (typeof key !== "object" && typeof key !== "function");

const describePrimitive = (key: unknown): string => {
  if (typeof key === "string") return quote(key);
  return shorten(typeof key === "bigint" ? `${String(key)}n` : String(key));
};
