/**
 * Plain objects: those of `Object.prototype` and those without a prototype, with their enumerable string keys.
 *
 * Symbol keys and keys that are not enumerable are left out, as structured clone does. An own `__proto__` key (JSON.parse makes one of
 * hostile input) stays an own key: such objects are written as entries, since devalue refuses the key.
 */

import { defineKey, setKey } from "../own-key.ts";
import { Tagged } from "../tagged.ts";
import type { Restorer } from "../tagged.ts";
import type { Copier } from "../walk.ts";

type Entries = { readonly isBare: boolean; readonly entries: readonly unknown[] };

export const copyObject: Copier = (original, walk) => {
  const isBare = Object.getPrototypeOf(original) === null;
  const keys = Object.keys(original);
  if (keys.includes("__proto__")) {
    const entries: unknown[] = [];
    const tagged = walk.bind(original, new Tagged("Entries", { isBare, entries } satisfies Entries));
    for (const key of keys) entries.push(key, walk.property(original, key));
    return tagged;
  }
  const copy = walk.bind(original, emptyObject(isBare));
  for (const key of keys) setKey(copy, key, walk.property(original, key));
  return copy;
};

export const entriesObject: Restorer = {
  make: ({ isBare }: Entries) => emptyObject(isBare),
  fill: (object: object, { entries }: Entries) => {
    for (let at = 0; at < entries.length; at += 2) defineKey(object, entries[at] as string, entries[at + 1], { enumerable: true });
  },
};

const emptyObject = (isBare: boolean): object => (isBare ? Object.create(null) : {}) as object;
