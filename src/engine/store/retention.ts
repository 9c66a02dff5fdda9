/**
 * The part of the port to what is durable that lets go of what is over.
 *
 * What the engine may rely on:
 *   1. Only what is over goes, and a child never before its parent: while the parent is there, its child is. With a parent go its children
 *      that are over, unless they are detached; those are judged alone once the parent is over.
 *   2. A damaged execution stays, and so does what belongs to it.
 *   3. From one moment to the next an execution is gone, whole, however long its rows take to be deleted; after a crash in between, the
 *      next removal deletes the rest.
 *   4. No transaction deletes for longer than some 20 ms.
 */
import type { TerminalStatus } from "../../model/status.ts";

/** What may go. */
export interface Removable {
  /** Of each status: what ended before this instant; null for none of it. */
  readonly endedBefore: Readonly<Record<TerminalStatus, number | null>>;
  /** Of each workflow the newest so many of these statuses stay. */
  readonly keep: number;
  readonly workflow?: string;
}

/** Executions of one workflow that ended in one way, before an instant; of those that ended in it, those before `seq`. */
export interface RemovableRange {
  readonly workflow: string;
  readonly status: TerminalStatus;
  readonly before: EndedAt;
}

export interface EndedAt {
  readonly at: number;
  /** Place in the order of arrival. */
  readonly seq: number;
}

export interface RemovablePage {
  readonly ids: readonly string[];
  /** Where the next page begins; undefined after the last. */
  readonly next: EndedAt | undefined;
}

export interface Removal {
  /** How many of the ids that were given are done with: removed, or found to stay. */
  readonly handled: number;
  /** What is gone now, children included. */
  readonly gone: Readonly<Record<TerminalStatus, number>>;
  /** Those whose last row is deleted. */
  readonly deleted: readonly string[];
  /** Rows of what is gone are left to be deleted. */
  readonly isUnfinished: boolean;
}

export interface RetentionStore {
  ranges(what: Removable): Promise<readonly RemovableRange[]>;
  /** Those of a range that may go, the one that ended first first. */
  page(range: RemovableRange, after: EndedAt, limit: number): Promise<RemovablePage>;
  /** What would go with these, themselves included. */
  tally(ids: readonly string[]): Promise<Readonly<Record<TerminalStatus, number>>>;
  /** One short transaction: first what an earlier one has left, then these, as far as it gets. Each is looked at once more. */
  remove(range: RemovableRange | undefined, ids: readonly string[]): Promise<Removal>;
  /**
   * Calls `act` with those of these ids that no execution has, while none can come to be. It is quick; it may be called more than once.
   *
   * @param ignoringCase an execution whose id differs only in its capitals has it, too
   */
  whileUnused(ids: readonly string[], act: (unused: readonly string[]) => void, options: { readonly ignoringCase: boolean }): Promise<void>;
  /** Lanes, starts and sources that no execution needs any more. @param thorough sources too, for which all executions are looked at */
  sweepUp(now: number, thorough: boolean): Promise<void>;
  /** Writes the file anew, so that nothing of what was deleted is left in it. @returns false when a reader has kept the WAL from it */
  purge(): Promise<boolean>;
  /** Whether it is time to tidy up; if so, it is not again until `nextAt`, for any process. */
  takeTurn(now: number, nextAt: number): Promise<boolean>;
  /** It is time again from `at` on. */
  setTurn(at: number): Promise<void>;
}
