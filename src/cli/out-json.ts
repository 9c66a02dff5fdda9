/**
 * JSON of anything a command may print.
 *
 * What callers may rely on:
 *   1. It never throws, whatever a workflow returned: what JSON has no word for is put into the nearest that it has.
 *   2. It is valid JSON, and holds no control or bidirectional character as such: they are written `\u…`, so a terminal shows them.
 *   3. A field that is `undefined` is `null`: documents keep their shape.
 *
 * `Date` becomes its ISO text, `BigInt` its digits, bytes base64, `Map` a list of pairs, `Set` a list, `Error` its name and message.
 */
export const toJson = (value: unknown, indent = 0, maxObjects = MAX_OBJECTS): string => {
  const text = JSON.stringify(plain(value, { above: [], budget: { objects: maxObjects } }), null, indent);
  return text.replace(HIDDEN, escapeUnit);
};

/** Deeper values are cut, so that no value can exhaust the stack. */
const MAX_DEPTH = 500;
/** An object that holds another twice, thirty times over, is a small value and a billion objects as JSON. */
const MAX_OBJECTS = 5_000_000;

/** Where in the value, and how much more of it may be shown. */
interface Walk {
  readonly above: readonly object[];
  readonly budget: { objects: number };
}

/** What JSON itself leaves bare and a terminal would act on; see `model/escape.ts`. Tag characters stand beyond, as pairs. */
const HIDDEN = /[\x7f-\x9f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udc7f]/g;

const escapeUnit = (characters: string): string =>
  characters.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

function plain(value: unknown, { above, budget }: Walk): unknown {
  if (value === undefined || typeof value === "symbol") return null;
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "function") return `[function ${value.name}]`;
  if (typeof value !== "object" || value === null) return value;
  if (above.includes(value)) return "[circular]";
  if (above.length >= MAX_DEPTH) return "[too deep]";
  if (budget.objects-- <= 0) return "[too large]";
  try {
    return plainObject(value, { above: [...above, value], budget });
  } catch {
    return "[unreadable]";
  }
}

function plainObject(value: object, walk: Walk): unknown {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Error) return { name: value.name, message: value.message };
  if (value instanceof RegExp || value instanceof URL) return String(value);
  if (value instanceof ArrayBuffer) return base64(new Uint8Array(value));
  if (ArrayBuffer.isView(value)) return base64(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  if (value instanceof Map) return [...value].map((pair) => plain(pair, walk));
  if (Array.isArray(value) && isMostlyHoles(value)) return `[list of ${value.length}, mostly empty]`;
  if (Array.isArray(value) || value instanceof Set) return Array.from(value, (item) => plain(item, walk));
  // fromEntries defines keys and never assigns them, so "__proto__" is a key like any other.
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item, walk)]));
}

/** An array of a billion holes is a small value, and no small text. */
const isMostlyHoles = (list: readonly unknown[]): boolean => list.length > 1_000_000 && Object.keys(list).length < list.length / 2;

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
