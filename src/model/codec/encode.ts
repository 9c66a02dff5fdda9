/**
 * Values to text, for the store.
 *
 *     value ──plain JSON?──► JSON.stringify ─────────────► text
 *       └──no──► snapshot (tame copy, or a refusal) ──► devalue ──► prefix + text
 *
 * What callers may rely on:
 *   1. It never throws, whatever the value does: a value that cannot be stored is told with the path of the place inside it.
 *   2. Plain JSON is stored as `JSON.stringify` writes it.
 *   3. What is stored comes back equal: `decodeValue` gives the same leaves, prototypes, cycles and repeated references.
 *   4. The text is well-formed Unicode without NUL, and at most `maxBytes` long as UTF-8.
 *
 * Stored are what structured clone carries, and also URL, URLSearchParams, Buffer, the Temporal types, and secrets, encrypted. As there,
 * symbol keys and properties that are not enumerable are left out, and a getter is read. Refused are functions, symbols, Proxies, instances
 * of classes and whatever is bound to this process (streams, promises, responses).
 */

import { stringify } from "devalue";

import type { Cipher } from "../cipher.ts";
import { PREFIX, UNDEFINED_TEXT } from "./format.ts";
import { MAX_SECRET_DEPTH, MAX_VALUE_BYTES } from "./limits.ts";
import { plainText } from "./plain.ts";
import { messageOf } from "./read.ts";
import { noKey, Refusal, tooLarge, unsupported } from "./refusal.ts";
import type { Refused } from "./refusal.ts";
import { Overflow, snapshot } from "./snapshot.ts";
import type { Sealing } from "./snapshot.ts";
import { REDUCERS } from "./tagged.ts";

export { MAX_VALUE_BYTES } from "./limits.ts";
export type { Refused } from "./refusal.ts";

export type Encoded = { readonly ok: true; readonly text: string } | Refused;

export type EncodeOptions = {
  /** The largest text, in bytes of UTF-8. Default `MAX_VALUE_BYTES`. */
  readonly maxBytes?: number;
  /** What secrets inside the value are encrypted with; `masked` writes `[sensitive]` in their place. Default: they are refused. */
  readonly secrets?: Cipher | "masked";
};

export const encodeValue = (value: unknown, { maxBytes = MAX_VALUE_BYTES, secrets }: EncodeOptions = {}): Encoded =>
  encode(value, { maxBytes, secrets, depth: 0 });

/** `depth`: how many secrets are around the value. */
type Facts = { readonly maxBytes: number; readonly secrets: Cipher | "masked" | undefined; readonly depth: number };

const encode = (value: unknown, facts: Facts): Encoded => {
  const { maxBytes } = facts;
  if (value === undefined) return withinLimit(UNDEFINED_TEXT, maxBytes);
  try {
    const plain = plainText(value, maxBytes);
    switch (plain.kind) {
      case "plain":
        return withinLimit(plain.text, maxBytes);
      case "too-large":
        return tooLarge(maxBytes);
      case "not-plain":
        return withinLimit(PREFIX + stringify(snapshot(value, { maxBytes, seal: sealing(facts) }), REDUCERS), maxBytes);
      default:
        return plain satisfies never;
    }
  } catch (thrown) {
    return refusedBy(thrown, maxBytes);
  }
};

const sealing = ({ maxBytes, secrets, depth }: Facts): Sealing => {
  if (secrets === undefined || secrets === "masked") return secrets ?? "refused";
  return (value) => {
    if (depth >= MAX_SECRET_DEPTH) return unsupported([], `is a secret inside of ${MAX_SECRET_DEPTH} others, or of itself`);
    const encoded = encode(value, { maxBytes, secrets, depth: depth + 1 });
    return encoded.ok ? sealed(encoded.text, secrets) : encoded;
  };
};

const sealed = (text: string, cipher: Cipher): Encoded => {
  try {
    return { ok: true, text: cipher.seal(text) };
  } catch (error) {
    return noKey(error);
  }
};

const withinLimit = (text: string, maxBytes: number): Encoded => {
  // A character takes at most 3 bytes for each unit of its length, so that most texts need no counting.
  if (text.length * 3 <= maxBytes) return { ok: true, text };
  const sizeBytes = Buffer.byteLength(text);
  return sizeBytes <= maxBytes ? { ok: true, text } : tooLarge(maxBytes, sizeBytes);
};

const refusedBy = (thrown: unknown, maxBytes: number): Refused => {
  if (thrown instanceof Refusal) return thrown.refused;
  if (thrown instanceof Overflow) return tooLarge(maxBytes);
  return { ok: false, path: "$", problem: `cannot be read; ${messageOf(thrown)}`, kind: "unsupported" };
};
