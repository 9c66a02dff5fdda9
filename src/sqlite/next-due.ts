/**
 * What a claim would take: what is due, and whoever is next in the line of a lane with a free place.
 *
 * The order of all of them: highest priority first, then the oldest, by when it became due or, in a line, by when it was created.
 */
import type { ClaimQuery } from "../engine/store.ts";
import { type Ignored, type Line, linesOf } from "./places.ts";
import type { Queries } from "./query.ts";
import { type DueExecution, dueExecutions } from "./tables/due.ts";

/** Bounds one transaction, however many a caller would take. */
export const CLAIM_MAX = 1_000;

/** What a claim asks for, and what it has found out before. */
export interface DueQuery extends ClaimQuery {
  /** Lanes with a place and somebody waiting, though nobody had opened them. */
  readonly shutByMistake?: readonly string[];
  /** Executions that take up no place, since nobody can write to their rows. */
  readonly ignored?: Ignored;
}

export interface Candidate {
  readonly id: string;
  /** It is the first in the line for a place. */
  readonly isNext: boolean;
}

export interface NextDue {
  readonly candidates: readonly Candidate[];
  /** Lanes that are open without reason. */
  readonly idle: readonly string[];
}

export function nextDue(db: Queries, query: DueQuery): NextDue {
  const wanted = Math.min(query.limit, CLAIM_MAX);
  if (wanted <= 0) return { candidates: [], idle: [] };
  const suspects = query.suspects === false ? [] : dueBut(db, query, { wanted: 1, areSuspects: true });
  const due = dueBut(db, query, { wanted: wanted - suspects.length, areSuspects: false });
  const lines = linesFor(db, query, { wanted, mayHaveSuspect: query.suspects !== false && suspects.length === 0 });
  if (lines.length === 0) return { candidates: [...due, ...suspects].map(outOfNoLine), idle: [] };
  const waiting = lines.flatMap(({ next }) => next).map((one) => ({ ...one, isNext: true }));
  const all = [...due.map((one) => ({ ...one, isNext: false })), ...waiting].sort(byTurn);
  return {
    candidates: [...all.slice(0, wanted - suspects.length), ...suspects.map(outOfNoLine)],
    idle: lines.filter(({ next }) => next.length === 0).map(({ lane }) => lane),
  };
}

const outOfNoLine = ({ id }: DueExecution): Candidate => ({ id, isNext: false });

/** Those who may come out of a line into this claim; of suspects one at most. */
function linesFor(
  db: Queries,
  { now, dueAt = now, except, ignored }: DueQuery,
  { wanted, mayHaveSuspect }: { readonly wanted: number; readonly mayHaveSuspect: boolean },
): readonly Line[] {
  let hasSuspect = !mayHaveSuspect;
  return linesOf(db, wanted, {
    except: except?.size ?? 0,
    ignored,
    of: ({ id, at, panics }) => {
      // What was created in what is the future now was there before the clock was put back.
      if (except?.has(id) === true || (at > dueAt && at <= now)) return false;
      if (panics === 0) return true;
      const isFirst = !hasSuspect;
      hasSuspect = true;
      return isFirst;
    },
  });
}

function dueBut(
  db: Queries,
  { now, dueAt = now, except }: ClaimQuery,
  { wanted, areSuspects }: { readonly wanted: number; readonly areSuspects: boolean },
): readonly DueExecution[] {
  const due = dueExecutions(db, { now, dueAt, limit: wanted + (except?.size ?? 0), areSuspects });
  return (except === undefined ? due : due.filter(({ id }) => !except.has(id))).slice(0, wanted);
}

const byTurn = (a: DueExecution, b: DueExecution): number =>
  b.priority - a.priority || a.at - b.at || (a.id < b.id ? -1 : Number(a.id !== b.id));
