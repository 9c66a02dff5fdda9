/**
 * Places in lanes: at most so many executions of a lane are owned at any instant.
 *
 *     comes due ──► a place is free, and not for another ──► taken
 *          └──────► waits: pending, concurrency, no detail, no time but its deadline
 *                      └──► an owner of the lane lets go (a trigger opens the lane) ──► the first in line is taken by the next claim
 *
 * The line: highest priority first, then oldest. What callers may rely on:
 *   1. Whoever takes an execution asks here first, in the transaction that takes it.
 *   2. A newcomer does not take the place of one that waits and comes before it.
 *   3. A lane that is open has a place and somebody who waits, or is shut by the next claim that looks at it.
 */
import type { Place } from "../engine/store/places.ts";
import type { ExecutionRecord } from "../model/records.ts";
import type { Queries } from "./query.ts";
import { findExecution } from "./tables/executions.ts";
import {
  closeLane,
  countAhead,
  countRunning,
  isRunningIn,
  laneOf,
  maxRunning,
  openLane,
  openLanes,
  runningIds,
  type Waiting,
  waitingIn,
} from "./tables/lanes.ts";

/** Rows that nobody can write to any more, not even to say that nobody owns them. */
export type Ignored = ReadonlySet<string>;

const NONE: Ignored = new Set();

/** Places that are free; below 0 after a limit was lowered. */
export function roomIn(db: Queries, lane: string, ignored: Ignored = NONE): number {
  let running = countRunning(db, lane);
  for (const id of ignored) if (isRunningIn(db, lane, id)) running--;
  return maxRunning(db, lane) - running;
}

export interface Asking {
  readonly ignored?: Ignored;
  /** It is the first in line, or all before it have left their place untaken for long. */
  readonly isNext?: boolean;
}

export function hasPlace(db: Queries, record: ExecutionRecord, { ignored, isNext = false }: Asking = {}): boolean {
  const { lane, id, priority, createdAt } = record;
  if (lane === null) return true;
  const room = roomIn(db, lane, ignored);
  return room > 0 && (isNext || countAhead(db, { key: lane, id, priority, createdAt, limit: room }) < room);
}

/** Its deadline passes while it waits. What has begun needs a place even to fail, since it may have to undo something. */
export const inLine = (record: ExecutionRecord, now: number): ExecutionRecord => ({
  ...record,
  status: "pending",
  reason: "concurrency",
  reasonDetail: null,
  wakeAt: record.deadlineAt !== null && record.deadlineAt > now ? record.deadlineAt : null,
});

export const isInLine = ({ reason, reasonDetail, lane }: ExecutionRecord): boolean =>
  lane !== null && reason === "concurrency" && reasonDetail === null;

/** After a place was taken. */
export function shutIfFull(db: Queries, lane: string): void {
  if (roomIn(db, lane) <= 0) closeLane(db, lane);
}

/** After the row of an owned one turned out to be such that nobody can write to it, and no trigger can tell. */
export function openLaneOf(db: Queries, id: string): void {
  const lane = laneOf(db, id);
  if (lane !== null) openToWaiting(db, lane);
}

/** After a limit was raised. */
export function openToWaiting(db: Queries, lane: string): void {
  if (waitingIn(db, lane, 1).length > 0) openLane(db, lane);
}

/** Lanes beyond those that are needed, since some may have nobody for whoever asks. */
const LANES_MORE = 100;

/** How many at the head of a line may be passed over because they have panicked, and others that have are being tried. */
const PASSED_OVER = 20;

export interface Line {
  readonly lane: string;
  /** The first in line, as many as there are places. */
  readonly next: readonly Waiting[];
}

/**
 * Lanes that are open, with those who come next. A line without anybody is shut by whoever may write.
 *
 * @param wants whether it may be taken now: one that is left out does not keep a place from the next
 */
export function linesOf(
  db: Queries,
  limit: number,
  wants: { readonly except: number; readonly of: (one: Waiting) => boolean; readonly ignored?: Ignored | undefined },
): readonly Line[] {
  return openLanes(db, limit + LANES_MORE).flatMap((lane) => {
    const room = Math.min(roomIn(db, lane, wants.ignored), limit);
    if (room <= 0) return [{ lane, next: [] }];
    const waiting = waitingIn(db, lane, room + wants.except + PASSED_OVER);
    const next = waiting.filter(wants.of).slice(0, room);
    return waiting.length > 0 && next.length === 0 ? [] : [{ lane, next }];
  });
}

const RUNNING_NAMED = 5;
const COUNTED = 10_000;

/** Undefined for one that waits for no place. */
export function placeOf(db: Queries, id: string): Place | undefined {
  const stored = findExecution(db, id);
  if (stored === undefined || stored.isDamaged || !isInLine(stored.record)) return undefined;
  const { lane, priority, createdAt } = stored.record;
  if (lane === null) return undefined;
  return {
    lane,
    limit: maxRunning(db, lane),
    running: countRunning(db, lane),
    runningIds: runningIds(db, lane, RUNNING_NAMED),
    ahead: countAhead(db, { key: lane, id, priority, createdAt, limit: COUNTED }),
  };
}
