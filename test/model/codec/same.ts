/**
 * Whether two values are the same for a program: leaves by `Object.is`, prototypes by identity, own keys and entries in their order, and
 * object for object, so that what was one object twice is one object twice again.
 *
 * Stricter than `toEqual`, which passes over holes, prototypes of leaves, key order and repeated references.
 */

type Pairs = { readonly there: Map<object, object>; readonly back: Map<object, object> };

/** The path of the first difference, or `undefined` where there is none. */
export const difference = (a: unknown, b: unknown): string | undefined => differs(a, b, "$", { there: new Map(), back: new Map() });

const differs = (a: unknown, b: unknown, path: string, pairs: Pairs): string | undefined => {
  if (!isObject(a) || !isObject(b)) return Object.is(a, b) ? undefined : path;
  if (pairs.there.has(a) || pairs.back.has(b))
    return pairs.there.get(a) === b && pairs.back.get(b) === a ? undefined : `${path} (identity)`;
  pairs.there.set(a, b);
  pairs.back.set(b, a);
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return `${path} (prototype)`;
  return (
    partsDiffer(insideOf(a), insideOf(b), `${path} (inside)`, pairs) ??
    partsDiffer(enumerableOf(a), enumerableOf(b), path, pairs) ??
    (a instanceof Error ? partsDiffer(hiddenOf(a), hiddenOf(b as Error), `${path} (hidden)`, pairs) : undefined)
  );
};

const isObject = (value: unknown): value is object => value !== null && typeof value === "object";

const partsDiffer = (a: readonly unknown[], b: readonly unknown[], path: string, pairs: Pairs): string | undefined => {
  if (a.length !== b.length) return `${path} (${a.length} and ${b.length} parts)`;
  for (const [at, part] of a.entries()) {
    const found = differs(part, b[at], `${path}.${at}`, pairs);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** What the engine keeps inside an object, as a list. */
const insideOf = (value: object): readonly unknown[] => {
  if (Array.isArray(value)) return [value.length];
  if (value instanceof Map) return [...value].flat(1);
  if (value instanceof Set) return [...value];
  if (value instanceof Date) return [value.getTime()];
  if (value instanceof RegExp) return [value.source, value.flags];
  if (value instanceof ArrayBuffer) return [...new Uint8Array(value)];
  if (Buffer.isBuffer(value)) return [...value];
  if (ArrayBuffer.isView(value)) return [value.buffer, value.byteOffset, value.byteLength];
  if (value instanceof Temporal.Duration)
    return [
      value.years,
      value.months,
      value.weeks,
      value.days,
      value.hours,
      value.minutes,
      value.seconds,
      value.milliseconds,
      value.microseconds,
      value.nanoseconds,
    ];
  if (isWritten(value)) return [String(value)];
  return isBoxed(value) ? [value.valueOf()] : [];
};

const WRITTEN = [
  URL,
  URLSearchParams,
  Temporal.Instant,
  Temporal.PlainDate,
  Temporal.PlainTime,
  Temporal.PlainDateTime,
  Temporal.PlainMonthDay,
  Temporal.PlainYearMonth,
  Temporal.ZonedDateTime,
];
const isWritten = (value: object): boolean => WRITTEN.some((Class) => value instanceof Class);
const isBoxed = (value: object): boolean => [Number, String, Boolean, BigInt].some((Class) => value instanceof Class);

// The elements of bytes have been compared, and the host's own classes list what is a getter.
const enumerableOf = (value: object): readonly unknown[] => {
  if (ArrayBuffer.isView(value) || isWritten(value) || isBoxed(value) || value instanceof DOMException) return [];
  return Object.keys(value).flatMap((key) => [key, (value as Readonly<Record<string, unknown>>)[key]]);
};

const hiddenOf = (error: Error): readonly unknown[] =>
  ["name", "message", "stack", "code", "cause", "errors", "error", "suppressed"].flatMap((key) => [
    Object.hasOwn(error, key),
    (error as unknown as Readonly<Record<string, unknown>>)[key],
  ]);
