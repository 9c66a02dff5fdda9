/**
 * From the words of a call to the call itself, the same for both ways to it: the short one of `script-main.ts`, and the commands.
 *
 * Loaded by every `wf step`, so it stays small.
 */
import type { ScriptCall, StepCall } from "../open-script.ts";
import { parseDuration } from "../model/duration.ts";
import { fail } from "../model/fail-late.ts";
import { quoted } from "../model/escape.ts";
import { checkName } from "../model/id.ts";
import { DEFAULT_RETRY } from "../model/retry.ts";
import type { ScriptLine } from "./script-line.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const MAX_RETRIES = 9_999;
/** Of `--key`: a file's path fits. */
const MAX_KEY = 1_000;

/** @throws ValidationError */
export function scriptCall(line: ScriptLine, env: Environment): ScriptCall {
  switch (line.command) {
    case "step":
      return { command: "step", call: stepCall(line, env) };
    case "sleep":
      return { command: "wait", call: sleepCall(line) };
    case "wait-event":
      return { command: "wait", call: eventCall(line) };
    case "begin":
      return { command: "begin", call: beginCall(line) };
    case "end":
      return { command: "end", call: { failed: line.options["failed"] === true, outputText: null } };
    default:
      throw usage(`${quoted(line.command)} is no call of a script`);
  }
}

function stepCall({ args, options, rest }: ScriptLine, env: Environment): StepCall {
  const [name, ...more] = args;
  if (name === undefined) throw usage("`wf step` needs a name", STEP_FORM);
  if (rest === undefined || more.length > 0) throw usage("What `wf step` runs stands after --", STEP_FORM);
  const [program, ...programArgs] = rest;
  if (program === undefined || program === "") throw usage("There is no command after --", STEP_FORM);
  const retry = textOf(options["retry"]) ?? env["WF_RETRY"];
  const timeout = textOf(options["timeout"]);
  const delay = textOf(options["delay"]);
  return {
    name: named("step", name),
    key: keyOf(options),
    once: options["once"] === true,
    retries: retry === undefined || retry === "" ? 0 : whole("--retry", retry),
    delayMs: delay === undefined ? DEFAULT_RETRY.delayMs : duration("--delay", delay),
    timeoutMs: timeout === undefined ? null : positive("--timeout", timeout),
    command: [program, ...programArgs],
  };
}

const STEP_FORM = 'As in: wf step upload --retry 5 -- curl -T dump.gz "$url"';

/** `3d`, or a name before it. */
function sleepCall({ args, options, rest }: ScriptLine): Extract<ScriptCall, { command: "wait" }>["call"] {
  const [first, second, ...more] = args;
  if (first === undefined || more.length > 0 || rest !== undefined)
    throw usage("`wf sleep` takes a duration, or a name and a duration", SLEEP_FORM);
  const name = second === undefined ? "sleep" : named("sleep", first);
  return { kind: "sleep", name, key: keyOf(options), durationMs: duration("wf sleep", second ?? first) };
}

const SLEEP_FORM = "As in: wf sleep 3d, or: wf sleep trial 3d";

function eventCall({ args, options, rest }: ScriptLine): Extract<ScriptCall, { command: "wait" }>["call"] {
  const [name, ...more] = args;
  if (name === undefined || more.length > 0 || rest !== undefined) throw usage("`wf wait-event` takes the name of an event", EVENT_FORM);
  const timeout = textOf(options["timeout"]);
  return {
    ...{ kind: "event", name: named("event", name), key: keyOf(options) },
    durationMs: timeout === undefined ? null : duration("--timeout", timeout),
  };
}

const EVENT_FORM = "As in: answer=$(wf wait-event approval --timeout 2d)";

/** Without input. */
function beginCall({ args, options }: ScriptLine): Extract<ScriptCall, { command: "begin" }>["call"] {
  return { name: args[0] ?? "", id: textOf(options["id"]) ?? null, inputText: "{}", show: null };
}

const textOf = (value: string | true | undefined): string | undefined => (typeof value === "string" ? value : undefined);

function keyOf(options: ScriptLine["options"]): string | null {
  const key = textOf(options["key"]);
  if (key === undefined) return null;
  if (key.length > MAX_KEY) throw usage(`--key is longer than ${MAX_KEY} characters`);
  if (key === "" || !key.isWellFormed() || key.includes("\0")) throw usage("--key is empty, or no text");
  return key;
}

function named(what: string, name: string): string {
  const problem = checkName(what, name);
  if (problem !== undefined) throw fail("NAME_INVALID", { what: `${what} name`, problem });
  return name;
}

function duration(where: string, text: string): number {
  const parsed = parseDuration(text);
  if (!parsed.ok) throw fail("DURATION_INVALID", { where, problem: parsed.problem });
  return parsed.ms;
}

function positive(where: string, text: string): number {
  const ms = duration(where, text);
  if (ms > 0) return ms;
  throw fail("DURATION_INVALID", { where, problem: "it is 0, which leaves no time at all" });
}

function whole(where: string, text: string): number {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (number <= MAX_RETRIES) return number;
  throw usage(`${where} is ${quoted(text.slice(0, 40))}`, `It takes a whole number up to ${MAX_RETRIES}.`);
}

const usage = (problem: string, next?: string): Error => fail("USAGE", next === undefined ? { problem } : { problem, next });
