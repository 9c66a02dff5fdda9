/**
 * Stored text back to the value it was made from.
 *
 * What callers may rely on: only text that `encodeValue` made is read; anything else throws an Error that says what is wrong with it.
 * Whatever the text says, no prototype is changed.
 */

import { parse } from "devalue";

import { FORMAT, PREFIX, UNDEFINED_TEXT } from "./format.ts";
import { keyedArray } from "./kinds/array.ts";
import { nodeBuffer } from "./kinds/bytes.ts";
import { error } from "./kinds/error.ts";
import { duration } from "./kinds/leaf.ts";
import { entriesObject } from "./kinds/object.ts";
import { setKey } from "./own-key.ts";
import { messageOf } from "./read.ts";
import type { Restorer, Tag } from "./tagged.ts";

/** @throws Error when the text is not one that `encodeValue` made */
export const decodeValue = (text: string): unknown => {
  if (text === UNDEFINED_TEXT) return undefined;
  try {
    if (text.startsWith(PREFIX)) return decodeTagged(text.slice(PREFIX.length));
    if (!text.startsWith(FORMAT)) return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new Error(`Not a stored value: ${messageOf(cause)}`, { cause });
  }
  throw new Error(`Not a stored value: format "${text.slice(0, PREFIX.length)}" is not known to this version`);
};

const RESTORERS: Readonly<Record<Tag, Restorer>> = {
  Error: error,
  Buffer: nodeBuffer,
  Duration: duration,
  Entries: entriesObject,
  KeyedArray: keyedArray,
};

const decodeTagged = (text: string): unknown => {
  const shells = new Map<object, object>();
  const fills: (() => void)[] = [];
  const revive =
    ({ make, fill }: Restorer) =>
    (payload: object): object => {
      const known = shells.get(payload);
      if (known !== undefined) return known;
      const shell = make(payload as never);
      shells.set(payload, shell);
      if (fill !== undefined) fills.push(() => fill(shell as never, payload as never));
      return shell;
    };
  const revivers = Object.fromEntries(Object.entries(RESTORERS).map(([tag, restorer]) => [tag, revive(restorer)]));
  const value: unknown = parse(text, revivers, { operations: { set: setKey } });
  for (const fill of fills) fill();
  return value;
};
