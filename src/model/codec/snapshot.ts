/**
 * A tame copy of any value: what devalue can write, and nothing that could act while it is written.
 *
 * The copy holds only objects made here, so that getters, Proxies, overridden methods and changed prototypes of the original have no say in
 * what is stored.
 *
 * What callers may rely on: cycles and repeated references are kept. A value that cannot be stored makes it throw a `Refusal` with the path
 * of the first such place, and a value too large for the limit is noticed before its text is made.
 */

import * as types from "node:util/types";

import { SENSITIVE } from "../cipher.ts";
import { isSecret } from "../secret.ts";
import { builtinErrorOf } from "./builtin-errors.ts";
import { copyArray } from "./kinds/array.ts";
import { BYTES_COPIERS } from "./kinds/bytes.ts";
import { copyMap, copySet } from "./kinds/collection.ts";
import { copyError } from "./kinds/error.ts";
import { LEAF_COPIERS } from "./kinds/leaf.ts";
import { copyObject } from "./kinds/object.ts";
import { copySecret } from "./kinds/secret.ts";
import { MAX_VALUE_BYTES, MAX_VALUE_DEPTH } from "./limits.ts";
import type { PathSegment } from "./path.ts";
import { messageOf } from "./read.ts";
import { describeUnsupported, Refusal, unsupported } from "./refusal.ts";
import type { Refused } from "./refusal.ts";
import { LEFT_OUT } from "./walk.ts";
import type { Copier, Walk } from "./walk.ts";

const COPIERS: ReadonlyMap<unknown, Copier> = new Map<unknown, Copier>([
  [Object.prototype, copyObject],
  [null, copyObject],
  [Array.prototype, copyArray],
  [Map.prototype, copyMap],
  [Set.prototype, copySet],
  ...BYTES_COPIERS,
  ...LEAF_COPIERS,
]);

/** The encrypted text of a secret's value, or why there is none; `masked` leaves `[sensitive]` in its place, `refused` takes no secrets. */
export type Sealing = "masked" | "refused" | ((value: unknown) => { readonly ok: true; readonly text: string } | Refused);

export type SnapshotOptions = { readonly maxBytes: number; readonly seal: Sealing };

/** Thrown when more would be stored than the limit allows. */
export class Overflow {}

// Long enough that a string is worth remembering: devalue writes the same string once.
const REMEMBERED_CHARACTERS = 64;

/** @throws Refusal or Overflow */
export const snapshot = (root: unknown, options: SnapshotOptions): unknown => new Snapshot(options).copy(root);

class Snapshot implements Walk {
  readonly #maxBytes: number;
  readonly #sealing: Sealing;
  // Work on properties that are left out in the end counts too, or many errors that share a large graph would cost without end.
  readonly #maxVisits: number;
  readonly #path: PathSegment[] = [];
  readonly #copies = new Map<object, object>();
  readonly #order: object[] = [];
  readonly #strings = new Set<string>();
  #bytes = 0;
  #visits = 0;

  constructor({ maxBytes, seal }: SnapshotOptions) {
    this.#maxBytes = maxBytes;
    this.#sealing = seal;
    this.#maxVisits = Math.max(maxBytes, MAX_VALUE_BYTES);
  }

  copy(value: unknown): unknown {
    this.#visits += 1;
    this.spend(1);
    switch (typeof value) {
      case "string":
        this.#spendString(value);
        return value;
      case "object":
        return value === null ? null : (this.#copies.get(value) ?? this.#copyObject(value));
      case "function":
      case "symbol":
        return this.refuse(describeUnsupported(value));
      default:
        return value;
    }
  }

  bind<Copy extends object>(original: object, copy: Copy): Copy {
    this.#copies.set(original, copy);
    this.#order.push(original);
    return copy;
  }

  inside(segment: PathSegment, value: unknown): unknown {
    this.#path.push(segment);
    const copy = this.copy(value);
    this.#path.pop();
    return copy;
  }

  property(owner: object, key: string | number): unknown {
    if (typeof key === "string") this.spend(key.length);
    this.#path.push(key);
    const copy = this.copy(this.#read(owner, key));
    this.#path.pop();
    return copy;
  }

  attempt(copy: () => unknown): unknown {
    const [depth, bound, bytes] = [this.#path.length, this.#order.length, this.#bytes];
    try {
      return copy();
    } catch (thrown) {
      if (!isVerdict(thrown) || isForKey(thrown)) throw thrown;
      // What was bound on the way may be half a copy: whoever meets those objects again must copy them anew.
      for (const original of this.#order.splice(bound)) this.#copies.delete(original);
      this.#path.length = depth;
      this.#bytes = bytes;
      return LEFT_OUT;
    }
  }

  spend(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#maxBytes || this.#visits > this.#maxVisits) throw new Overflow();
  }

  seal(value: unknown): string {
    if (typeof this.#sealing === "string") return this.refuse("is a secret, and secrets cannot be kept here");
    const sealed = this.#sealing(value);
    if (!sealed.ok) throw new Refusal(sealed.kind === "unsupported" ? unsupported(this.#path, sealed.problem, sealed.path) : sealed);
    this.spend(sealed.text.length);
    return sealed.text;
  }

  refuse(problem: string): never {
    throw new Refusal(unsupported(this.#path, problem));
  }

  #copyObject(original: object): object | string {
    if (this.#sealing === "masked" && !types.isProxy(original) && isSecret(original)) return SENSITIVE;
    if (this.#path.length > MAX_VALUE_DEPTH) this.refuse(`is nested more than ${MAX_VALUE_DEPTH} levels deep`);
    const copier = copierOf(original) ?? this.refuse(describeUnsupported(original));
    try {
      return copier(original, this);
    } catch (thrown) {
      if (isVerdict(thrown)) throw thrown;
      return this.refuse(`cannot be read; ${messageOf(thrown)}`);
    }
  }

  #read(owner: object, key: string | number): unknown {
    try {
      return (owner as Readonly<Record<string | number, unknown>>)[key];
    } catch (thrown) {
      return this.refuse(`cannot be read, its getter threw: ${messageOf(thrown)}`);
    }
  }

  #spendString(text: string): void {
    // To look a string up is to read all of it, so an endless one must be stopped before.
    if (text.length > this.#maxBytes) throw new Overflow();
    if (text.length < REMEMBERED_CHARACTERS || !this.#strings.has(text)) this.spend(text.length);
    if (text.length >= REMEMBERED_CHARACTERS) this.#strings.add(text);
  }
}

const copierOf = (original: object): Copier | undefined => {
  if (types.isProxy(original)) return undefined;
  const copier = COPIERS.get(Object.getPrototypeOf(original));
  // An Array given the prototype of another kind is not of that kind.
  if (copier !== undefined) return Array.isArray(original) === (copier === copyArray) ? copier : undefined;
  if (isSecret(original)) return copySecret;
  return builtinErrorOf(original) === undefined ? undefined : copyError;
};

const isForKey = (thrown: unknown): boolean => thrown instanceof Refusal && thrown.refused.kind === "no-key";
const isVerdict = (thrown: unknown): boolean => thrown instanceof Refusal || thrown instanceof Overflow;
