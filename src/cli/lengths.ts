/**
 * How long may be what people write on the command line: names, reasons and all other words, but not values (JSON, inputs) and files.
 *
 * A text that was pasted by mistake is refused before anything is done, and is never shown whole.
 */
import type { OptionValue } from "./command.ts";
import { listOf, usage } from "./option-values.ts";

/** As `String.length` counts. */
const MAX_LENGTH = 2_000;
const MAX_SHOWN = 200;

/** Placeholders of what may be longer. */
const IS_LONG = /json|input|bundle|backup|target|file|path/;

interface Written {
  readonly args: readonly string[];
  readonly options: readonly { readonly flags: string; readonly value: OptionValue }[];
}

/** @throws ValidationError that names the flag or argument, with the limit */
export const checkLengths = ({ usage: form }: { readonly usage: string }, { args, options }: Written): void => {
  const [, ...places] = form.split(" ");
  for (const [at, text] of args.entries()) {
    const place = places[Math.min(at, places.length - 1)] ?? "";
    if (!IS_LONG.test(place)) check(place.replace(/[^\w-]/g, ""), text);
  }
  for (const { flags, value } of options) {
    const [flag = ""] = /--[\w-]+/.exec(flags) ?? [];
    if (!IS_LONG.test(flags.slice(flags.indexOf("<")))) for (const text of listOf(value)) check(flag, text);
  }
};

const check = (what: string, text: string): void => {
  if (text.length > MAX_LENGTH) throw usage(`${what} has at most ${MAX_LENGTH} characters, and ${text.length} were given`);
};

/** A message that holds what was written. */
export const shortened = (text: string): string => (text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text);
