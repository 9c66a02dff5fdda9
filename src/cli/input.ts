/**
 * The input of `wf run`, from `key=value` pairs and `--input`.
 *
 *     email=a@b.c        text, as it is: schemas coerce it or refuse it
 *     n:=5  on:=true     JSON
 *     a.b=1              { "a": { "b": "1" } }
 *
 * Pairs are laid over the object of `--input`. Without either the input is `{}`. Keys that would reach a prototype are refused.
 */
import { ValidationError, WfliteError } from "../model/errors.ts";
import { quoted } from "../model/escape.ts";
import { usage } from "./option-values.ts";

interface Pair {
  readonly path: readonly string[];
  readonly value: unknown;
  /** What stood after `=`; undefined for `:=`. */
  readonly text: string | undefined;
}

/** @param given what `--input` gave, undefined when it was not there */
export const buildInput = (pairTexts: readonly string[], given: unknown): unknown => {
  if (pairTexts.length === 0) return given === undefined ? {} : given;
  const base = given === undefined ? {} : given;
  if (!isPlainObject(base)) throw usage(`--input is ${kindOf(base)}, and key=value needs an object to go into`);
  const pairs = pairTexts.map(parsePair);
  refuseOverlaps(pairs);
  return pairs.reduce<Readonly<Record<string, unknown>>>((object, { path, value }) => set(object, path, value), base);
};

/** @throws ValidationError that names where the text came from */
export const parseJsonInput = (text: string, where: string): unknown => {
  try {
    return JSON.parse(text, (key, value: unknown) => {
      if (key === "__proto__") throw usage(`${where} has a key "__proto__", which is refused`);
      return value;
    }) as unknown;
  } catch (error) {
    if (error instanceof WfliteError) throw error;
    if (error instanceof RangeError) throw usage(`${where} is nested too deeply`, "At most 500 levels can be stored.");
    throw usage(
      `${where} is not JSON: ${(error as Error).message}`,
      "Text is JSON only in quotes: '\"text\"'. @file reads a file, - standard input.",
    );
  }
};

/**
 * The same error with a better hint, where a schema refused text that would have been right as JSON: `n=5` for a number.
 */
export const hintAtJson = (error: unknown, pairTexts: readonly string[]): unknown => {
  if (!(error instanceof WfliteError) || error.code !== "INPUT_INVALID") return error;
  const named = pairTexts
    .map(parsePair)
    .filter(({ path, text }) => text !== undefined && isJsonButText(text) && names(error.message, path));
  if (named.length === 0) return error;
  const instead = named.map(({ path, text }) => `${path.join(".")}:=${text}`).join(" ");
  return new ValidationError(error.message, {
    code: error.code,
    hint: `= gives text. For a number, true, false or JSON write ${instead}`,
    cause: error.cause,
  });
};

function parsePair(text: string): Pair {
  const at = text.indexOf("=");
  if (at < 1) throw usage(`${quoted(text)} is not key=value`, "Inputs are key=value, or key:=json, or one --input.");
  const isJson = text[at - 1] === ":";
  const key = text.slice(0, isJson ? at - 1 : at);
  const path = key.split(".");
  const written = text.slice(at + 1);
  if (path.includes("")) throw usage(`${quoted(text)} has an empty key`, "Keys are names with dots between them: a.b=1.");
  if (path.some((part, index) => part === "__proto__" || (part === "prototype" && path[index - 1] === "constructor"))) {
    throw usage(`The key ${quoted(key)} is refused`, "Name the field differently.");
  }
  return isJson ? { path, value: parseJsonInput(written, quoted(key)), text: undefined } : { path, value: written, text: written };
}

/** `a=1 a=2` and `a=1 a.b=2` are mistakes, and which of them would win is nobody's guess. */
function refuseOverlaps(pairs: readonly Pair[]): void {
  const seen = new Set<string>();
  const above = new Set<string>();
  for (const { path } of pairs) {
    const key = path.join(".");
    if (seen.has(key)) throw usage(`${quoted(key)} is given twice`);
    seen.add(key);
    for (let length = 1; length < path.length; length++) above.add(path.slice(0, length).join("."));
  }
  for (const key of seen) if (above.has(key)) throw usage(`${quoted(key)} is given both a value and fields of its own`);
}

function set(object: Readonly<Record<string, unknown>>, [key = "", ...rest]: readonly string[], value: unknown): Record<string, unknown> {
  if (rest.length === 0) return { ...object, [key]: value };
  const inner = Object.hasOwn(object, key) ? object[key] : {};
  if (!isPlainObject(inner))
    throw usage(`${quoted(key)} is ${kindOf(inner)} in --input, and ${quoted([key, ...rest].join("."))} needs an object`);
  return { ...object, [key]: set(inner, rest, value) };
}

const isPlainObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const kindOf = (value: unknown): string =>
  value === null ? "null" : Array.isArray(value) ? "a list" : `${typeof value === "object" ? "an" : "a"} ${typeof value}`;

function isJsonButText(text: string): boolean {
  try {
    return typeof (JSON.parse(text) as unknown) !== "string";
  } catch {
    return false;
  }
}

/** Messages name fields as `a.b: …`. */
const names = (message: string, path: readonly string[]): boolean =>
  ` ${message}`.includes(` ${path.join(".")}: `) || ` ${message}`.includes(` ${path.join(".")}.`);
