/**
 * Arrays: dense ones, ones with holes, and ones with keys besides their elements, such as the result of `"ab".match(/b/)`.
 *
 * What callers may rely on: the cost is that of the elements that are there, whatever the length.
 */

import { hasFurtherKeys } from "../further-keys.ts";
import { setKey } from "../own-key.ts";
import { Tagged } from "../tagged.ts";
import type { Restorer } from "../tagged.ts";
import type { Copier, Walk } from "../walk.ts";

type KeyedArray = { readonly items: readonly unknown[]; readonly entries: readonly unknown[] };

const MAX_INDEX = 2 ** 32 - 2;

export const copyArray: Copier = (original, walk) => {
  const array = original as readonly unknown[];
  if (isDense(array, walk) && !hasFurtherKeys(array)) return copyDense(array, walk);
  const keys = Object.keys(array);
  const indices = keys.findLastIndex(isIndex) + 1;
  return indices === keys.length ? copyItems(array, keys, walk.bind(array, []), walk) : copyKeyed(array, keys, indices, walk);
};

/** Spends a byte for the comma after each element, so that an endless array is stopped here. */
const isDense = (array: readonly unknown[], walk: Walk): boolean => {
  for (let index = 0; index < array.length; index += 1) {
    if (!(index in array)) return false;
    walk.spend(1);
  }
  return true;
};

const copyDense = (array: readonly unknown[], walk: Walk): unknown[] => {
  const items = walk.bind<unknown[]>(array, []);
  for (let index = 0; index < array.length; index += 1) items.push(walk.property(array, index));
  return items;
};

const copyKeyed = (array: readonly unknown[], keys: readonly string[], indices: number, walk: Walk): Tagged => {
  const items: unknown[] = [];
  const entries: unknown[] = [];
  const copy = walk.bind(array, new Tagged("KeyedArray", { items, entries } satisfies KeyedArray));
  copyItems(array, keys.slice(0, indices), items, walk);
  for (const key of keys.slice(indices)) entries.push(key, walk.property(array, key));
  return copy;
};

const copyItems = (array: readonly unknown[], keys: readonly string[], items: unknown[], walk: Walk): unknown[] => {
  items.length = array.length;
  for (const key of keys) items[Number(key)] = walk.property(array, Number(key));
  return items;
};

export const keyedArray: Restorer = {
  make: () => [],
  fill: (array: unknown[], { items, entries }: KeyedArray) => {
    array.length = items.length;
    for (const key of Object.keys(items)) array[Number(key)] = items[Number(key)];
    for (let at = 0; at < entries.length; at += 2) setKey(array, entries[at] as string, entries[at + 1]);
  },
};

// Keys come with the indices first, so that the last one tells where they end.
const isIndex = (key: string): boolean => {
  const index = Number(key);
  return Number.isInteger(index) && index >= 0 && index <= MAX_INDEX && String(index) === key;
};
