/**
 * One attempt of a step: the command runs, and what came of it is recorded.
 *
 *     exit 0                              completed
 *     cut off from outside, whatever      it does not count: it runs again, or, where it begins at most once, is in doubt. Also
 *     its exit code                       with exit 0: many programs end so when they are told to, their work half done
 *     other code, the pass parks          it does not count: a call within it has parked, and it goes on from there
 *     other code, out of time             a failed attempt
 *     not started at all                  failed, without another attempt
 */
import type { ShellError } from "../../../model/errors.ts";
import { fail } from "../../../model/fail-late.ts";
import type { StepRecord } from "../../../model/records.ts";
import { SCRIPT_ENVIRONMENT } from "../../../model/scripts/environment.ts";
import { encodeOutput } from "../../../model/scripts/output.ts";
import { readRunner } from "../../../model/scripts/running.ts";
import type { CommandEnd } from "../../../model/scripts/step-machine.ts";
import type { PassKey, StepEnd } from "../../store/scripts.ts";
import { HeldOutput } from "./held-output.ts";
import { CALL_EXIT, type CallParts } from "./pass.ts";

/** Of each stream: the text of a command belongs into a record, a dump into a file. */
const KEPT_BYTES = 1_048_576;
/** Of standard error, in the message: the last lines say what is wrong. */
const TAIL_LINES = 5;
const TAIL_CHARACTERS = 1_000;

export interface StepCall {
  readonly name: string;
  readonly key: string | null;
  readonly once: boolean;
  /** Attempts after the first. */
  readonly retries: number;
  /** Before the second attempt; it doubles from there. */
  readonly delayMs: number;
  readonly timeoutMs: number | null;
  readonly command: readonly [string, ...string[]];
}

export interface Attempting {
  readonly call: StepCall;
  readonly parts: CallParts;
  readonly pass: PassKey;
  readonly row: StepRecord;
  /** Of the calls that the command makes. */
  readonly scope: string;
  /** @param failed attempts so far */
  readonly delayMs: (failed: number) => number;
}

export interface Attempted {
  /** False when the step is not this process's any more. */
  readonly isRecorded: boolean;
  /** It is tried again. */
  readonly isAgain: boolean;
  readonly exitCode: number;
  /** What is kept of its output is not the whole. */
  readonly isCut: boolean;
}

export async function attempt(attempting: Attempting): Promise<Attempted> {
  const { call, parts, pass, row } = attempting;
  const { machine, store } = parts;
  const output = new HeldOutput(call.retries > 0, (chunk) => machine.writeStdout(chunk));
  const end = await ran(attempting, output);
  const outcome = await outcomeOf(end, attempting);
  const recorded = await store.endStep({ executionId: pass.executionId, row, process: machine.self, outcome });
  const isAgain = recorded?.status === "retrying" && outcome.kind === "failed";
  if (isAgain) output.drop();
  else output.release();
  if (isAgain) machine.note(`step "${call.name}" ${describe(end, call)}; attempt ${numberOf(row) + 1} of ${call.retries + 1} follows`);
  else if (end.unstarted !== undefined) machine.note(`${end.unstarted.message}`);
  else if (end.isTimedOut) machine.note(`step "${call.name}" ${describe(end, call)}`);
  const isCut = end.truncated && outcome.kind === "completed";
  return { isRecorded: recorded !== undefined, isAgain, exitCode: codeOf(end), isCut };
}

/** Of this round, from 1. */
const numberOf = ({ attempt: now, detail }: StepRecord): number => now - (readRunner(detail)?.round ?? now) + 1;

type Ran = CommandEnd & { readonly unstarted?: Error };

