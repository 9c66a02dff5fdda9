/**
 * The secrets that this process has seen in clear, so that no text of it tells them: log lines, errors, what code prints.
 *
 * One for the process: a text that is written does not say whose secret it holds. What callers may rely on: `learn` never throws, whatever
 * the value does.
 */
import * as types from "node:util/types";
import { SENSITIVE } from "./cipher.ts";
import { formsOf, formsOfBytes, MIN_SECRET_CHARACTERS } from "./redact-forms.ts";
import { type RedactedStream, Redactor } from "./redact.ts";
import { redactWith } from "./redaction.ts";

const known = new Redactor();
redactWith((text) => known.redact(text));

/** Parts of one value that are looked at: a table must not push all other secrets out. */
const MAX_PARTS = 500;
/** In UTF-16 units; more than that can hardly be stored. */
const MAX_TEXT = 1_048_576;

/** Remembers every text and all bytes in a value; a number only where the value is nothing else. */
export const learn = (value: unknown): void => {
  if (typeof value === "number" || typeof value === "bigint") learnText(String(value));
  else learnParts(value);
};

export const redactKnown = (text: string): string => known.redact(text);

/** For what comes in pieces, such as the output of a child process. */
export const redactedStream = (): RedactedStream => known.stream();

/** A copy of plain JSON with its texts redacted; keys stay. */
export const redactJson = (value: unknown): unknown => {
  if (known.isEmpty) return value;
  if (typeof value === "string") return known.redact(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(redactJson);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, redactJson(part)]));
};

/** The text of a stored value with secrets taken out, as a stored value again. */
export const redactStored = (text: string, isReadable: (text: string) => boolean): string => {
  const redacted = known.redact(text);
  return redacted === text || isReadable(redacted) ? redacted : JSON.stringify(SENSITIVE);
};

const learnParts = (value: unknown): void => {
  const parts = [value];
  const seen = new Set<unknown>();
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at];
    if (typeof part === "string") learnText(part);
    if (typeof part !== "object" || part === null || seen.has(part)) continue;
    seen.add(part);
    for (const inner of partsOf(part)) if (parts.length < MAX_PARTS) parts.push(inner);
  }
};

const partsOf = (part: object): readonly unknown[] => {
  try {
    if (types.isProxy(part)) return [];
    if (part instanceof Uint8Array) return (learnBytes(part), []);
    if (part instanceof ArrayBuffer) return (learnBytes(new Uint8Array(part)), []);
    if (Array.isArray(part)) return part.slice(0, MAX_PARTS);
    if (part instanceof Map) return [...part.entries().take(MAX_PARTS)].flat();
    if (part instanceof Set) return [...part.values().take(MAX_PARTS)];
    if (part instanceof URL) return [part.href, part.password, decoded(part.password), ...part.searchParams.values()];
    if (part instanceof Error) return [part.message, part.cause, ...Object.values(part)];
    return Object.values(part);
  } catch {
    return []; // code of the value threw; what it hides from us it hides from others
  }
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const learnText = (text: string): void => {
  if (text.length >= MIN_SECRET_CHARACTERS && text.length <= MAX_TEXT) known.add(`text ${text}`, () => formsOf(text));
};

const learnBytes = (bytes: Uint8Array): void => {
  if (bytes.length < MIN_SECRET_CHARACTERS) return;
  known.add(`bytes ${Buffer.from(bytes.subarray(0, 4_096)).toString("latin1")}`, () => formsOfBytes(bytes));
  const text = new TextDecoder("utf-8").decode(bytes);
  if (!text.includes("\uFFFD")) learnText(text);
};
