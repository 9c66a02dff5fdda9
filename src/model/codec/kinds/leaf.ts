/**
 * Objects of the language that hold no other objects: dates, patterns, addresses, boxed primitives and the Temporal types.
 *
 * What callers may rely on: the copy is made from what the engine keeps inside the object. Methods and properties laid over it are neither
 * called nor kept; structured clone drops them too.
 */

import { Tagged } from "../tagged.ts";
import type { Restorer } from "../tagged.ts";
import type { Copier } from "../walk.ts";

const getter = (prototype: object, key: string): ((value: object) => unknown) => {
  const get = Object.getOwnPropertyDescriptor(prototype, key)?.get;
  return (value) => (get === undefined ? undefined : Reflect.apply(get, value, []));
};

const sourceOf = getter(RegExp.prototype, "source");
const flagsOf = getter(RegExp.prototype, "flags");
const hrefOf = getter(URL.prototype, "href");
const { getTime } = Date.prototype;
const { toString: queryOf } = URLSearchParams.prototype;

/** A copy for each prototype. An object that only pretends to be of the kind makes the copy throw a TypeError. */
const COPIES: readonly (readonly [object, (original: object) => object])[] = [
  [Date.prototype, (original) => new Date(getTime.call(original as Date))],
  [RegExp.prototype, (original) => new RegExp(sourceOf(original) as string, flagsOf(original) as string)],
  [URL.prototype, (original) => new URL(hrefOf(original) as string)],
  [URLSearchParams.prototype, (original) => new URLSearchParams(queryOf.call(original as URLSearchParams))],
  [Number.prototype, (original) => Object(Number.prototype.valueOf.call(original)) as object],
  [String.prototype, (original) => Object(String.prototype.valueOf.call(original)) as object],
  [Boolean.prototype, (original) => Object(Boolean.prototype.valueOf.call(original)) as object],
  [BigInt.prototype, (original) => Object(BigInt.prototype.valueOf.call(original)) as object],
  [Temporal.Instant.prototype, (original) => Temporal.Instant.from(Temporal.Instant.prototype.toString.call(original))],
  [Temporal.PlainDate.prototype, (original) => Temporal.PlainDate.from(Temporal.PlainDate.prototype.toString.call(original))],
  [Temporal.PlainTime.prototype, (original) => Temporal.PlainTime.from(Temporal.PlainTime.prototype.toString.call(original))],
  [Temporal.PlainDateTime.prototype, (original) => Temporal.PlainDateTime.from(Temporal.PlainDateTime.prototype.toString.call(original))],
  [Temporal.PlainMonthDay.prototype, (original) => Temporal.PlainMonthDay.from(Temporal.PlainMonthDay.prototype.toString.call(original))],
  [
    Temporal.PlainYearMonth.prototype,
    (original) => Temporal.PlainYearMonth.from(Temporal.PlainYearMonth.prototype.toString.call(original)),
  ],
  [Temporal.ZonedDateTime.prototype, (original) => Temporal.ZonedDateTime.from(Temporal.ZonedDateTime.prototype.toString.call(original))],
];

const DURATION_FIELDS = [
  "years",
  "months",
  "weeks",
  "days",
  "hours",
  "minutes",
  "seconds",
  "milliseconds",
  "microseconds",
  "nanoseconds",
] as const;

const DURATION_GETTERS = DURATION_FIELDS.map((field) => getter(Temporal.Duration.prototype, field));

// Field by field: the text of a duration of 1,500 ms is "PT1.5S", which is read back as 1 s and 500 ms.
const copyDuration = (original: object): Tagged =>
  new Tagged(
    "Duration",
    DURATION_GETTERS.map((get) => get(original)),
  );

export const duration: Restorer = {
  make: (fields: readonly number[]) => new Temporal.Duration(...fields),
};

export const LEAF_COPIERS: readonly (readonly [object, Copier])[] = [
  ...COPIES.map(([prototype, copy]) => [prototype, ((original, walk) => walk.bind(original, copy(original))) satisfies Copier] as const),
  [Temporal.Duration.prototype, (original, walk) => walk.bind(original, copyDuration(original))],
];
