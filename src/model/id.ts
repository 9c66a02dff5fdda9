/**
 * The rules for ids and names, and the making of an id.
 *
 * Checks give a sentence that says what is wrong, or `undefined`. What callers may rely on:
 *   1. An accepted name survives storing: SQLite would make one key of all broken surrogate pairs, and end a text at NUL for some readers.
 *   2. `newExecutionId` gives an accepted id whatever the workflow is called.
 *   3. Lengths are counted as `String.length` does.
 */
import { quoted } from "./escape.ts";

const MAX_LENGTH = 200;
/** Leaves room for the dash and the random part. */
const MAX_WORKFLOW_PART = 180;
const RANDOM_PART = 10;
/** Crockford's base32 in lower case: no i, l, o, u, which are misread or spell words. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

const ID_RULE = "an execution id is 1 to 200 of A-Z a-z 0-9 . _ : @ -, the first a letter or digit";
const WORKFLOW_RULE = "a workflow name is made of A-Z a-z 0-9 . _ -, the first a letter or digit";

/**
 * `<workflow>-<10 characters>`: 50 random bits, so that among a million executions of one workflow the chance of any two alike is 1 in
 * 2,000. Whoever stores the id still has to refuse one that is taken.
 *
 * @param random gives numbers from 0 up to, and without, 1
 */
export function newExecutionId(workflow: string, random: () => number): string {
  const characters = Array.from({ length: RANDOM_PART }, () => ALPHABET.charAt(Math.min(Math.floor(random() * 32), 31)));
  return `${idSafe(workflow)}-${characters.join("")}`;
}

export function checkExecutionId(id: unknown): string | undefined {
  const problem = checkText("an execution id", id);
  if (problem !== undefined) return problem;
  return /^[A-Za-z0-9][A-Za-z0-9._:@-]*$/.test(String(id)) ? undefined : `${quoted(String(id))} is not an id: ${ID_RULE}`;
}

/** @param what is named: "workflow", "step", "sleep", "event" */
export function checkName(what: string, name: unknown): string | undefined {
  const subject = `${/^[aeiou]/i.test(what) ? "an" : "a"} ${what} name`;
  const problem = checkText(subject, name);
  if (problem !== undefined) return problem;
  const text = String(name);
  if (!text.isWellFormed()) return `${quoted(text)} holds half of a surrogate pair, which cannot be stored`;
  if (/\p{Cc}/u.test(text)) return `${quoted(text)} holds a control character; ${subject} may not`;
  if (text.trim() !== text) return `${quoted(text)} begins or ends with white space; ${subject} may not`;
  return undefined;
}

export function checkWorkflowName(name: unknown): string | undefined {
  const problem = checkName("workflow", name);
  if (problem !== undefined) return problem;
  return /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(String(name)) ? undefined : `${quoted(String(name))} cannot be used: ${WORKFLOW_RULE}`;
}

function checkText(subject: string, value: unknown): string | undefined {
  if (typeof value !== "string") return `${subject} is text, not ${value === null ? "null" : typeof value}`;
  if (value.length === 0) return `${subject} cannot be empty`;
  return value.length > MAX_LENGTH ? `${subject} has at most ${MAX_LENGTH} characters, not ${value.length}` : undefined;
}

function idSafe(workflow: string): string {
  const safe = workflow
    .replace(/[^A-Za-z0-9._:@-]+/g, "-")
    .replace(/^[^A-Za-z0-9]+/, "")
    .slice(0, MAX_WORKFLOW_PART)
    .replace(/-+$/, "");
  return safe === "" ? "execution" : safe;
}
