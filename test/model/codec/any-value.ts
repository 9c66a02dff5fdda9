/**
 * Values of every class that can be stored, for property tests: nested in each other, referred to twice, and with cycles.
 */

import fc from "fast-check";

/** Any UTF-16, lone surrogates and NUL included. */
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) }),
);

const key = fc.oneof(
  { weight: 4, arbitrary: text },
  { weight: 1, arbitrary: fc.constantFrom("__proto__", "constructor", "prototype", "toString", "then", "length", "0", "-1", "toJSON", "") },
);

const primitive = fc.oneof(
  text,
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.bigInt(),
  fc.bigInt({ min: -(2n ** 300n), max: 2n ** 300n }),
  fc.constantFrom(undefined, null, Number.NaN, Infinity, -Infinity, -0, "\ud800", "\udfff\ud800", "<!--\u2028\0", "devalue:1:-1"),
);

const bytes = fc.uint8Array({ maxLength: 24 }).map((array) => Uint8Array.from(array));

const VIEWS = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Float16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
];

const view = fc.tuple(fc.constantFrom(...VIEWS), bytes, fc.nat({ max: 1 })).map(([View, { buffer }, skipped]) => {
  const fitting = Math.floor(buffer.byteLength / View.BYTES_PER_ELEMENT);
  return fitting > skipped ? new View(buffer, skipped * View.BYTES_PER_ELEMENT, fitting - skipped) : new View(0);
});

const MAX_EPOCH_MS = 8.64e15;
const instant = fc.integer({ min: -MAX_EPOCH_MS, max: MAX_EPOCH_MS }).map((ms) => Temporal.Instant.fromEpochMilliseconds(ms));
const zoned = fc
  .tuple(fc.integer({ min: 0, max: 4e12 }), fc.constantFrom("UTC", "Europe/Paris", "Asia/Kolkata", "+05:30"))
  .map(([ms, zone]) => Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone));

const temporal = fc.oneof(
  instant,
  zoned,
  zoned.map((at) => at.toPlainDate()),
  zoned.map((at) => at.toPlainTime()),
  zoned.map((at) => at.toPlainDateTime()),
  zoned.map((at) => at.toPlainDate().toPlainMonthDay()),
  zoned.map((at) => at.toPlainDate().toPlainYearMonth()),
  fc
    .tuple(fc.nat(), fc.nat(), fc.nat(), fc.constantFrom(1, -1))
    .map(([days, minutes, milliseconds, sign]) =>
      Temporal.Duration.from({ days: days * sign, minutes: minutes * sign, milliseconds: milliseconds * sign }),
    ),
);

const leaf = fc.oneof(
  { weight: 6, arbitrary: primitive },
  {
    weight: 4,
    arbitrary: fc.oneof(
      fc.date({ noInvalidDate: false }),
      fc
        .constantFrom("a/b", "^$", '["\\\\]', "\n", "\\d+")
        .chain((source) => fc.constantFrom("", "g", "giu", "dsvy").map((flags) => new RegExp(source, flags))),
      fc.webUrl({ withQueryParameters: true, withFragments: true }).map((url) => new URL(url)),
      fc.array(fc.tuple(fc.string(), fc.string()), { maxLength: 3 }).map((pairs) => new URLSearchParams(pairs)),
      fc.oneof(fc.double(), text, fc.boolean(), fc.bigInt()).map((value) => Object(value) as object),
      bytes.map(({ buffer }) => buffer),
      bytes.map((array) => Buffer.from(array)),
      bytes.map(({ buffer }) => new DataView(buffer, Math.min(1, buffer.byteLength))),
      view,
      temporal,
      fc.tuple(text, fc.constantFrom("AbortError", "TimeoutError", "Own")).map(([message, name]) => new DOMException(message, name)),
    ),
  },
);

const entries = <Value>(value: fc.Arbitrary<Value>) => fc.array(fc.tuple(key, value), { maxLength: 4 });

const withEntries = <Owner extends object>(owner: Owner, pairs: readonly (readonly [string, unknown])[]): Owner => {
  for (const [name, value] of pairs) Object.defineProperty(owner, name, { value, enumerable: true, writable: true, configurable: true });
  return owner;
};

const { value: nested } = fc.letrec<{ value: unknown; error: Error }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    fc.array(tie("value"), { maxLength: 5 }),
    fc.sparseArray(tie("value"), { maxNumElements: 4, maxLength: 60, noTrailingHole: false }),
    fc.tuple(fc.array(tie("value"), { maxLength: 3 }), entries(tie("value"))).map(([items, extra]) =>
      withEntries(
        items,
        extra.filter(([name]) => name !== "length"),
      ),
    ),
    entries(tie("value")).map((pairs) => withEntries({}, pairs)),
    entries(tie("value")).map((pairs) => withEntries(Object.create(null) as object, pairs)),
    fc.array(fc.tuple(tie("value"), tie("value")), { maxLength: 4 }).map((pairs) => new Map(pairs)),
    fc.array(tie("value"), { maxLength: 4 }).map((items) => new Set(items)),
    tie("error"),
  ),
  error: fc
    .tuple(
      fc.constantFrom(Error, TypeError, RangeError, SyntaxError, EvalError, ReferenceError, URIError),
      text,
      tie("value"),
      entries(tie("value")),
    )
    .map(([Class, message, cause, pairs]) =>
      withEntries(
        new Class(message, { cause }),
        pairs.filter(([name]) => name !== "stack"),
      ),
    ),
}));

/** `links` name pairs of objects inside the value: the second is put into the first once more, for cycles and repeated references. */
export const anyValue = fc.tuple(nested, fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 3 })).map(([value, links]) => {
  const objects = [...objectsIn(value, new Set())];
  for (const [from, to] of objects.length === 0 ? [] : links) link(objects[from % objects.length], objects[to % objects.length]);
  return value;
});

const objectsIn = (value: unknown, found: Set<object>): Set<object> => {
  if (value === null || typeof value !== "object" || found.has(value)) return found;
  found.add(value);
  if (value instanceof Map) for (const part of [...value].flat(1)) objectsIn(part, found);
  else if (value instanceof Set) for (const part of value) objectsIn(part, found);
  else if (!ArrayBuffer.isView(value)) for (const part of Object.values(value)) objectsIn(part, found);
  if (value instanceof Error) objectsIn(value.cause, found);
  return found;
};

const link = (from: object | undefined, to: object | undefined): void => {
  if (from instanceof Map) from.set(to, from);
  else if (from instanceof Set) from.add(to);
  else if (Array.isArray(from)) from.push(to);
  else if (from instanceof Error) from.cause = to;
  else if (from !== undefined && [Object.prototype, null].includes(Object.getPrototypeOf(from) as never)) Reflect.set(from, "link", to);
};
