/**
 * Whatever was thrown, as an ErrorRecord.
 *
 * What callers may rely on:
 *   1. It never throws and never runs long: getters that throw, Proxies, endless causes and huge texts are read as far as they can be.
 *   2. The record is plain JSON, detached from what was thrown, and its text stays within `MAX_ERROR_BYTES`.
 *   3. What was thrown without being an error keeps a readable message and, where it can be stored, its value.
 */

import { builtinErrorOf, isBuiltinErrorName } from "./builtin-errors.ts";
import type { BuiltinErrorName } from "./builtin-errors.ts";
import { encodeValue } from "./encode.ts";
import { take, takeWhole } from "./error-budget.ts";
import type { Budget } from "./error-budget.ts";
import { NON_ERROR } from "./error-record.ts";
import type { ErrorRecord } from "./error-record.ts";
import { MAX_AGGREGATE_ERRORS, MAX_CAUSE_DEPTH, MAX_ERROR_BYTES, MAX_ERROR_PROPERTIES } from "./limits.ts";
import { setKey } from "./own-key.ts";
import { plainText } from "./plain.ts";
import { readSafely } from "./read.ts";
import { describeKind } from "./refusal.ts";

// What the keys and punctuation of one record take, rounded up.
const RECORD_BYTES = 160;
// With less left, a record would have no room for its message.
const MIN_RECORD_BYTES = 1_024;
const MAX_NAME_BYTES = 256;
const MAX_MESSAGE_BYTES = 16_384;
const MAX_STACK_BYTES = 16_384;
// Of all properties together, so that a quarter of the whole is left for causes.
const MAX_PROPERTIES_BYTES = 16_384;
const MAX_THROWN_BYTES = 8_192;
const MAX_PREVIEW_BYTES = 1_024;

/** Room left, and what stands above the record being made. */
type Above = { readonly budget: Budget; readonly chain: readonly unknown[] };

export const errorToRecord = (thrown: unknown): ErrorRecord => capture(thrown, { budget: { bytes: MAX_ERROR_BYTES }, chain: [] });

const capture = (thrown: unknown, above: Above): ErrorRecord => {
  above.budget.bytes -= RECORD_BYTES;
  const base = builtinErrorOf(thrown);
  return base === undefined ? captureOther(thrown, above.budget) : captureError(thrown, base, above);
};

const captureError = (thrown: unknown, base: BuiltinErrorName, { budget, chain }: Above): ErrorRecord => {
  const name = take(budget, textOf(thrown, "name") || base, MAX_NAME_BYTES);
  const message = take(budget, textOf(thrown, "message"), MAX_MESSAGE_BYTES);
  const code = captureCode(thrown, base, budget);
  const stack = captureStack(thrown, budget);
  const props = captureProperties(thrown as object, base, budget);
  const below = { budget, chain: [...chain, thrown] };
  const cause = captureLink(readSafely(thrown, "cause"), below);
  const errors = captureErrors(thrown, base, below);
  return {
    ...{ name, message, code, stack, cause },
    ...(base === (isBuiltinErrorName(name) ? name : "Error") ? {} : { base }),
    ...(errors.length === 0 ? {} : { errors }),
    ...(Object.keys(props).length === 0 ? {} : { props }),
  };
};

const captureOther = (thrown: unknown, budget: Budget): ErrorRecord => {
  const ownName = typeof thrown === "object" ? textOf(thrown, "name") : "";
  const name = take(budget, ownName || NON_ERROR, MAX_NAME_BYTES);
  const message = take(budget, describeOther(thrown), MAX_MESSAGE_BYTES);
  const code = captureCode(thrown, undefined, budget);
  const stack = captureStack(thrown, budget);
  const encoded = encodeValue(thrown, { maxBytes: MAX_THROWN_BYTES });
  const isKept = encoded.ok && takeWhole(budget, encoded.text, MAX_THROWN_BYTES);
  return { name, message, code, stack, cause: null, ...(isKept ? { thrown: encoded.text } : {}) };
};

/** Objects with a message, as some libraries throw, speak for themselves; others are shown. */
const describeOther = (thrown: unknown): string => {
  if (typeof thrown === "string") return thrown;
  const message = readSafely(thrown, "message");
  if (typeof message === "string" && message !== "") return message;
  const preview = plainText(thrown, MAX_PREVIEW_BYTES);
  return `Not an Error: ${preview.kind === "plain" ? preview.text : describeKind(thrown)}`;
};

const captureCode = (thrown: unknown, base: BuiltinErrorName | undefined, budget: Budget): string | null => {
  const code = readSafely(thrown, "code");
  if (typeof code === "string") return take(budget, code, MAX_NAME_BYTES);
  // The numbers of a DOMException are a legacy that its name replaces.
  return typeof code === "number" && base !== "DOMException" ? String(code) : null;
};

const captureStack = (thrown: unknown, budget: Budget): string | null => {
  const stack = readSafely(thrown, "stack");
  return typeof stack === "string" ? take(budget, stack, MAX_STACK_BYTES) || null : null;
};

/** Kept elsewhere in the record; `__proto__` is nobody's property. */
const NOT_PROPERTIES: ReadonlySet<string> = new Set(["name", "message", "stack", "cause", "__proto__"]);

const captureProperties = (error: object, base: BuiltinErrorName, budget: Budget): Record<string, unknown> => {
  const props: Record<string, unknown> = {};
  if (base === "DOMException") return props;
  const share: Budget = { bytes: Math.min(MAX_PROPERTIES_BYTES, budget.bytes) };
  const room = share.bytes;
  const keys = Object.keys(error).filter((key) => !NOT_PROPERTIES.has(key));
  for (const key of keys.slice(0, MAX_ERROR_PROPERTIES)) {
    const value = readSafely(error, key);
    if (key === "code" && typeof value === "string") continue;
    const plain = plainText(value, share.bytes);
    if (plain.kind !== "plain") continue;
    const detached: unknown = JSON.parse(plain.text);
    if (takeWhole(share, [key, detached], share.bytes)) setKey(props, key, detached);
  }
  budget.bytes -= room - share.bytes;
  return props;
};

const captureErrors = (thrown: unknown, base: BuiltinErrorName, below: Above): readonly ErrorRecord[] => {
  const linked = base === "SuppressedError" ? [readSafely(thrown, "error"), readSafely(thrown, "suppressed")] : [];
  const listed = base === "AggregateError" ? readSafely(thrown, "errors") : [];
  const length = readSafely(listed, "length");
  for (let index = 0; index < Math.min(typeof length === "number" ? length : 0, MAX_AGGREGATE_ERRORS); index += 1)
    linked.push(readSafely(listed, index));
  return linked.map((error) => captureLink(error, below)).filter((record) => record !== null);
};

/** `null` where there is none, where it leads back to an error above, and where depth or room has run out. */
const captureLink = (linked: unknown, below: Above): ErrorRecord | null => {
  const { budget, chain } = below;
  if (linked === undefined || linked === null || chain.includes(linked)) return null;
  return chain.length > MAX_CAUSE_DEPTH || budget.bytes < MIN_RECORD_BYTES ? null : capture(linked, below);
};

const textOf = (thrown: unknown, key: "name" | "message"): string => {
  const text = readSafely(thrown, key, `(the ${key} cannot be read)`);
  if (typeof text === "string") return text;
  return text === undefined || text === null ? "" : `(the ${key} is ${describeKind(text)})`;
};
