/**
 * An error for people: what happened, where in their own code, what caused it, what to do next.
 *
 *     Error: card declined
 *         at workflows/pay.ts:12:5
 *         12 │ if (!answer.ok) throw new Error("card declined");
 */
import { CATALOGUE } from "../../model/catalogue.ts";
import type { ErrorView } from "../../model/views.ts";
import { type ExcerptOptions, excerptOf } from "./excerpt.ts";
import { cutTo, wrapEach } from "./fit.ts";
import { type Frame, ownFrame } from "./frame.ts";
import { fileLink } from "./link.ts";
import type { Look } from "./look.ts";
import { block, line } from "./safe.ts";

/** A chain that is longer has a cycle in it, or nobody reads it. */
const MAX_CAUSES = 10;

export interface ErrorOptions extends ExcerptOptions {
  /** The whole message and stack, not only the first lines and the user's own code. */
  readonly isFull?: boolean;
  /** When it came; the user's line is shown only where its file was not changed since. Null or left out: as the file is now. */
  readonly at?: string | null;
  /** What stands before it on its line. */
  readonly lead?: string;
}

export const renderError = (error: ErrorView, look: Look, options: ErrorOptions = {}): string => {
  const wrapped = (text: string): string => wrapEach(text, look);
  const { text, more } = excerptOf(named(error), look, options);
  const lines = [wrapped(`${options.lead ?? ""}${look.style.red(text)}${codeOf(error, look)}`), ...more, ...where(error, look, options)];
  let cause = error.cause;
  for (let depth = 0; cause !== null && depth < MAX_CAUSES; depth++) {
    const said = excerptOf(named(cause), look, options);
    lines.push(wrapped(`  caused by ${said.text}${codeOf(cause, look)}`), ...said.more, ...where(cause, look, options));
    cause = cause.cause;
  }
  if (error.hint !== null && error.hint !== "") lines.push(wrapped(`  ${look.style.bold("hint:")} ${block(error.hint, "  ")}`));
  return lines.join("\n");
};

/** Name and message alone. */
export const renderMessage = (error: Named, look: Look, { lead = "", ...options }: Pick<ErrorOptions, "id" | "lead"> = {}): string => {
  const { text, more } = excerptOf(named(error), look, options);
  return [wrapEach(lead + text, look), ...more].join("\n");
};

/** Name and message on one line, for tables. */
export const errorLine = (error: Named): string => line(named(error));

/** The names of our own errors are for programs; a foreign one, such as `TypeError`, tells a person something. */
const named = ({ name, message, code }: Named): string => {
  if (message === "") return name;
  return code !== null && Object.hasOwn(CATALOGUE, code) ? message : `${name}: ${message}`;
};

type Named = Pick<ErrorView, "name" | "message" | "code">;

const codeOf = ({ code }: ErrorView, look: Look): string => (code === null || code === "" ? "" : look.style.dim(` (${line(code)})`));

const where = (error: ErrorView, look: Look, { isFull, at }: ErrorOptions): readonly string[] => {
  if (error.stack === null) return [];
  const own = ownFrame(error.stack, look.root);
  const first = own === undefined ? [] : [`    at ${fileLink(line(own.text), own.file, look)}`, ...sourceOf(own, look, at)];
  if (isFull !== true) return first;
  const frames = error.stack.split("\n").filter((text) => /^\s+at /.test(text));
  return [...first, ...frames.map((frame) => look.style.dim(`      ${line(frame.trim())}`))];
};

/** Their own line, as it was when the error came. */
const sourceOf = ({ file, row }: Frame, look: Look, at: ErrorOptions["at"]): readonly string[] => {
  const text = look.sourceLine?.(file, row, at === null || at === undefined ? undefined : Date.parse(at));
  if (text === undefined) return [];
  const shown = `    ${row} ${look.isUnicode === false ? "|" : "│"} ${line(text)}`;
  return [look.style.dim(look.isTerminal === true ? cutTo(shown, look.columns, look) : shown)];
};
