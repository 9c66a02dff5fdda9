/**
 * Stored text back to the value it was made from.
 *
 * What callers may rely on: only text that `encodeValue` or `sealValue` made is read; anything else throws an Error that says what is wrong
 * with it. Whatever the text says, no prototype is changed. Without a cipher nothing is decrypted.
 */

import { parse } from "devalue";

import { type Cipher, isKeyProblem, SENSITIVE } from "../cipher.ts";
import { learn } from "../known-secrets.ts";
import { secret } from "../secret.ts";
import { FORMAT, PREFIX, SEALED, UNDEFINED_TEXT } from "./format.ts";
import { keyedArray } from "./kinds/array.ts";
import { nodeBuffer } from "./kinds/bytes.ts";
import { error } from "./kinds/error.ts";
import { duration } from "./kinds/leaf.ts";
import { entriesObject } from "./kinds/object.ts";
import type { SecretPayload } from "./kinds/secret.ts";
import { setKey } from "./own-key.ts";
import { messageOf } from "./read.ts";
import type { Restorer, Tag } from "./tagged.ts";

/** What encrypted values are read with; `masked` gives `[sensitive]` in their place, and needs no key. */
export type Secrets = Cipher | "masked";

/**
 * @param secrets default: a text with something encrypted in it is refused
 * @throws Error when the text is not one that `encodeValue` or `sealValue` made, or has been changed where it is encrypted
 * @throws WfliteError KEY_MISSING, KEY_UNUSABLE
 */
export const decodeValue = (text: string, secrets?: Secrets): unknown => {
  if (text === UNDEFINED_TEXT) return undefined;
  try {
    if (text.startsWith(PREFIX)) return decodeTagged(text.slice(PREFIX.length), secrets);
    if (text.startsWith(SEALED)) return decodeSealed(text.slice(SEALED.length), secrets);
    if (!text.startsWith(FORMAT)) return JSON.parse(text) as unknown;
  } catch (cause) {
    if (isKeyProblem(cause)) throw cause;
    throw new Error(`Not a stored value: ${messageOf(cause)}`, { cause });
  }
  throw new Error(`Not a stored value: format "${text.slice(0, PREFIX.length)}" is not known to this version`);
};

const decodeSealed = (sealed: string, secrets: Secrets | undefined): unknown => {
  if (secrets === "masked") return SENSITIVE;
  if (secrets === undefined) throw new Error("it is encrypted, and no key is at hand here");
  const value = decodeValue(secrets.open(sealed), secrets);
  learn(value);
  return value;
};

const RESTORERS: Readonly<Record<Exclude<Tag, "Secret">, Restorer>> = {
  Error: error,
  Buffer: nodeBuffer,
  Duration: duration,
  Entries: entriesObject,
  KeyedArray: keyedArray,
};

const decodeTagged = (text: string, secrets: Secrets | undefined): unknown => {
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
  const open = ({ sealed }: SecretPayload): unknown => {
    const value = decodeSealed(sealed, secrets);
    return secrets === "masked" ? value : secret(value);
  };
  const revivers = {
    ...Object.fromEntries(Object.entries(RESTORERS).map(([tag, restorer]) => [tag, revive(restorer)])),
    Secret: once(open),
  };
  const value: unknown = parse(text, revivers, { operations: { set: setKey } });
  for (const fill of fills) fill();
  return value;
};

/** devalue may ask for one payload twice; what it is asked for must be one object. */
const once = <Payload extends object>(make: (payload: Payload) => unknown): ((payload: Payload) => unknown) => {
  const made = new Map<Payload, unknown>();
  return (payload) => {
    if (!made.has(payload)) made.set(payload, make(payload));
    return made.get(payload);
  };
};