async function ran({ call, parts, pass, row, scope }: Attempting, output: HeldOutput): Promise<Ran> {
  const { machine, store } = parts;
  try {
    return await machine.run({
      command: call.command,
      env: { [SCRIPT_ENVIRONMENT.scope]: scope },
      timeoutMs: call.timeoutMs,
      keptBytes: KEPT_BYTES,
      onStdout: (chunk) => output.add(chunk),
      onStarted: (command) => store.noteCommand(pass.executionId, row, command),
    });
  } catch (error) {
    const exitCode = UNSTARTED.get(String((error as { code?: unknown }).code));
    if (exitCode === undefined) throw error;
    const problem = exitCode === NOT_FOUND ? "there is no such command" : (error as Error).message;
    const unstarted = fail("COMMAND_UNSTARTED", { program: call.command[0], problem }, error);
    return { ...NOTHING, exitCode, unstarted };
  }
}

/** As shells tell it. */
const NOT_FOUND = 127;
const UNSTARTED: ReadonlyMap<string, number> = new Map([
  ["ENOENT", NOT_FOUND],
  ["ENOTDIR", NOT_FOUND],
  ["EACCES", 126],
  ["ENOEXEC", 126],
  ["E2BIG", 126],
]);

const NOTHING: CommandEnd = {
  ...{ exitCode: 0, signal: null, stdout: new Uint8Array(), stderr: new Uint8Array() },
  ...{ truncated: false, isTimedOut: false, interruptedBy: null },
};

async function outcomeOf(end: Ran, attempting: Attempting): Promise<StepEnd["outcome"]> {
  const { call, parts, pass, row, delayMs } = attempting;
  const { stdout, stderr, exitCode, signal, truncated } = end;
  if (end.interruptedBy !== null) return { kind: "interrupted", hasParked: false };
  if (exitCode === 0 && !end.isTimedOut) {
    return { kind: "completed", outputText: encodeOutput({ stdout, stderr, exitCode, signal, truncated }) };
  }
  if (isWaiting(exitCode) && (await parts.store.isParked(pass))) return { kind: "interrupted", hasParked: true };
  const { encodeError } = await import("../../../model/codec/error.ts");
  const number = numberOf(row);
  const mayTryAgain = number <= call.retries && end.unstarted === undefined;
  const retryAt = mayTryAgain ? parts.machine.now() + delayMs(number) : null;
  return { kind: "failed", errorText: encodeError(errorOf(end, call)), retryAt };
}

const isWaiting = (exitCode: number): boolean => exitCode === CALL_EXIT.parked || exitCode === CALL_EXIT.waits;

function errorOf(end: Ran, { name, timeoutMs }: StepCall): Error {
  if (end.unstarted !== undefined) return end.unstarted;
  if (end.isTimedOut) return fail("STEP_TIMEOUT", { step: name, afterMs: timeoutMs ?? 0 });
  const { exitCode, signal } = end;
  const error = fail("SHELL_FAILED", { step: name, exitCode, signal, tail: tailOf(end.stderr), isOfScript: true }) as ShellError;
  return Object.assign(error, { exitCode, signal });
}

function tailOf(stderr: Uint8Array): string | null {
  const text = new TextDecoder().decode(stderr.subarray(-4 * TAIL_CHARACTERS)).trimEnd();
  const lines = text.split("\n").slice(-TAIL_LINES).join("\n").trim();
  if (lines === "") return null;
  return lines.length > TAIL_CHARACTERS ? `…${lines.slice(-TAIL_CHARACTERS).toWellFormed()}` : lines;
}

/** Whoever ran out of time is told so as `timeout` tells it. One that was cut off has not done its work, whatever it says. */
function codeOf({ exitCode, isTimedOut, interruptedBy }: CommandEnd): number {
  if (isTimedOut) return CALL_EXIT.timeout;
  return interruptedBy !== null && exitCode === 0 ? CALL_EXIT.failed : exitCode;
}

const describe = ({ exitCode, signal, isTimedOut }: CommandEnd, { timeoutMs }: StepCall): string => {
  if (isTimedOut) return `was still running after ${timeoutMs} ms, and was ended`;
  return signal === null ? `ended with exit code ${exitCode}` : `was ended by ${signal}`;
};
