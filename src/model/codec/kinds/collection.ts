/**
 * Maps and Sets, in their order.
 *
 * What callers may rely on: entries are read by the language's own methods, whatever the object says its methods are.
 */

import type { Copier } from "../walk.ts";

const forEachEntry = Map.prototype.forEach;
const forEachItem = Set.prototype.forEach;

export const copyMap: Copier = (original, walk) => {
  const copy = walk.bind(original, new Map<unknown, unknown>());
  let index = 0;
  forEachEntry.call(original as Map<unknown, unknown>, (value, key) => {
    const copiedKey = walk.inside({ kind: "map-key", index }, key);
    copy.set(copiedKey, walk.inside({ kind: "map-value", index, key }, value));
    index += 1;
  });
  return copy;
};

export const copySet: Copier = (original, walk) => {
  const copy = walk.bind(original, new Set<unknown>());
  let index = 0;
  forEachItem.call(original as Set<unknown>, (item) => {
    copy.add(walk.inside({ kind: "set-item", index }, item));
    index += 1;
  });
  return copy;
};
