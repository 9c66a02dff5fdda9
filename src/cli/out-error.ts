/**
 * An error as the document `{ name, message, code, hint, stack, cause }`, and as text for a person.
 *
 * Neither throws, whatever was thrown: a getter that throws, a cause that leads back to itself, a value that is no error at all.
 */
import { CATALOGUE } from "../model/catalogue.ts";
import { escapeControls } from "../model/escape.ts";
import { redacted } from "../model/redaction.ts";
import type { ErrorView } from "../model/views.ts";
import type { Style } from "./out.ts";

/** Longer chains say nothing more to anybody. */
const MAX_CAUSES = 5;
const MAX_STACK_LINES = 8;

export const errorView = (error: unknown, depth = 0): ErrorView => {
  if (typeof error !== "object" || error === null) {
    return { name: "Error", message: redacted(textOf(error)), code: null, hint: null, stack: null, cause: null };
  }
  const cause = read(error, "cause");
  return {
    name: stringOf(read(error, "name")) ?? "Error",
    message: redacted(stringOf(read(error, "message")) ?? textOf(error)),
    code: codeOf(read(error, "code")),
    hint: stringOf(read(error, "hint")),
    stack: redactedOrNull(stringOf(read(error, "stack"))),
    cause: cause === undefined || cause === null || depth >= MAX_CAUSES ? null : errorView(cause, depth + 1),
  };
};

/**
 * `error: message`, its causes, and the hint. An error that has none is a surprise, so it shows where it came from.
 */
export const errorText = (view: ErrorView, style: Style): string => {
  const lines = [`${style.red("error:")} ${indented(nameless(view))}`];
  for (let cause = view.cause; cause !== null; cause = cause.cause) {
    if (!view.message.includes(cause.message)) lines.push(`  ${style.dim("cause:")} ${indented(`${cause.name}: ${cause.message}`)}`);
  }
  if (view.hint !== null) lines.push(`  ${style.bold("hint:")} ${indented(view.hint)}`);
  if (view.hint === null && !isKnown(view)) lines.push(...stackLines(view).map((line) => `  ${style.dim(line)}`));
  return lines.join("\n");
};

const isKnown = (view: ErrorView): boolean => view.code !== null && Object.hasOwn(CATALOGUE, view.code);

/** The names of our own errors are for programs; a foreign name, such as `TypeError`, tells a person something. */
const nameless = (view: ErrorView): string => (isKnown(view) || view.name === "Error" ? view.message : `${view.name}: ${view.message}`);

const indented = (text: string): string => escapeControls(text).replaceAll("\n", "\n  ");

const stackLines = (view: ErrorView): readonly string[] =>
  (view.stack ?? "")
    .split("\n")
    .filter((line) => /^\s*at /.test(line))
    .slice(0, MAX_STACK_LINES)
    .map((line) => escapeControls(line.trim()));

function read(from: object, key: string): unknown {
  try {
    return (from as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}

const redactedOrNull = (text: string | null): string | null => (text === null ? null : redacted(text));
const stringOf = (value: unknown): string | null => (typeof value === "string" ? value : null);
const codeOf = (value: unknown): string | null => (typeof value === "number" ? String(value) : stringOf(value));

function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return "an error that cannot be shown";
  }
}
