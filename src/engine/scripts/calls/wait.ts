/**
 * `wf sleep` and `wf wait-event`: a wait of a script.
 *
 *     over already             goes on at once; an event's payload is printed, in every pass the same
 *     short enough to hold     waited for here
 *     else                     the pass parks: this call and every later one says so by its exit code, and the script is to end
 */
import { fail } from "../../../model/fail-late.ts";
import { innerKey } from "./names.ts";
import type { StepRecord } from "../../../model/records.ts";
import type { WaitAnswer } from "../../store/scripts.ts";
import { CALL_EXIT, type CallParts, holdMsOf, isCarried, isUnlimited, passOfCall } from "./pass.ts";

export interface WaitCall {
  readonly kind: "sleep" | "event";
  readonly name: string;
  readonly key: string | null;
  /** Null: without a limit. */
  readonly durationMs: number | null;
}

/** How often it is looked whether anybody has written. */
const LOOK_MS = 100;

export async function callWait(call: WaitCall, parts: CallParts): Promise<number> {
  const { store, env, machine } = parts;
  const pass = await passOfCall(parts, call.kind === "sleep" ? "sleep" : "wait-event");
  const { kind, durationMs } = call;
  const step = innerKey(env, { kind, name: call.name, key: call.key });
  const holdMs = holdMsOf(env);
  let answer = await store.callWait({ pass, step, durationMs });
  while (answer.kind === "waits" && mayHold(answer, holdMs, machine.now())) {
    await aWhile(parts, answer.until);
    answer = await store.callWait({ pass, step: answer.row, durationMs });
  }
  switch (answer.kind) {
    case "over":
      return over(answer.row, pass.executionId, parts);
    case "waits":
      await store.park(pass);
      if (!isCarried(env)) machine.note(`${describe(answer)}; then run the script again`);
      return answer.until === null ? CALL_EXIT.waits : CALL_EXIT.parked;
    case "parked":
      return CALL_EXIT.parked;
    case "cancelled":
      throw fail("CANCELLED", { id: pass.executionId, reason: answer.reason ?? undefined });
    default:
      return answer satisfies never;
  }
}

type Waiting = Extract<WaitAnswer, { kind: "waits" }>;

const mayHold = ({ until }: Waiting, holdMs: number, now: number): boolean =>
  until === null ? isUnlimited(holdMs) : until - now <= holdMs;

/** Until it is time, or somebody has written. */
async function aWhile({ machine, dataVersion }: CallParts, until: number | null): Promise<void> {
  const seen = dataVersion();
  do {
    const leftMs = until === null ? LOOK_MS : until - machine.now();
    await machine.pause(Math.max(1, Math.min(leftMs, LOOK_MS)));
  } while (dataVersion() === seen && (until === null || until > machine.now()));
}

/** A person may have ended it as failed, or skipped it. */
function over(row: StepRecord, id: string, { machine }: CallParts): number {
  if (row.status === "failed") throw fail("STEP_SAID_FAILED", { id, step: row.name });
  if (row.kind === "sleep") return CALL_EXIT.ok;
  const event = JSON.parse(row.outputText ?? "null") as { readonly payload?: unknown } | null;
  if (event === null) return CALL_EXIT.timeout;
  machine.writeStdout(new TextEncoder().encode(`${JSON.stringify(event.payload ?? null)}\n`));
  const problem = machine.outputProblem();
  if (problem !== undefined) throw fail("OUTPUT_UNWRITABLE", { problem: problem.message }, problem);
  return CALL_EXIT.ok;
}

const describe = ({ row, until }: Waiting): string => {
  const what = row.kind === "sleep" ? `sleeps ("${row.name}")` : `waits for event "${row.name}"`;
  return until === null ? what : `${what} until ${new Date(until).toISOString()}`;
};
