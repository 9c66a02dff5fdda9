/** A key as text: its 32 bytes as base64, base64url or hexadecimal. Nothing else, so that no weak passphrase is taken for a key. */
import { fail } from "../model/errors.ts";
import { type Key, makeKey } from "./cipher.ts";

const KEY_BYTES = 32;
const HEX = /^[0-9a-fA-F]{64}$/;
const BASE64 = /^[A-Za-z0-9+/_-]{43}=?$/;

/** @throws KEY_UNUSABLE, which does not repeat the text */
export const parseKey = (text: string, where: string): Key => {
  const bytes = HEX.test(text) ? Buffer.from(text, "hex") : BASE64.test(text) ? Buffer.from(text, "base64") : undefined;
  if (bytes?.length === KEY_BYTES) return makeKey(bytes);
  throw fail("KEY_UNUSABLE", {
    where,
    problem: `is not a key (${text.length} characters)`,
    next: "A key is 32 bytes as base64 or hex, as `openssl rand -base64 32` gives; a passphrase is not accepted.",
  });
};
