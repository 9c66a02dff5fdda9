/**
 * AES-256-GCM over the keys at hand.
 *
 *     "1:" key id ":" base64url( nonce, 12 bytes | encrypted text | tag, 16 bytes )
 *
 * What callers may rely on:
 *   1. A text that was changed by one bit, in any part, is not opened.
 *   2. Nothing but the key and the format is bound to it, so a row may be copied to another execution, as a fork does.
 *   3. One key serves for some 4 thousand million values (2^32, the bound of NIST SP 800-38D for random nonces).
 *   4. Nothing of cryptography is loaded before the first sensitive value.
 */
import type { Cipher } from "../model/cipher.ts";

export interface Key {
  /** First 8 hexadecimal digits of the SHA-256 of its bytes. */
  readonly id: string;
  /** 32. */
  readonly bytes: Uint8Array;
}

export interface Keys {
  /** The one for new values, made when there is none. @throws KEY_UNUSABLE */
  current(): Key;
  /** Any that may be needed to read. @throws KEY_MISSING, KEY_UNUSABLE */
  find(id: string): Key;
}

const FORMAT = "1";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const SEALED = /^1:([0-9a-f]{8}):([A-Za-z0-9_-]+)$/;

export const cipherOver = (keys: Keys): Cipher => ({
  ready: () => void keys.current(),

  seal(text) {
    const { createCipheriv, randomBytes } = cryptography();
    const key = keys.current();
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", key.bytes, nonce, { authTagLength: TAG_BYTES }).setAAD(bound(key.id));
    const sealed = Buffer.concat([nonce, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
    return `${FORMAT}:${key.id}:${sealed.toString("base64url")}`;
  },

  open(sealed) {
    const [, id = "", body = ""] = SEALED.exec(sealed) ?? [];
    const bytes = Buffer.from(body, "base64url");
    // A last character with other bits than zero behind the data would be a second way to write the same bytes.
    if (bytes.length < NONCE_BYTES + TAG_BYTES || bytes.toString("base64url") !== body) throw new Error("what is encrypted is damaged");
    const key = keys.find(id);
    try {
      return decrypt(key, bytes);
    } catch (cause) {
      throw new Error("what is encrypted has been changed since it was written", { cause });
    }
  },
});

const decrypt = (key: Key, bytes: Buffer): string => {
  const end = bytes.length - TAG_BYTES;
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const decipher = cryptography().createDecipheriv("aes-256-gcm", key.bytes, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(bound(key.id)).setAuthTag(bytes.subarray(end));
  return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, end)), decipher.final()]).toString("utf8");
};

const bound = (keyId: string): Buffer => Buffer.from(`wflite:${FORMAT}:${keyId}`);

export const makeKey = (bytes: Uint8Array): Key => ({
  id: cryptography().createHash("sha256").update(bytes).digest("hex").slice(0, 8),
  bytes,
});

/** 32 bytes from the system's source of chance. */
export const drawKey = (): Key => makeKey(cryptography().randomBytes(32));

const cryptography = () => process.getBuiltinModule("node:crypto");
