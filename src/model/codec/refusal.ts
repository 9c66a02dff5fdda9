/**
 * Why a value cannot be stored.
 *
 * What callers may rely on: `problem` reads on from `path` (`$.user is an instance of User; …`) and says what to do where that is known.
 * Nothing of the value can make the description fail.
 */

import * as types from "node:util/types";

import { describePath } from "./path.ts";
import type { PathSegment } from "./path.ts";
import { messageOf, readSafely } from "./read.ts";

export type Refused = {
  readonly ok: false;
  readonly path: string;
  readonly problem: string;
} & (
  | { readonly kind: "unsupported" | "too-large" }
  /** Nothing is wrong with the value: it holds a secret, and there is no key to encrypt it with. */
  | { readonly kind: "no-key"; readonly error: unknown }
);

/** Thrown inside the codec to leave a deep walk at once; never leaves the codec. */
export class Refusal {
  readonly refused: Refused;

  constructor(refused: Refused) {
    this.refused = refused;
  }
}

/** @param path of the place; `inside` is the path in a secret that stands there */
export const unsupported = (path: readonly PathSegment[], problem: string, inside?: string): Refused => {
  const deeper = inside === undefined ? "" : `.reveal()${inside.slice(1)}`;
  return { ok: false, path: describePath(path) + deeper, problem, kind: "unsupported" };
};

export const noKey = (error: unknown): Refused => ({
  ok: false,
  path: "$",
  problem: `holds a secret that cannot be encrypted; ${messageOf(error)}`,
  kind: "no-key",
  error,
});

/** `sizeBytes` is unknown when the walk stopped at the limit. */
export const tooLarge = (maxBytes: number, sizeBytes?: number): Refused => {
  const taken = sizeBytes === undefined ? "is larger than the limit of" : `takes ${count(sizeBytes)} bytes, more than the limit of`;
  return { ok: false, path: "$", problem: `${taken} ${count(maxBytes)} bytes`, kind: "too-large" };
};

/** "is a Promise; await it first", for a value that no rule of the codec knows. Reads on from a path. */
export const describeUnsupported = (value: unknown): string => {
  const kind = describeKind(value);
  const advice = adviceOf(kind, value);
  return `is ${kind}${advice === undefined ? "" : `; ${advice}`}`;
};

/** "a function", "an instance of User". */
export const describeKind = (value: unknown): string => {
  if (value === null || (typeof value !== "object" && typeof value !== "function"))
    return typeof value === "symbol" ? "a symbol" : String(value);
  if (types.isProxy(value)) return "a Proxy";
  if (typeof value === "function") return isClass(value) ? "a class" : "a function";
  if (types.isGeneratorObject(value) || isIterator(value)) return "an iterator";
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return "an object";
  const name = constructorName(value);
  return name === undefined || name === "Object" ? "an object with a prototype of its own" : `an instance of ${name}`;
};

const ADVICE: Readonly<Record<string, string>> = {
  "a Proxy": "return a plain copy of it",
  "an iterator": "return an array, as in [...it]",
  "an object with a prototype of its own": "return a plain object",
  "an instance of Promise": "await it first",
  "an instance of Response": "return what you read from it, as in await response.json()",
  "an instance of Request": "return what you read from it, as in await request.json()",
  "an instance of Blob": "return its bytes, as in await blob.bytes()",
  "an instance of File": "return its bytes, as in await file.bytes()",
  "an instance of ReadableStream": "read it to its end and return what came",
  "an instance of Headers": "return Object.fromEntries(headers)",
  "an instance of FormData": "return [...formData]",
  "an instance of SharedArrayBuffer": "return a copy of its bytes",
};

const adviceOf = (kind: string, value: unknown): string | undefined => {
  if (typeof value !== "object") return undefined;
  if (!types.isProxy(value) && Array.isArray(value)) return "return a plain array, as in [...it]";
  return Object.hasOwn(ADVICE, kind) ? ADVICE[kind] : "return a plain object with what is needed of it";
};

const MAX_NAME_CHARACTERS = 60;

const constructorName = (value: object): string | undefined => {
  const prototype: unknown = Object.getPrototypeOf(value);
  const name = readSafely(readSafely(prototype, "constructor"), "name");
  return typeof name === "string" && name !== "" ? name.slice(0, MAX_NAME_CHARACTERS) : undefined;
};

const isClass = (value: object): boolean => /^class\b/.test(Function.prototype.toString.call(value));

const isIterator = (value: unknown): boolean => {
  // A Proxy far up the prototype chain may throw.
  try {
    return value instanceof Iterator;
  } catch {
    return false;
  }
};

const count = (value: number): string => value.toLocaleString("en-US");
