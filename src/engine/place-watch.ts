/**
 * Waiting in line for a place, in the foreground.
 *
 *     full                          looked at again, for dead owners too
 *     a place is free, it is next   taken
 *     a place is free, others are   theirs for 5 s: a daemon has taken it by then. Where nobody does, it is taken by whoever is there
 *     next
 */
import type { ExecutionRecord } from "../model/records.ts";
import type { Place } from "./store/places.ts";

/** A daemon notices within 50 ms that a place is free, a foreground run within 100. */
export const OVERTAKE_MS = 5_000;
/** How often the store is asked to look for dead owners. */
const ASK_MS = 1_000;

export const isInLine = ({ status, reason, reasonDetail, lane }: ExecutionRecord): boolean =>
  status === "pending" && reason === "concurrency" && reasonDetail === null && lane !== null;

/** Whether to ask for the place now, and how. */
export interface Asking {
  readonly asks: boolean;
  readonly overtakes: boolean;
}

export class PlaceWatch {
  #freeSinceMs: number | undefined;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #told: string | undefined;

  /** @param place where it stands; undefined when it is not in line any more */
  look(place: Place | undefined, nowMs: number): Asking {
    const room = place === undefined ? 0 : place.limit - place.running;
    this.#freeSinceMs = room > 0 ? (this.#freeSinceMs ?? nowMs) : undefined;
    const isNext = place === undefined || (room > 0 && place.ahead < room);
    const overtakes = this.#freeSinceMs !== undefined && nowMs - this.#freeSinceMs >= OVERTAKE_MS;
    const asks = isNext || overtakes || nowMs - this.#askedAtMs >= ASK_MS;
    if (asks) this.#askedAtMs = nowMs;
    return { asks, overtakes };
  }

  /** A free place is worth waiting for even by those who do not wait: it is theirs within moments. */
  get hasRoom(): boolean {
    return this.#freeSinceMs !== undefined;
  }

  /** Whether somebody should be told where it stands: at first, and when that has changed. */
  isNews({ running, ahead, limit }: Place): boolean {
    const now = `${running} ${limit} ${ahead}`;
    const isNew = now !== this.#told;
    this.#told = now;
    return isNew;
  }
}
