/**
 * Whether an array without holes has enumerable keys besides its elements, as the result of `"ab".match(/b/)` has.
 *
 * Listing the keys costs up to 280 ns an element, comparing with a bare copy 14 (Bun 1.4.5, 100,000 elements): the elements are the same
 * objects, so that the comparison never goes into them. What compares is loaded by the first array: it takes a millisecond.
 */

export const hasFurtherKeys = (array: readonly unknown[]): boolean => {
  const { isDeepStrictEqual } = require("node:util") as typeof import("node:util");
  try {
    return !isDeepStrictEqual(array, array.toSpliced(0, 0));
  } catch {
    // The getter of an element threw: whoever goes through the keys will find which.
    return true;
  }
};
