/**
 * Mending one execution whose rows are damaged, in the way that a person has chosen.
 *
 *     run-again   damaged steps go, and every step that completed after the first of them, since a replay delivers completions in their
 *                 order: all of these run again
 *     accept      damaged rows get the checksum of what they hold now
 *
 * What callers may rely on:
 *   1. Nothing is changed unless all that is damaged can be mended in this way.
 *   2. The execution stays as blocked as it was; only one that counted as running, with nobody to run it, becomes due.
 *   3. What was done is in its log.
 */
import { decodeValue } from "../model/codec/decode.ts";
import { fail } from "../model/errors.ts";
import type { DamageView, Repair } from "../model/maintenance.ts";
import { STATE_VERSION } from "../model/state-version.ts";
import { liveOwner } from "./live-owner.ts";
import type { OwnershipHost } from "./ownership.ts";
import type { Queries } from "./query.ts";
import { isConstraint } from "./sqlite-errors.ts";
import { acceptEvents, releaseEvents } from "./tables/events.ts";
import { acceptExecution } from "./tables/execution-acceptance.ts";
import { findExecution, saveExecution, type StoredExecution } from "./tables/executions.ts";
import { addLog } from "./tables/logs.ts";
import { acceptSteps, countSteps, deleteSteps, doubtfulSteps } from "./tables/steps.ts";
import { released } from "./transition.ts";
import { verifyExecution } from "./verify.ts";

/** @returns what was done, a sentence each */
export function repairExecution(db: Queries, id: string, how: Exclude<Repair["how"], "restore">, host: OwnershipHost): readonly string[] {
  const stored = repairable(db, id, host);
  const { damaged } = verifyExecution(db, id);
  if (damaged.length === 0) throw refused(id, "nothing of it is damaged", `\`wf resume ${id}\` takes it up if it is blocked.`);
  const done = how === "run-again" ? runAgain(db, id, damaged) : accept(db, id, damaged);
  settle(db, id, stored, host.now());
  const [left] = verifyExecution(db, id).damaged;
  if (left !== undefined) throw refused(id, `${left.what} ${left.name ?? ""} cannot be mended: ${left.problem}`, "Restore it with --from.");
  addLog(db, id, {
    ...{ at: host.now(), level: "warn", source: "wf", dataText: null, step: null },
    message: `Repaired by hand (${how}): ${done.join("; ")}`,
  });
  return done;
}

/** @throws EXECUTION_NOT_FOUND, EXECUTION_OWNED */
export function repairable(db: Queries, id: string, host: OwnershipHost): StoredExecution {
  const stored = findExecution(db, id);
  if (stored === undefined) throw fail("EXECUTION_NOT_FOUND", { id });
  const live = liveOwner(db, stored.owner, host);
  if (live !== undefined) throw fail("EXECUTION_OWNED", { id, action: "repair", pid: live.pid, host: live.host });
  return stored;
}

function runAgain(db: Queries, id: string, damaged: readonly DamageView[]): readonly string[] {
  const other = damaged.find(({ what }) => what === "execution" || what === "event");
  if (other !== undefined) {
    const which = other.what === "execution" ? "its own row is damaged, not that of a step" : `its event "${other.name}" is damaged`;
    throw refused(id, `${which}: no step can be run again to mend that`, "Restore it from a backup with --from, or --accept it as it is.");
  }
  const { stepCount } = findExecution(db, id) ?? { stepCount: 0 };
  const doubtful = doubtfulSteps(db, id, stepCount);
  deleteSteps(db, id, doubtful);
  for (const step of doubtful) releaseEvents(db, id, step);
  const names = doubtful.map(({ name, isDamaged }) => `${JSON.stringify(name)}${isDamaged ? " (damaged)" : ""}`);
  return names.length === 0 ? ["steps that are missing run again"] : [`run again: ${names.join(", ")}`];
}

function accept(db: Queries, id: string, damaged: readonly DamageView[]): readonly string[] {
  const steps = acceptSteps(db, id, (text) => readable(id, text));
  acceptEvents(db, id, (text) => readable(id, text));
  acceptRow(db, id);
  if (!steps.areOrdered) {
    throw refused(
      id,
      "two of its steps claim one place in the order, and which came first nobody knows",
      "Restore it from a backup with --from.",
    );
  }
  return damaged.map(
    ({ what, name }) => `taken as it is: ${what === "steps" ? "the number of its steps" : [what, name].filter(Boolean).join(" ")}`,
  );
}

function acceptRow(db: Queries, id: string): void {
  try {
    acceptExecution(db, id, { stepCount: countSteps(db, id), check: (text) => readable(id, text), version: STATE_VERSION });
  } catch (error) {
    if (!isConstraint(error)) throw error;
    throw refused(id, "its row holds what SQLite refuses to store there", "Restore it from a backup with --from.");
  }
}

/** What nobody can decode nobody can accept. */
function readable(id: string, text: string): void {
  try {
    decodeValue(text, "masked");
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw refused(id, `a value of it cannot be read (${problem})`, "Run its step again with --run-again, or restore it with --from.");
  }
}

/** The number of its steps is what there is now. One that was running when it was damaged is due: nobody runs it any more. */
function settle(db: Queries, id: string, before: StoredExecution, now: number): void {
  const stored = findExecution(db, id);
  if (stored === undefined || stored.isDamaged) return;
  const stepCount = countSteps(db, id);
  // Pass 0 would make the next one the first, which reads no history.
  const counted = { ...stored, stepCount, pass: stepCount > 0 ? Math.max(1, stored.pass) : stored.pass };
  saveExecution(db, before.owner !== null || stored.record.status === "running" ? released(counted, counted.record, now) : counted);
}

const refused = (id: string, problem: string, next: string): Error =>
  fail("USAGE", { problem: `Cannot repair execution "${id}": ${problem}`, next });
