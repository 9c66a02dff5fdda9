/** Reading the values of options: each gives what it says, or throws an error that names the flag. */
import { parseDuration } from "../model/duration.ts";
import { quoted } from "../model/escape.ts";
import { fail } from "../model/errors.ts";
import { parseInstant } from "../model/instant.ts";
import type { Invocation, OptionValue } from "./command.ts";

type Options = Invocation["options"];

export const textOption = (options: Options, key: string): string | undefined => {
  const value = options[key];
  return typeof value === "string" ? value : undefined;
};

/** In milliseconds. */
export const durationOption = (options: Options, key: string): number | undefined => {
  const text = textOption(options, key);
  if (text === undefined) return undefined;
  const parsed = parseDuration(text);
  if (!parsed.ok) throw fail("DURATION_INVALID", { where: flagOf(key), problem: parsed.problem });
  return parsed.ms;
};

/** Milliseconds since the epoch. */
export const instantOption = (options: Options, key: string, now: number): number | undefined => {
  const text = textOption(options, key);
  if (text === undefined) return undefined;
  const parsed = parseInstant(text, now);
  if (!parsed.ok)
    throw usage(`${flagOf(key)}: ${parsed.problem}`, 'Times look like "2026-03-01T09:00:00Z", "2026-03-01 09:00" or "09:30".');
  return parsed.at;
};

/** A whole number from 1 to `max`. */
export const countOption = (options: Options, key: string, max: number): number | undefined => {
  const text = textOption(options, key);
  if (text === undefined) return undefined;
  const count = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (count >= 1 && count <= max) return count;
  throw usage(`${flagOf(key)} takes a whole number from 1 to ${max}, not ${quoted(text)}`);
};

/** One of `choices`. */
export const choiceOption = <Choice extends string>(options: Options, key: string, choices: readonly Choice[]): Choice | undefined => {
  const text = textOption(options, key);
  return text === undefined ? undefined : choose(key, text, choices);
};

/** Some of `choices`, separated by commas. */
export const choicesOption = <Choice extends string>(
  options: Options,
  key: string,
  choices: readonly Choice[],
): readonly Choice[] | undefined => {
  const text = textOption(options, key);
  if (text === undefined) return undefined;
  return text.split(",").map((part) => choose(key, part.trim(), choices));
};

/** `k=v` texts of a repeated option as one record; undefined when it was not given. `form` is what a mistake is told to look like. */
export const pairsOption = (options: Options, key: string, form = "key=value"): Readonly<Record<string, string>> | undefined => {
  const texts = listOf(options[key]);
  if (texts.length === 0) return undefined;
  const pairs = new Map<string, string>();
  for (const text of texts) {
    const at = text.indexOf("=");
    if (at < 1) throw usage(`${flagOf(key)} takes ${form}, not ${quoted(text)}`);
    const name = text.slice(0, at);
    if (pairs.has(name)) throw usage(`${flagOf(key)} is given twice for ${quoted(name)}`);
    pairs.set(name, text.slice(at + 1));
  }
  return Object.fromEntries(pairs);
};

/** Refuses options that say opposite things. */
export const forbidTogether = (options: Options, keys: readonly string[]): void => {
  const given = keys.filter((key) => options[key] !== undefined && options[key] !== false);
  if (given.length > 1) throw usage(`${given.map(flagOf).join(" and ")} exclude each other`, "Give one of them.");
};

export const listOf = (value: OptionValue): readonly string[] =>
  typeof value === "string" ? [value] : typeof value === "object" ? value : [];

export const usage = (problem: string, next?: string): Error => fail("USAGE", next === undefined ? { problem } : { problem, next });

const choose = <Choice extends string>(key: string, text: string, choices: readonly Choice[]): Choice => {
  const choice = choices.find((known) => known === text);
  if (choice !== undefined) return choice;
  throw usage(`${flagOf(key)} takes ${choices.join(", ")}, not ${quoted(text)}`);
};

/** `maxTime` as `--max-time`. */
export const flagOf = (key: string): string => `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
