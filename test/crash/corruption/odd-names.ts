/** Texts that somebody may give as an id or a name: of every part of Unicode, short, at the limits of length, and far beyond. */
import { WfliteError } from "../../../src/model/errors.ts";
import type { Dice } from "./dice.ts";
import { HOSTILE_TEXTS } from "./hostile.ts";

/** First and last code point; the halves of pairs among them. */
const PARTS: readonly (readonly [from: number, to: number])[] = [
  [0x00, 0x1f],
  [0x20, 0x2f],
  [0x30, 0x7e],
  [0x61, 0x7a],
  [0x61, 0x7a],
  [0x7f, 0xa0],
  [0xa1, 0x24f],
  [0x300, 0x36f],
  [0x370, 0x5ff],
  [0x600, 0x6ff],
  [0x900, 0xdff],
  [0x1100, 0x11ff],
  [0x2000, 0x206f],
  [0x2190, 0x2bff],
  [0x3040, 0x9fff],
  [0xac00, 0xd7a3],
  [0xd800, 0xdbff],
  [0xdc00, 0xdfff],
  [0xe000, 0xf8ff],
  [0xfe00, 0xfe0f],
  [0xfff0, 0xffff],
  [0x1f300, 0x1faff],
  [0x20000, 0x2a6df],
  [0xe0000, 0xe01ef],
  [0x10fff0, 0x10ffff],
];

const LENGTHS: readonly number[] = [1, 1, 2, 3, 8, 40, 198, 199, 200, 201, 5_000];

export const drawName = (dice: Dice): string => {
  if (dice.chance(0.2)) return dice.of(HOSTILE_TEXTS) + (dice.chance(0.3) ? dice.of(HOSTILE_TEXTS) : "");
  const length = dice.of(LENGTHS);
  const parts = Array.from({ length: 1 + dice.below(2) }, () => dice.of(PARTS));
  let text = "";
  while (text.length < length) {
    const [from, to] = dice.of(parts);
    text += String.fromCodePoint(from + dice.below(to - from + 1));
  }
  return text;
};

/** With which a text may be refused. */
export const NAME_REFUSALS: readonly string[] = ["NAME_INVALID", "ID_INVALID", "USAGE", "VALUE_UNSUPPORTED"];

/** `taken`, or the code of the refusal; anything that is none of wf's errors is thrown on. */
export const codeOf = async (promise: Promise<unknown>): Promise<string> => {
  try {
    await promise;
    return "taken";
  } catch (error) {
    if (error instanceof WfliteError) return error.code;
    throw error;
  }
};
