/**
 * Plain JSON: the values that JSON text carries without loss, found in one cheap walk.
 *
 * Plain are null, booleans, finite numbers but -0, strings without lone surrogates, arrays without holes or further keys, and objects of
 * the plain prototype. Anything that JSON would change, drop or call (`undefined`, NaN, a Date, a `toJSON`, an own `__proto__`, a Proxy) is
 * not, and neither is a value that holds one object twice, since JSON would make two of it.
 *
 * What callers may rely on:
 *   1. The text is exactly that of `JSON.stringify`.
 *   2. A value larger than the limit is noticed before any text is made of it.
 *   3. It never throws: what cannot be read is not plain.
 */

import * as types from "node:util/types";

import { hasFurtherKeys } from "./further-keys.ts";
import { MAX_VALUE_DEPTH } from "./limits.ts";

export type PlainText = { readonly kind: "plain"; readonly text: string } | { readonly kind: "not-plain" } | { readonly kind: "too-large" };

type Walk = { bytes: number; readonly maxBytes: number; readonly seen: Set<object> };

export const plainText = (value: unknown, maxBytes: number): PlainText => {
  try {
    return readPlain(value, maxBytes);
  } catch {
    return { kind: "not-plain" };
  }
};

const readPlain = (value: unknown, maxBytes: number): PlainText => {
  const walk: Walk = { bytes: 0, maxBytes, seen: new Set() };
  const isWholePlain = isPlain(value, walk, 0);
  if (walk.bytes > maxBytes) return { kind: "too-large" };
  if (!isWholePlain) return { kind: "not-plain" };
  const text = JSON.stringify(value);
  return hasLoneSurrogate(text) ? { kind: "not-plain" } : { kind: "plain", text };
};

const isPlain = (value: unknown, walk: Walk, depth: number): boolean => {
  // The least that the text can take: every value a byte, every character of a string one.
  walk.bytes += 1;
  switch (typeof value) {
    case "string":
      walk.bytes += value.length + 1;
      return true;
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0);
    case "boolean":
      return true;
    case "object":
      return value === null || isPlainObject(value, walk, depth);
    default:
      return false;
  }
};

const isPlainObject = (value: object, walk: Walk, depth: number): boolean => {
  if (depth > MAX_VALUE_DEPTH || types.isProxy(value) || walk.seen.has(value)) return false;
  walk.seen.add(value);
  if (typeof (value as { readonly toJSON?: unknown }).toJSON === "function") return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (Array.isArray(value)) return prototype === Array.prototype && isPlainArray(value, walk, depth);
  return prototype === Object.prototype && hasPlainKeys(value as Readonly<Record<string, unknown>>, walk, depth);
};

const isPlainArray = (array: readonly unknown[], walk: Walk, depth: number): boolean => {
  for (let index = 0; index < array.length; index += 1) {
    if (!isPlain(array[index], walk, depth + 1) || walk.bytes > walk.maxBytes) return false;
  }
  return !hasFurtherKeys(array);
};

const hasPlainKeys = (object: Readonly<Record<string, unknown>>, walk: Walk, depth: number): boolean => {
  for (const key of Object.keys(object)) {
    walk.bytes += key.length;
    if (key === "__proto__" || !isPlain(object[key], walk, depth + 1) || walk.bytes > walk.maxBytes) return false;
  }
  return true;
};

// JSON.stringify writes a lone surrogate, and nothing else, as \udXXX. The text must not hold one even in this form: SQLite's JSON
// functions would turn it into bytes that are not UTF-8. The first look is a plain search, since the pattern is slow and its answer nearly
// always no.
const LONE_SURROGATE = /(?<!\\)(?:\\\\)*\\ud[89a-f]/;
const hasLoneSurrogate = (text: string): boolean => text.includes("\\ud") && LONE_SURROGATE.test(text);
