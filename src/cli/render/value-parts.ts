/**
 * What a value is made of, one case a type; `value.ts` says what callers may rely on.
 */
import { flat, group, type Item, type Part } from "./layout.ts";
import { line } from "./safe.ts";

/** Deeper, and a recursion over the value could overflow the stack. The codec stores nothing near it. */
const MAX_DEPTH = 1_000;

/** The way to a value, and the objects met before it; those that are still open lie around it. */
interface Place {
  readonly path: string;
  readonly depth: number;
  readonly seen: Map<object, { readonly path: string; isOpen: boolean }>;
}

export const describe = (value: unknown): Part => describeAt(value, { path: "", depth: 0, seen: new Map() });

const describeAt = (value: unknown, place: Place): Part => {
  switch (typeof value) {
    case "object":
      return value === null ? "null" : describeObject(value, place);
    case "string":
      return line(JSON.stringify(value));
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    case "bigint":
      return `${value}n`;
    case "function":
      return "[function]";
    default:
      return line(String(value));
  }
};

const describeObject = (value: object, place: Place): Part => {
  const leaf = describeLeaf(value);
  if (leaf !== undefined) return leaf;
  const before = place.seen.get(value);
  if (before?.isOpen === true) return "[circular]";
  if (before !== undefined && holdsObjects(value)) return `[same as ${before.path}]`;
  if (place.depth >= MAX_DEPTH) return `[deeper than ${MAX_DEPTH} levels]`;
  const met = { path: place.path, isOpen: true };
  place.seen.set(value, met);
  const part = describeHolder(value, { ...place, depth: place.depth + 1 });
  met.isOpen = false;
  return part;
};

/** Objects that hold no others. */
const describeLeaf = (value: object): Part | undefined => {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Date(invalid)" : `Date(${value.toISOString()})`;
  if (value instanceof RegExp) return line(String(value));
  if (value instanceof URL) return line(`URL(${JSON.stringify(value.href)})`);
  if (value instanceof Error) return line(`[${value.name}: ${value.message}]`);
  if (value instanceof ArrayBuffer) return numbers(`ArrayBuffer(${value.byteLength}) [`, new Uint8Array(value));
  if (value instanceof DataView) return numbers(`DataView(${value.byteLength}) [`, bytesOf(value));
  if (ArrayBuffer.isView(value)) {
    const array = value as unknown as ArrayLike<number | bigint>;
    return numbers(`${line(value.constructor.name)}(${array.length}) [`, array);
  }
  if (value instanceof Number || value instanceof String || value instanceof Boolean) return line(`Object(${JSON.stringify(value)})`);
  return undefined;
};

const bytesOf = (view: DataView): Uint8Array => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

const numbers = (open: string, array: ArrayLike<number | bigint>): Part =>
  group(
    open,
    "]",
    Array.from(array, (number) => ({ label: "", part: typeof number === "bigint" ? `${number}n` : numeral(number) })),
    {
      isDense: true,
    },
  );

const numeral = (number: number): string => (Object.is(number, -0) ? "-0" : String(number));

const describeHolder = (value: object, place: Place): Part => {
  if (Array.isArray(value)) return describeArray(value, place);
  if (value instanceof Map)
    return group(
      `Map(${value.size}) {`,
      "}",
      [...value].map(([key, held], index) => entry(key, held, index, place)),
    );
  if (value instanceof Set) {
    const items = [...value].map((held, index) => ({ label: "", part: describeAt(held, inside(place, `.value(${index})`)) }));
    return group(`Set(${value.size}) {`, "}", items);
  }
  const items = Object.keys(value).map((key) => ({ label: `${line(JSON.stringify(key))}: `, part: describeField(value, key, place) }));
  return group("{", "}", items);
};

const describeArray = (array: readonly unknown[], place: Place): Part => {
  const items: Item[] = [];
  let next = 0;
  let areNumbers = true;
  // By its keys, since an array of a billion holes is a small value.
  for (const key of Object.keys(array)) {
    const index = Number(key);
    if (!Number.isInteger(index)) continue;
    if (index > next) items.push(holes(index - next));
    areNumbers &&= typeof array[index] === "number";
    items.push({ label: "", part: describeAt(array[index], inside(place, `[${index}]`)) });
    next = index + 1;
  }
  if (array.length > next) items.push(holes(array.length - next));
  return group("[", "]", items, { isDense: areNumbers });
};

const holes = (count: number): Item => ({ label: "", part: `<${count} empty>` });

const entry = (key: unknown, held: unknown, index: number, place: Place): Item => ({
  label: `${flat(describeAt(key, inside(place, `.key(${index})`)))} => `,
  part: describeAt(held, inside(place, `.get(${index})`)),
});

const describeField = (holder: object, key: string, place: Place): Part => {
  let held: unknown;
  try {
    held = (holder as Record<string, unknown>)[key];
  } catch {
    return "[unreadable]"; // a getter that throws
  }
  return describeAt(held, inside(place, line(/^[\w$]+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`)));
};

const inside = (place: Place, step: string): Place => ({ ...place, path: place.path + step });

const holdsObjects = (value: object): boolean => {
  const held = value instanceof Map ? [...value].flat() : value instanceof Set ? [...value] : Object.values(value);
  return held.some((item) => typeof item === "object" && item !== null);
};
