/**
 * `wf step`: a command of a script that is run once.
 *
 *     finished ──────────► its output again, to the byte, and its exit code
 *     elsewhere ─────────► waited for
 *     begun ──► command ──► exit 0        recorded, and from now on finished
 *                 ▲         other code    a failed attempt ──retries left──► delay ──┐
 *                 └──────────────────────────────────────────────────────────────────┘
 *                                         none left: recorded as failed. The next pass runs it again
 *
 * What its callers may rely on: it is recorded before its exit code is told; what is printed the first time is what is printed every time,
 * so with retries the standard output of an attempt is held back until it is known to be the last.
 */
import { fail } from "../../../model/fail-late.ts";
import type { StepRecord } from "../../../model/records.ts";
import { DEFAULT_RETRY, retryDelayMs } from "../../../model/retry.ts";
import { decodeOutput } from "../../../model/scripts/output.ts";
import type { PassKey, StepAnswer, StepStart } from "../../store/scripts.ts";
import type { Attempted, StepCall } from "./attempt.ts";
import { innerKey, scopeWithin } from "./names.ts";
import { CALL_EXIT, type CallParts, holdMsOf, passOfCall } from "./pass.ts";

/** How often it is looked whether a step in another process has ended. */
const LOOK_MS = 100;
/** A process that was killed writes nothing any more. */
const LOOKS_AT_PROCESS = 10;
/** A delay up to this long is waited for in place, whatever the carrier holds. */
const HELD_DELAY_MS = 60_000;

export async function callStep(call: StepCall, parts: CallParts): Promise<number> {
  const { store, machine, env } = parts;
  const pass = await passOfCall(parts, "step");
  const step = innerKey(env, { kind: "shell", name: call.name, key: call.key });
  const start: StepStart = { pass, step, once: call.once, process: machine.self, within: scopeWithin };
  let answer = await store.callStep(start);
  for (let isTold = false; ;) {
    const done = await onAnswer(answer, { call, parts, pass });
    if (done !== undefined) return done;
    if (answer.kind === "elsewhere" && !isTold) machine.note(`step "${call.name}" runs in process ${answer.process.pid}; waiting for it`);
    isTold ||= answer.kind === "elsewhere";
    if (answer.kind === "elsewhere") await aWhile(parts);
    answer = await store.callStep({ ...start, step: "row" in answer ? answer.row : step });
  }
}

interface Calling {
  readonly call: StepCall;
  readonly parts: CallParts;
  readonly pass: PassKey;
}

/** The exit code, or undefined when it is to be asked again. */
async function onAnswer(answer: StepAnswer, calling: Calling): Promise<number | undefined> {
  const { call, parts, pass } = calling;
  const { executionId: id } = pass;
  switch (answer.kind) {
    case "parked":
      return CALL_EXIT.parked;
    case "cancelled":
      throw fail("CANCELLED", { id, reason: answer.reason ?? undefined });
    case "finished":
      return replay(answer.row, parts);
    case "begun":
      return run(answer, calling);
    case "elsewhere":
      return undefined;
    case "ambiguous":
      throw fail("STEP_NAME_RUNS", { step: call.name });
    case "resting":
      return rest(answer.until, calling);
    case "in-doubt":
      throw fail("STEP_IN_DOUBT", { id, step: call.name });
    case "failed":
      throw fail("STEP_SAID_FAILED", { id, step: call.name });
    default:
      return answer satisfies never;
  }
}

function replay(row: StepRecord, { machine }: CallParts): number {
  const { stdout, stderr, exitCode, truncated } = decodeOutput(row.outputText);
  machine.writeStderr(stderr);
  machine.writeStdout(stdout);
  if (truncated) machine.note(`step "${row.name}" printed more than was kept: this is the beginning`);
  return written(exitCode, machine);
}

async function run({ row, left }: Extract<StepAnswer, { kind: "begun" }>, calling: Calling): Promise<number | undefined> {
  const { call, parts, pass } = calling;
  const { machine } = parts;
  if (left !== null && (await machine.endLeft(left))) {
    machine.note(`ended process ${left.pid}, which a killed \`wf step ${call.name}\` had left running`);
  }
  const { attempt } = await import("./attempt.ts");
  const attempted = await attempt({
    ...{ call, parts, pass, row, scope: scopeWithin(row) },
    delayMs: (failed) => delayOf(call, failed, machine.chance()),
  });
  return ended(attempted, calling);
}

const delayOf = ({ delayMs }: StepCall, failed: number, chance: number): number =>
  retryDelayMs({ ...DEFAULT_RETRY, delayMs, maxDelayMs: Math.max(delayMs, DEFAULT_RETRY.maxDelayMs) }, failed, () => chance);

function ended(attempted: Attempted, { call, parts, pass }: Calling): number | undefined {
  const { machine } = parts;
  if (!attempted.isRecorded) throw fail("STEP_TAKEN_OVER", { id: pass.executionId, step: call.name });
  if (attempted.isAgain) return undefined;
  if (attempted.isCut) machine.note(`step "${call.name}" has printed more than is kept: only the beginning will be printed again`);
  return written(attempted.exitCode, machine);
}

/** The carrier takes up an execution that waits longer than it holds. */
async function rest(until: number, { parts, pass }: Calling): Promise<number | undefined> {
  const { machine, store, env } = parts;
  const leftMs = until - machine.now();
  if (leftMs > Math.max(HELD_DELAY_MS, holdMsOf(env))) {
    await store.park(pass);
    return CALL_EXIT.parked;
  }
  await machine.pause(Math.max(leftMs, 1));
  return undefined;
}

async function aWhile({ machine, dataVersion }: CallParts): Promise<void> {
  const seen = dataVersion();
  for (let look = 0; look < LOOKS_AT_PROCESS && dataVersion() === seen; look++) await machine.pause(LOOK_MS);
}

function written(exitCode: number, machine: CallParts["machine"]): number {
  const problem = machine.outputProblem();
  if (problem !== undefined) throw fail("OUTPUT_UNWRITABLE", { problem: problem.message }, problem);
  return exitCode;
}
