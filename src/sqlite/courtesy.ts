/**
 * Leaves other processes a gap between two write transactions.
 *
 * Who has just committed can begin again at once, while those who wait try only every few milliseconds: without a gap one process gets
 * nearly all commits (1 against 538). A pause of 1 ms after each commit evens it out (93 against 116). A process that is alone should not
 * pay for that, so the pause is made only shortly after somebody else has committed, which `PRAGMA data_version` tells.
 */
const PAUSE_MS = 1;

/** Longer than the distance of two commits of a process that is kept waiting, shorter than that of two heartbeats. */
const REMEMBERED_MS = 200;

export class Courtesy {
  #epoch: number | undefined;
  #othersSeenAt = Number.NEGATIVE_INFINITY;

  /** In each transaction. `epoch` changes when another connection has committed since the last. */
  observe(epoch: number, now: number): void {
    if (this.#epoch !== undefined && this.#epoch !== epoch) this.#othersSeenAt = now;
    this.#epoch = epoch;
  }

  /** How long to wait before the next write transaction, after one of our own. */
  pauseMs(now: number): number {
    const ageMs = now - this.#othersSeenAt;
    return ageMs >= 0 && ageMs < REMEMBERED_MS ? PAUSE_MS : 0;
  }
}
