/**
 * Taking values out of an execution before it leaves the project.
 *
 *     sensitive    what is stored encrypted becomes `[sensitive]`, always
 *     redacted     all values become their shape; messages, details, people and the keys of limits become placeholders. What stays: ids,
 *                  names of workflows, steps, events and tags, statuses, times, names and codes of errors, and where they were thrown
 *
 * What callers may rely on: whatever a placeholder stands for is nowhere in the result, and the result says that it is not whole.
 */
import { SENSITIVE } from "../cipher.ts";
import { decodeErrorRecord, type ErrorRecord } from "../codec/error.ts";
import { decodeValue } from "../codec/decode.ts";
import { encodeValue } from "../codec/encode.ts";
import { isSealed, PREFIX } from "../codec/format.ts";
import type { BundledExecution } from "./content.ts";
import { shapeOf } from "./shape.ts";

/** All that is sensitive is masked; with nothing of that kind it is given back as it is. */
export const withoutSecrets = (bundled: BundledExecution): BundledExecution => {
  let isWhole = true;
  const masked = mapValues(bundled, (text) => {
    if (!holdsSecrets(text)) return text;
    isWhole = false;
    return textOf(isSealed(text) ? SENSITIVE : decodeValue(text, "masked"));
  });
  return isWhole ? bundled : { ...masked, withheld: bundled.withheld ?? "sensitive" };
};

/** May take a text for one that holds secrets and is none: then it is written anew, and says the same. */
const holdsSecrets = (text: string): boolean => isSealed(text) || (text.startsWith(PREFIX) && text.includes('"Secret"'));

export const redacted = (bundled: BundledExecution): BundledExecution => {
  const { execution, steps, attempts, events, logs, panics, decisions, cancel, ...rest } = mapValues(bundled, (text) =>
    textOf(shapeOf(read(text))),
  );
  const waits = new Map(events.map(({ id }, at) => [id, `event-${at + 1}`]));
  return {
    ...rest,
    execution: {
      ...execution,
      reasonDetail: placeholder(execution.reasonDetail),
      errorText: errorShape(execution.errorText),
      tags: Object.fromEntries(Object.keys(execution.tags).map((key) => [key, placeholder(execution.tags[key] ?? "")])),
      lane: execution.lane === null ? null : execution.workflow,
    },
    cancel: cancel === null ? null : { ...cancel, reason: placeholder(cancel.reason) },
    steps: steps.map((step) => ({
      ...step,
      errorText: errorShape(step.errorText),
      detail: step.kind === "child" ? step.detail : placeholder(step.detail),
    })),
    attempts: attempts.map((attempt) => ({ ...attempt, errorText: errorShape(attempt.errorText) })),
    events: events.map((event) => ({ ...event, id: waits.get(event.id) ?? "event" })),
    logs: logs.map((entry) => ({ ...entry, message: placeholder(entry.message) })),
    panics: panics.map(({ at, cause }) => ({ at, cause: causeShape(cause) })),
    decisions: decisions.map(({ at, action, by, detail, reason }) => ({
      ...{ at, action, by: placeholder(by) },
      ...{ detail: placeholder(detail), reason: placeholder(reason) },
    })),
    withheld: "redacted",
  };
};

/** Every text that the codec wrote, but for errors. */
const mapValues = (bundled: BundledExecution, map: (text: string) => string): BundledExecution => {
  const { execution } = bundled;
  const optional = (text: string | null): string | null => (text === null ? null : map(text));
  return {
    ...bundled,
    execution: { ...execution, inputText: map(execution.inputText), outputText: optional(execution.outputText) },
    steps: bundled.steps.map((step) => ({ ...step, outputText: optional(step.outputText) })),
    events: bundled.events.map((event) => ({ ...event, payloadText: map(event.payloadText) })),
    logs: bundled.logs.map((entry) => ({ ...entry, dataText: optional(entry.dataText) })),
  };
};

/** What cannot be read has no shape either. */
const read = (text: string): unknown => {
  try {
    return decodeValue(text, "masked");
  } catch {
    return undefined;
  }
};

const textOf = (value: unknown): string => {
  const encoded = encodeValue(value, { secrets: "masked" });
  return encoded.ok ? encoded.text : "null";
};

const placeholder = <Text extends string | null>(text: Text): Text => (text === null ? text : `[string of ${text.length}]`) as Text;

const errorShape = <Text extends string | null>(text: Text): Text => {
  if (text === null) return text;
  try {
    return JSON.stringify(recordShape(decodeErrorRecord(text))) as Text;
  } catch {
    return JSON.stringify({ name: "Error", message: "[unreadable]", code: null, stack: null, cause: null }) as Text;
  }
};

const recordShape = ({ name, message, code, stack, cause, base, errors }: ErrorRecord): ErrorRecord => ({
  ...{ name, message: placeholder(message), code, stack: stack === null ? null : placesIn(stack, message) },
  cause: cause === null ? null : recordShape(cause),
  ...(base === undefined ? {} : { base }),
  ...(errors === undefined ? {} : { errors: errors.map(recordShape) }),
});

/** The places alone, without the folders they lie in. A message may have lines that look like places. */
const placesIn = (stack: string, message: string): string | null => {
  const at = stack.indexOf(message);
  if (at >= 0) return placesOf(stack.slice(at + message.length));
  return message.includes("\n") ? null : placesOf(stack);
};

const placesOf = (stack: string): string =>
  stack
    .split("\n")
    .filter((line) => /^\s+at .*:\d+\)?$/.test(line))
    .map((line) => line.replace(/(?:file:\/\/)?(?:[A-Za-z]:)?[\w@.~ -]*[/\\](?:[^():]*[/\\])*/g, ""))
    .join("\n");

/** Codes of the system say what has happened, and nothing else. */
const causeShape = (cause: string): string => {
  const code = /\b(?:E[A-Z]{3,}|SQLITE_[A-Z_]+|SIG[A-Z]+)\b/.exec(cause)?.[0];
  return code === undefined ? placeholder(cause) : `${code}, ${placeholder(cause)}`;
};
