/**
 * Why a file did not load, in one line, with the place: `Unexpected = (workflows/signup.ts:3)`.
 *
 * What is thrown may be anything: an error of Bun's parser or resolver, several at once, the workflow's own, a text, an object whose
 * `message` throws. The line is short, holds no control characters, and names the project's files relative to its root.
 */
import { escapeControls, quoted } from "../model/escape.ts";
import { executable, fromNowhere } from "../model/executable.ts";
import { placeOf, readField } from "./place.ts";

/** Longer ones are cut: the whole error is kept as the cause. */
const MAX_LENGTH = 300;

export const describeLoadProblem = (error: unknown, root: string): string => {
  const errors = readField(error, "errors");
  const several: readonly unknown[] = Array.isArray(errors) && errors.length > 0 ? errors : [error];
  const place = placeOf(several[0], root);
  const text = oneLine(ownWords(messageOf(several[0])).replaceAll(`${root}/`, ""));
  const more = several.length > 1 ? ` and ${several.length - 1} more` : "";
  return `${text}${place === undefined ? "" : ` (${oneLine(place)})`}${more}`;
};

/** As it would be said where wf is no executable: there a file is asked for from the root, by a module of none. */
const ownWords = (text: string): string =>
  executable() === undefined ? text : text.replaceAll(fromNowhere("/", process.cwd()), "/").replace(/ imported from \/\$bunfs\/\S+$/, "");

/** Names that add nothing to their messages. */
const UNTOLD: ReadonlySet<unknown> = new Set([
  "Error",
  "BuildMessage",
  "ResolveMessage",
  "AggregateError",
  "WfliteError",
  "ValidationError",
]);

const messageOf = (error: unknown): string => {
  const [name, message] = [readField(error, "name"), readField(error, "message")];
  if (typeof error === "string") return `it throws ${quoted(error)}`;
  if (typeof message !== "string") return `it throws ${kindOf(error)}`;
  if (typeof name !== "string" || name === "") return message;
  if (message === "") return `it throws ${name}`;
  return UNTOLD.has(name) ? message : `${name}: ${message}`;
};

const kindOf = (value: unknown): string => {
  if (value === null) return "null";
  return typeof value === "object" || typeof value === "function" ? "something that is no error" : String(value);
};

const oneLine = (text: string): string => {
  const line = escapeControls(text.replace(/\s*[\r\n]\s*/g, " ").trim());
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)}…` : line;
};
