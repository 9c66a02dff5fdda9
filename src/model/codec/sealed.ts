/**
 * A value that is encrypted as a whole: what a sensitive step gives, the input and output of a sensitive workflow.
 *
 *     value ──encodeValue──► text ──cipher──► "sealed:" + text of the cipher
 *
 * No other stored text begins so. Whoever reads it with a cipher gets the plain value; whoever only shows it gets `[sensitive]`.
 */
import type { Cipher } from "../cipher.ts";
import { learn } from "../known-secrets.ts";
import { encodeValue } from "./encode.ts";
import type { Encoded } from "./encode.ts";
import { SEALED } from "./format.ts";
import { noKey } from "./refusal.ts";

/** @param options `maxBytes` limits the text before it is encrypted; encrypted it takes a third more */
export const sealValue = (value: unknown, { maxBytes, cipher }: { readonly maxBytes: number; readonly cipher: Cipher }): Encoded => {
  const encoded = encodeValue(value, { maxBytes, secrets: cipher });
  if (!encoded.ok) return encoded;
  learn(value);
  try {
    return { ok: true, text: SEALED + cipher.seal(encoded.text) };
  } catch (error) {
    return noKey(error);
  }
};
