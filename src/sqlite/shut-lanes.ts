/**
 * Lanes where somebody waits although a place is free, and that nobody has opened.
 *
 * A trigger opens a lane whenever an owner lets go, so only a lost row of a lane leaves one: a file restored by hand, say. They are looked
 * for now and then, since a look costs as much as there are lanes that wait.
 */
import type { Queries } from "./query.ts";
import { lanesShutByMistake } from "./tables/lanes.ts";

const LOOK_MS = 1_000;

const NONE: readonly string[] = [];

export class ShutLanes {
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  /** @param bootMs a clock that nobody sets */
  find(db: Queries, bootMs: number): readonly string[] {
    if (bootMs - this.#lookedAtMs < LOOK_MS) return NONE;
    this.#lookedAtMs = bootMs;
    return lanesShutByMistake(db);
  }
}
