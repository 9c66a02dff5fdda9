/**
 * The error classes of the language, by name: which one a thrown value belongs to, and how to make a new instance.
 *
 * What callers may rely on: an instance made here is a real one (`instanceof`, `Error.isError`) and carries no trace of the place where it
 * was made, which would only mislead: its stack is for the caller to set.
 */

import * as types from "node:util/types";

import { readSafely } from "./read.ts";

export type BuiltinErrorName = keyof typeof CLASSES;

const CLASSES = {
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
  AggregateError,
  SuppressedError,
  DOMException,
};

const NAMES: ReadonlyMap<unknown, BuiltinErrorName> = new Map(
  Object.entries(CLASSES).map(([name, { prototype }]) => [prototype, name as BuiltinErrorName]),
);

// No class hierarchy is deeper; a chain of prototypes made to be endless is cut here.
const MAX_PROTOTYPES = 64;

export const isBuiltinErrorName = (name: unknown): name is BuiltinErrorName => typeof name === "string" && Object.hasOwn(CLASSES, name);

/** The nearest class of the language that `value` is an instance of; `undefined` if it is no error. Never throws. */
export const builtinErrorOf = (value: unknown): BuiltinErrorName | undefined => {
  let link = value;
  for (let count = 0; count < MAX_PROTOTYPES; count += 1) {
    if (link === null || typeof link !== "object" || types.isProxy(link)) break;
    const name = NAMES.get(link);
    if (name !== undefined) return name;
    link = Object.getPrototypeOf(link);
  }
  return Error.isError(value) ? foreignErrorOf(value) : undefined;
};

// Made by another realm (`node:vm`), so that its prototypes are not ours.
const foreignErrorOf = (error: Error): BuiltinErrorName => {
  const name = readSafely(error, "name");
  return isBuiltinErrorName(name) ? name : "Error";
};

/** What `key` reads as on an instance that says nothing of its own. */
export const inheritedOf = (base: BuiltinErrorName, key: string): unknown => readSafely(CLASSES[base].prototype, key);

/** `name` counts for a DOMException alone, whose name says which one it is ("AbortError") and can be given only here. */
export const makeBuiltinError = (base: BuiltinErrorName, { name, message }: { readonly name: string; readonly message: string }): Error =>
  withoutStack(() => {
    switch (base) {
      case "AggregateError":
        return new AggregateError([], message);
      case "SuppressedError":
        return new SuppressedError(undefined, undefined, message);
      case "DOMException":
        return new DOMException(message, name);
      default:
        return new CLASSES[base](message);
    }
  });

const withoutStack = (make: () => Error): Error => {
  const limit = Error.stackTraceLimit;
  // Reflect.set, since an assignment throws where Error is frozen.
  Reflect.set(Error, "stackTraceLimit", 0);
  try {
    return make();
  } finally {
    Reflect.set(Error, "stackTraceLimit", limit);
  }
};
