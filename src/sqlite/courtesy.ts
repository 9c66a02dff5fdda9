/**
 * Leaves other processes a gap between two write transactions.
 *
 * Who has just committed can begin again at once, while those who wait try only every few milliseconds: without a gap one process gets nearly
 * all commits (1 against 538). A pause of 1 ms after each commit evens it out (93 against 116). A process that is alone should not pay for
 * that, so the pause is made only shortly after somebody else has committed, which `PRAGMA data_version` tells.
 */
const PAUSE_MS = 1;

/** Longer than the distance of two commits of a process that is kept waiting, shorter than that of two heartbeats. */
const REMEMBERED_MS = 200;

export class Courtesy {
  #version: number | undefined;
  #othersSeenAt = Number.NEGATIVE_INFINITY;

  /** @returns whether another connection has committed since the last call */
  observe(dataVersion: number, now: number): boolean {
    const isNews = this.#version !== undefined && this.#version !== dataVersion;
    this.#version = dataVersion;
    if (isNews) this.#othersSeenAt = now;
    return isNews;
  }

  /** How long to wait before the next write transaction, after one of our own. */
  pauseMs(now: number): number {
    const ageMs = now - this.#othersSeenAt;
    return ageMs >= 0 && ageMs < REMEMBERED_MS ? PAUSE_MS : 0;
  }
}
