/**
 * Errors inside values, wherever they stand: a rejected entry of `Promise.allSettled`, a result that carries one.
 *
 * What callers may rely on:
 *   1. An error comes back as a real error of its nearest class of the language, with its own `name`.
 *   2. Name, message, stack, code, cause and errors come back exactly, with all that hangs on them; what cannot be stored there is refused.
 *   3. Other own properties come back where they can be stored, and are left out where not (a socket); structured clone keeps none.
 */

import { builtinErrorOf, inheritedOf, makeBuiltinError } from "../builtin-errors.ts";
import type { BuiltinErrorName } from "../builtin-errors.ts";
import { defineKey } from "../own-key.ts";
import { Tagged } from "../tagged.ts";
import type { Restorer } from "../tagged.ts";
import { LEFT_OUT } from "../walk.ts";
import type { Copier, Walk } from "../walk.ts";

/** `base`, `name` and `message` stand first: a shell is made of them while the rest may refer to it. Lists alternate key and value. */
type ErrorPayload = {
  readonly base: BuiltinErrorName;
  readonly name: string;
  readonly message: string;
  readonly hidden: readonly unknown[];
  readonly shown: readonly unknown[];
};

const ESSENTIAL = ["name", "message", "stack", "code", "cause", "errors", "error", "suppressed"];

export const copyError: Copier = (original, walk) => {
  const base = builtinErrorOf(original) ?? "Error";
  if (base === "DOMException") return copyDomException(original, walk);
  const hidden: unknown[] = [];
  const shown: unknown[] = [];
  const copy = walk.bind(original, new Tagged("Error", { base, name: "", message: "", hidden, shown } satisfies ErrorPayload));
  for (const key of ESSENTIAL) copyHidden(original, key, base, hidden, walk);
  for (const key of Object.keys(original)) copyShown(original, key, shown, walk);
  return copy;
};

// Its position properties are noise of the engine, and it has no others.
const copyDomException = (original: object, walk: Walk): Tagged => {
  const hidden: unknown[] = [];
  const { name, message } = original as DOMException;
  const payload: ErrorPayload = { base: "DOMException", name: String(name), message: String(message), hidden, shown: [] };
  const copy = walk.bind(original, new Tagged("Error", payload));
  for (const key of ["stack", "cause"]) if (Object.hasOwn(original, key)) hidden.push(key, walk.property(original, key));
  return copy;
};

/** Own and not enumerable, as the language makes them; or given by a class of the user, which will not be there when it comes back. */
const copyHidden = (original: object, key: string, base: BuiltinErrorName, hidden: unknown[], walk: Walk): void => {
  const isOwn = Object.hasOwn(original, key);
  if (isOwn && Object.prototype.propertyIsEnumerable.call(original, key)) return;
  const value = walk.property(original, key);
  if (isOwn || value !== inheritedOf(base, key)) hidden.push(key, value);
};

const copyShown = (original: object, key: string, shown: unknown[], walk: Walk): void => {
  const value = ESSENTIAL.includes(key) ? walk.property(original, key) : walk.attempt(() => walk.property(original, key));
  if (value !== LEFT_OUT) shown.push(key, value);
};

export const error: Restorer = {
  make: ({ base, name, message }: ErrorPayload) => makeBuiltinError(base, { name, message }),
  fill: (shell: Error, { base, hidden, shown }: ErrorPayload) => {
    if (base !== "DOMException") for (const key of ESSENTIAL) Reflect.deleteProperty(shell, key);
    for (let at = 0; at < hidden.length; at += 2) defineKey(shell, hidden[at] as string, hidden[at + 1], { enumerable: false });
    for (let at = 0; at < shown.length; at += 2) defineKey(shell, shown[at] as string, shown[at + 1], { enumerable: true });
  },
};
