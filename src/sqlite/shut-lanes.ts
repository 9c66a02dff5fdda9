/**
 * Lanes where somebody waits although a place is free, and that nobody has opened.
 *
 * A trigger opens a lane whenever an owner lets go, so only a lost row of a lane leaves one: a file restored by hand, say. They are looked
 * for now and then, since a look costs as much as there are lanes that wait.
 */
import { type Ignored, roomIn } from "./places.ts";
import type { Queries } from "./query.ts";
import { laneOf, lanesShutByMistake, waitingIn } from "./tables/lanes.ts";

const LOOK_MS = 1_000;

const NONE: readonly string[] = [];

export class ShutLanes {
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  /** @param bootMs a clock that nobody sets */
  find(db: Queries, bootMs: number, ignored: Ignored): readonly string[] {
    if (bootMs - this.#lookedAtMs < LOOK_MS) return NONE;
    this.#lookedAtMs = bootMs;
    const found = lanesShutByMistake(db);
    return ignored.size === 0 ? found : [...found, ...[...ignored].flatMap((id) => freedBy(db, id, ignored))];
  }
}

/** No trigger can tell that it takes up no place any more. */
const freedBy = (db: Queries, id: string, ignored: Ignored): readonly string[] => {
  const lane = laneOf(db, id);
  return lane !== null && roomIn(db, lane, ignored) > 0 && waitingIn(db, lane, 1).length > 0 ? [lane] : [];
};
