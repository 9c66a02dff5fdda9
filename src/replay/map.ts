/**
 * `ctx.map`: every item in a scope of its own, so many at the same time, results in the order of the items.
 *
 * Which item begins next is decided by which ended, and those ends are delivered in the same order on every pass.
 */
import type { MapOptions } from "../model/context.ts";
import { fail } from "../model/errors.ts";
import { badName } from "./checks.ts";

export interface Mapping<Item> {
  readonly name: string;
  readonly items: readonly Item[];
  readonly options: MapOptions<Item>;
}

/** @throws the first error; no further item begins then */
export const mapItems = async <Item, T>(
  mapping: Mapping<Item>,
  work: (item: Item, key: string, index: number) => T | Promise<T>,
): Promise<T[]> => {
  const { items } = mapping;
  const keys = keysOf(mapping);
  const lanes = Math.min(concurrencyOf(mapping), items.length);
  const results: T[] = [];
  let next = 0;
  let hasFailed = false;
  const lane = async (): Promise<void> => {
    while (next < items.length && !hasFailed) {
      const index = next++;
      try {
        results[index] = await work(items[index] as Item, keys[index] ?? "", index);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
};

const keysOf = <Item>({ name, items, options }: Mapping<Item>): readonly string[] => {
  if (!Array.isArray(items)) throw fail("NAME_INVALID", { what: `map "${name}"`, problem: "its items are not an array" });
  const { key } = options;
  if (key === undefined) return items.map((_, index) => String(index));
  const places = new Map<string, number>();
  return items.map((item, index) => {
    const text = String(key(item as Item, index));
    const problem = badName(`map "${name}" key`, text);
    if (problem !== undefined) throw problem;
    const other = places.get(text);
    if (other !== undefined) {
      throw fail("NAME_INVALID", {
        what: `map "${name}" key`,
        problem: `items ${other} and ${index} have the same, ${JSON.stringify(text)}`,
      });
    }
    places.set(text, index);
    return text;
  });
};

const concurrencyOf = <Item>({ name, options: { concurrency = Number.POSITIVE_INFINITY } }: Mapping<Item>): number => {
  if (concurrency >= 1 && (Number.isInteger(concurrency) || concurrency === Number.POSITIVE_INFINITY)) return concurrency;
  throw fail("NAME_INVALID", { what: `map "${name}" concurrency`, problem: `${String(concurrency)} is not a whole number from 1` });
};
