/**
 * What the end of a script means for its execution. Pure: from what is known to the change that is stored.
 *
 *     a step is in doubt             blocked, whatever the script made of it
 *     a wait could not be held       parked until it ends, whatever code the script gave: `set -e` gives 5, a script may hide it
 *     the pass was stopped           due again: its process is stopping, or it is to be paused
 *     `wf end --failed`              failed
 *     0                              completed, with what `wf end --output` said
 *     killed from outside, 137 …     a panic: it is taken up again
 *     any other                      failed, with the end of its standard error
 */
import { fail, type ShellError } from "../../model/errors.ts";
import { isPanicError } from "../../model/panic.ts";
import type { ExecutionRecord } from "../../model/records.ts";
import type { ScriptEnd } from "../../model/scripts/machine.ts";
import { describeStep } from "../../replay/identity.ts";
import * as ending from "../ending.ts";
import type { ExecutionChange } from "../store.ts";
import type { ScriptPass } from "../store/scripts.ts";

export interface ScriptFacts {
  readonly execution: ExecutionRecord;
  readonly file: string;
  readonly end: ScriptEnd;
  readonly pass: ScriptPass;
  readonly now: number;
}

export type ScriptVerdict = { readonly change: ExecutionChange } | { readonly panic: Error };

/** What is stored where nothing was given. */
const NULL_TEXT = "null";

export const verdictOf = (facts: ScriptFacts): ScriptVerdict => {
  const { pass, end, now, file } = facts;
  if (pass.inDoubt !== null)
    return { change: ending.blocked("in-doubt", `${describeStep(pass.inDoubt)}: it was cut off in the middle`, null) };
  if (pass.parks) return { change: parkedIn(facts) };
  if (pass.ended?.failed === true) return { change: ending.failed(fail("SCRIPT_ENDED_FAILED", { file }), now) };
  if (end.exitCode === 0) return { change: ending.completed(pass.ended?.outputText ?? NULL_TEXT, now) };
  const error = failureOf(facts);
  return isPanicError(error) ? { panic: error } : { change: ending.failed(error, now) };
};

/** Before its end: an execution that waits is woken by its own deadline too. */
export const parkedIn = ({ execution, pass, now }: Pick<ScriptFacts, "execution" | "pass" | "now">): ExecutionChange => {
  const { waitsFor, wakeAt } = pass;
  if (waitsFor === null) return ending.released(now);
  const status = waitsFor.kind === "event" ? "waiting" : "sleeping";
  const times = [wakeAt, execution.deadlineAt].filter((at) => at !== null);
  return { status, reason: waitsFor.kind, reasonDetail: waitsFor.detail, wakeAt: times.length === 0 ? null : Math.min(...times) };
};

const TAIL_LINES = 5;
const TAIL_CHARACTERS = 1_000;
/** As much as the store keeps of an error's properties in any case. */
const ERROR_CHARACTERS = 4_096;

const failureOf = ({ file, end: { exitCode, signal, stderr } }: ScriptFacts): Error => {
  const error = fail("SCRIPT_FAILED", { file, exitCode, signal, tail: tailOf(stderr) }) as ShellError;
  return Object.assign(error, { exitCode, signal, stderr: stderr.slice(-ERROR_CHARACTERS).toWellFormed() });
};

const tailOf = (stderr: string): string | null => {
  const text = stderr.trimEnd().split("\n").slice(-TAIL_LINES).join("\n").trim();
  if (text === "") return null;
  return (text.length > TAIL_CHARACTERS ? `…${text.slice(-TAIL_CHARACTERS)}` : text).toWellFormed();
};

/** Ended from outside in the way in which a system, or a person, asks a process to end. */
export const isAskedToEnd = ({ exitCode }: ScriptEnd): boolean => ASKED.has(exitCode);

/** 128 and SIGHUP, SIGINT, SIGTERM: also what a script gives whose command was ended so. */
const ASKED: ReadonlySet<number> = new Set([129, 130, 143]);
