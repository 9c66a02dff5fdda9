/**
 * The pass that a call belongs to, and how long it may hold a wait.
 *
 * Within a workflow file the carrier says both in the environment. Outside of one the call has to come from the process that owns the
 * execution: what an earlier run of the script has left behind does not.
 */
import { MAX_DURATION_MS, parseDuration } from "../../../model/duration.ts";
import { fail } from "../../../model/fail-late.ts";
import { SCRIPT_ENVIRONMENT } from "../../../model/scripts/environment.ts";
import type { StepMachine } from "../../../model/scripts/step-machine.ts";
import type { PassKey, ScriptStore } from "../../store/scripts.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface CallParts {
  readonly store: ScriptStore;
  readonly machine: StepMachine;
  readonly env: Environment;
  /** Another number when somebody else has written since. */
  dataVersion(): number;
}

/** What the answers to a call are: DESIGN's table of exit codes. */
export const CALL_EXIT = { ok: 0, failed: 1, waits: 3, parked: 5, timeout: 124 } as const;

/** @throws NO_SCRIPT, NOT_OF_SCRIPT, EXECUTION_NOT_FOUND, EXECUTION_OVER */
export async function passOfCall({ store, machine, env }: CallParts, command: string): Promise<PassKey> {
  const executionId = env[SCRIPT_ENVIRONMENT.execution] ?? "";
  if (executionId === "") throw fail("NO_SCRIPT", { command });
  const term = env[SCRIPT_ENVIRONMENT.term] ?? "";
  if (term !== "") return { executionId, term: wholeOf(SCRIPT_ENVIRONMENT.term, term) };
  const { pass, owner } = await store.passNow(executionId);
  if (owner !== null && machine.descendsFrom(owner)) return pass;
  // Nobody owns what has parked: every later call of that pass is told so.
  if (owner === null && (await isParked(store, pass))) return pass;
  throw fail("NOT_OF_SCRIPT", { id: executionId, pid: owner?.pid ?? null });
}

async function isParked(store: ScriptStore, pass: PassKey): Promise<boolean> {
  try {
    return await store.isParked(pass);
  } catch (error) {
    if ((error as { code?: unknown }).code === "LEASE_LOST") return false;
    throw error;
  }
}

/** Nobody carries what was begun outside of a workflow file. */
export const isCarried = (env: Environment): boolean => (env[SCRIPT_ENVIRONMENT.term] ?? "") !== "";

/** How long a wait may be held in place, in ms. */
export function holdMsOf(env: Environment): number {
  const text = env[SCRIPT_ENVIRONMENT.hold] ?? "";
  if (text === "") return 0;
  if (/^\d+$/.test(text)) return Number(text);
  return durationOf(SCRIPT_ENVIRONMENT.hold, text);
}

/** Whoever holds so long stays for whatever comes. */
export const isUnlimited = (holdMs: number): boolean => holdMs > MAX_DURATION_MS;

export function durationOf(where: string, text: string): number {
  const parsed = parseDuration(text);
  if (!parsed.ok) throw fail("DURATION_INVALID", { where, problem: parsed.problem });
  return parsed.ms;
}

export function wholeOf(where: string, text: string, most: number = Number.MAX_SAFE_INTEGER): number {
  const number = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (number <= most) return number;
  throw fail("USAGE", { problem: `${where} is ${JSON.stringify(text.slice(0, 40))}`, next: `It takes a whole number up to ${most}.` });
}
