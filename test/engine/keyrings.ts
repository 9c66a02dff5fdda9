/** Ciphers of tests: over one key, or over none. */
import { cipherOver, makeKey } from "../../src/host/cipher.ts";
import type { Cipher } from "../../src/model/cipher.ts";
import { fail } from "../../src/model/errors.ts";

export const keyOf = (seed: number): { id: string; bytes: Uint8Array } => makeKey(Buffer.alloc(32, seed));
/** One that has this key and no other. */
export const holding = (key: { id: string; bytes: Uint8Array }): Cipher =>
  cipherOver({
    current: () => key,
    find: (id) => {
      if (id === key.id) return key;
      throw fail("KEY_MISSING", { keyId: id, looked: ["WF_KEY"] });
    },
  });
export const unusable: Cipher = {
  ...holding(keyOf(9)),
  ready: () => {
    throw fail("KEY_UNUSABLE", { where: "WF_KEY", problem: "is not a key", next: "Mend it." });
  },
  seal: () => {
    throw fail("KEY_UNUSABLE", { where: "WF_KEY", problem: "is not a key", next: "Mend it." });
  },
};
