/**
 * What the copiers of a snapshot may ask of the walk that calls them.
 *
 * The walk knows where it is, what it has copied already and how much is left; a copier knows one kind of object.
 */

import type { PathSegment } from "./path.ts";

export type Walk = {
  /** Binds the copy of the object being copied before its contents are known, so that a cycle finds it. Gives back the copy. */
  readonly bind: <Copy extends object>(original: object, copy: Copy) => Copy;
  /** The copy of `value`, found at `segment` of the object being copied. */
  readonly inside: (segment: PathSegment, value: unknown) => unknown;
  /** The copy of `owner[key]`, read once. */
  readonly property: (owner: object, key: string | number) => unknown;
  /** What `copy` gives, or `LEFT_OUT` when something in there cannot be stored. */
  readonly attempt: (copy: () => unknown) => unknown;
  /** Counts bytes that the text will take at least. */
  readonly spend: (bytes: number) => void;
  /** The encrypted text of a secret's value. */
  readonly seal: (value: unknown) => string;
  /** Ends the walk: the object being copied cannot be stored. */
  readonly refuse: (problem: string) => never;
};

export const LEFT_OUT = Symbol("left out");

/** Makes the copy of an object of the kind it is registered for. */
export type Copier = (original: object, walk: Walk) => object;
