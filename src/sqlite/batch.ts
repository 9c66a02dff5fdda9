/**
 * One batch of writes, one transaction.
 *
 *     all together ──► committed
 *        │ one failed by its own fault
 *        └──► again, each in a savepoint ──► committed without the ones that failed
 *
 * Savepoints cost a third of a small write, so they are used only where something has failed.
 */
import type { Attempted } from "./connection.ts";
import type { Fences } from "./fences.ts";
import { UncertainCommit } from "./handle.ts";
import { isBusy, isSystemic } from "./sqlite-errors.ts";

export interface Write<T> {
  /** Called inside a transaction, perhaps more than once, always from the same state. It touches nothing but the database. */
  run(fences: Fences): T;
  /** Whether the database holds what `run` has written; `undefined` when that cannot be told. */
  isStored?(value: T): boolean | undefined;
  settle(outcome: Outcome<T>): void;
}

export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Error };

export type Outcomes = readonly Outcome<unknown>[];

export type Batch = readonly Write<unknown>[];

/** What a batch needs of a connection. */
export interface Transactions {
  readonly path: string;
  readonly inTransaction: boolean;
  /** Within a transaction: another number than in the last one if another connection has committed since. */
  epoch(): number;
  tryTransaction<T>(fn: () => T): Attempted<T>;
  tryRead<T>(fn: () => T): Attempted<T>;
  savepoint<T>(fn: () => T): T;
  pauseMs(): number;
}

export type Committed =
  | { readonly state: "over"; readonly outcomes: Outcomes }
  | { readonly state: "locked" }
  /** COMMIT failed, and what is in the file decides. */
  | { readonly state: "uncertain"; readonly outcomes: Outcomes; readonly cause: Error };

/** Most writes give nothing, and need no object of their own to say so. */
const NOTHING: Outcome<undefined> = { ok: true, value: undefined };
const succeeded = (value: unknown): Outcome<unknown> => (value === undefined ? NOTHING : { ok: true, value });

export const refused = (error: unknown): { readonly ok: false; readonly error: Error } => ({
  ok: false,
  error: error instanceof Error ? error : new Error(String(error)),
});

export function commitBatch(db: Transactions, fences: Fences, batch: Batch): Committed {
  const together = attempt(db, fences, () => batch.map((write) => succeeded(write.run(fences))));
  if (together.state !== "failed") return together;
  if (together.isShared || batch.length === 1) return refuseAll(batch, together.error);
  const apart = attempt(db, fences, () => batch.map((write) => runIsolated(db, write, fences)));
  return apart.state === "failed" ? refuseAll(batch, apart.error) : apart;
}

/**
 * A batch is in the file whole or not at all, so every write that can tell must say so. `undefined` when another process locks the file.
 */
export function isBatchStored(db: Transactions, batch: Batch, outcomes: Outcomes): boolean | undefined {
  const { done, value } = { value: false, ...db.tryRead(() => evidence(batch, outcomes)) };
  return done ? value : undefined;
}

function evidence(batch: Batch, outcomes: Outcomes): boolean {
  const answers = batch.map((write, at) => {
    const outcome = outcomes[at];
    return outcome?.ok === true ? write.isStored?.(outcome.value) : undefined;
  });
  // The last who can tell knows: an earlier write of the same batch may have been overwritten by a later one.
  return answers.findLast((answer) => answer !== undefined) === true;
}

type Attempt = Committed | { readonly state: "failed"; readonly error: Error; readonly isShared: boolean };

function attempt(db: Transactions, fences: Fences, runAll: () => Outcomes): Attempt {
  let hasBegun = false;
  let outcomes: Outcomes = [];
  try {
    const { done } = db.tryTransaction(() => {
      hasBegun = true;
      fences.begin(db.epoch());
      outcomes = runAll();
    });
    if (!done) fences.forgetAll();
    return done ? { state: "over", outcomes } : { state: "locked" };
  } catch (thrown) {
    fences.forgetAll();
    const { error } = refused(thrown);
    if (error instanceof UncertainCommit) return { state: "uncertain", outcomes, cause: refused(error.cause).error };
    return { state: "failed", error, isShared: !hasBegun || isEverybodys(error) };
  }
}

function runIsolated(db: Transactions, write: Write<unknown>, fences: Fences): Outcome<unknown> {
  try {
    return { ok: true, value: db.savepoint(() => write.run(fences)) };
  } catch (error) {
    fences.forgetAll(); // what it may have told them is undone
    if (!db.inTransaction || isBusy(error) || isEverybodys(error)) throw error;
    return refused(error);
  }
}

/** A failure that says nothing about the write it met. */
const isEverybodys = (error: unknown): boolean => isSystemic(error) || (error as { code?: unknown }).code === "DB_UNUSABLE";

const refuseAll = (batch: Batch, error: Error): Committed => ({ state: "over", outcomes: batch.map(() => refused(error)) });
