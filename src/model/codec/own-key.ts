/**
 * Own keys of objects the codec builds.
 *
 * What callers may rely on: whatever the key (`__proto__`, `constructor`, `toString`), it becomes an own property of the target. No
 * prototype is read for a setter, changed or swapped, and a frozen `Object.prototype` is no obstacle.
 */

/** Plain assignment where it means the same, since it is several times faster than a definition. */
export const setKey = (target: object, key: string | number, value: unknown): void => {
  if (key in target) defineKey(target, key, value, { enumerable: true });
  else (target as Record<string | number, unknown>)[key] = value;
};

export const defineKey = (target: object, key: string | number, value: unknown, { enumerable }: { readonly enumerable: boolean }): void => {
  Object.defineProperty(target, key, { value, enumerable, writable: true, configurable: true });
};
