/** Whether two stored texts hold the same value, encrypted or not: no value is encrypted to the same text twice. */
import { type Cipher, IN_CLEAR } from "../cipher.ts";
import { decodeValue } from "./decode.ts";
import { encodeValue } from "./encode.ts";
import { isSealed, PREFIX } from "./format.ts";

/** @throws WfliteError KEY_MISSING, KEY_UNUSABLE; Error when one of them cannot be read */
export const isSameValue = (one: string, other: string, cipher: Cipher): boolean =>
  one === other || ([one, other].some(mayBeEncrypted) && inClear(one, cipher) === inClear(other, cipher));

const mayBeEncrypted = (text: string): boolean => isSealed(text) || (text.startsWith(PREFIX) && text.includes('"Secret"'));

/** Never written anywhere: what it would have encrypted stands in it. */
const inClear = (text: string, cipher: Cipher): string => {
  const encoded = encodeValue(decodeValue(text, cipher), { maxBytes: Number.MAX_SAFE_INTEGER, secrets: IN_CLEAR });
  if (!encoded.ok) throw new Error(`Not a stored value: ${encoded.problem}`);
  return encoded.text;
};
