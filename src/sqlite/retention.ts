/**
 * The SQLite half of `RetentionStore`.
 *
 * How much one transaction deletes follows from how long the last one took, its commit included: disks differ by a hundred times.
 */
import type { EndedAt, Removable, RemovablePage, RemovableRange, Removal, RetentionStore } from "../engine/store/retention.ts";
import type { TerminalStatus } from "../model/status.ts";
import type { FamilyParts } from "./family.ts";
import { removeOldStarts, removeUnusedLanes, removeUnusedSources } from "./leftovers.ts";
import { forgetGone } from "./feed-forget.ts";
import { unusedIds } from "./unused-ids.ts";
import { purgeFile } from "./purge.ts";
import { NOTHING_GONE, removablePage, removableRanges, tallyRemovable } from "./removable.ts";
import { type Budget, removedIds, removeEnded, removeRest } from "./removal.ts";
import type { Queries } from "./query.ts";
import { getMetaInstant, setMeta } from "./tables/meta.ts";

/** Others wait for the lock meanwhile; with the commit it stays well below the 50 ms that are promised. */
const DELETING_MS = 6;
const HELD_MS = 15;

const FIRST_ROWS = 100;
const LEAST_ROWS = 20;
/** Where a clock shows nothing, as in a simulation. */
const MOST_ROWS = 4_000;

/** Of what an earlier removal has left; each may hold any number of rows. */
const REST_MAX = 50;

/** A mark that lies further ahead was made before the clock was put back. */
const DAY_MS = 86_400_000;

export class SqliteRetention implements RetentionStore {
  readonly #parts: FamilyParts;
  #rows = FIRST_ROWS;

  constructor(parts: FamilyParts) {
    this.#parts = parts;
  }

  ranges(what: Removable): Promise<readonly RemovableRange[]> {
    const { db, read } = this.#parts;
    return read(() => removableRanges(db, what));
  }

  page(range: RemovableRange, after: EndedAt, limit: number): Promise<RemovablePage> {
    const { db, read } = this.#parts;
    return read(() => removablePage(db, range, after, limit));
  }

  tally(ids: readonly string[]): Promise<Readonly<Record<TerminalStatus, number>>> {
    const { db, read } = this.#parts;
    return read(() => tallyRemovable(db, ids));
  }

  async remove(range: RemovableRange | undefined, ids: readonly string[]): Promise<Removal> {
    const { host, beside } = this.#parts;
    const db = await beside.open();
    let startedAt = host.now();
    const removal = await db.transaction(() => {
      startedAt = host.now();
      const endsAt = startedAt + DELETING_MS;
      const budget: Budget = { rows: this.#rows, isSpent: () => budget.rows <= 0 || host.now() >= endsAt };
      return removeSome(db, { range, ids, budget });
    });
    this.#learn(host.now() - startedAt);
    return removal;
  }

  async whileUnused(
    ids: readonly string[],
    act: (unused: readonly string[]) => void,
    { ignoringCase }: { readonly ignoringCase: boolean },
  ): Promise<void> {
    const db = await this.#parts.beside.open();
    await db.transaction(() => act(unusedIds(db, ids, ignoringCase)));
  }

  async sweepUp(now: number, thorough: boolean): Promise<void> {
    await removeOldStarts(this.#parts, now);
    await removeUnusedLanes(this.#parts);
    if (thorough) await removeUnusedSources(this.#parts);
  }

  async purge(): Promise<boolean> {
    const { db, change } = this.#parts;
    await change(undefined, () => forgetGone(db));
    return purgeFile(this.#parts);
  }

  async takeTurn(now: number, nextAt: number): Promise<boolean> {
    const { db, read, change } = this.#parts;
    const isTime = (): boolean => {
      const at = getMetaInstant(db, "tidy_at");
      return at === null || at <= now || at - now > DAY_MS;
    };
    // Mostly it is not, and whoever only looks needs no lock.
    if (!(await read(isTime))) return false;
    return change(undefined, () => {
      if (!isTime()) return false;
      setMeta(db, "tidy_at", String(nextAt));
      return true;
    });
  }

  setTurn(at: number): Promise<void> {
    const { db, change } = this.#parts;
    return change(undefined, () => setMeta(db, "tidy_at", String(at)));
  }

  #learn(heldMs: number): void {
    if (heldMs > HELD_MS) this.#rows = Math.max(LEAST_ROWS, Math.floor(this.#rows / 2));
    else if (heldMs < DELETING_MS) this.#rows = Math.min(MOST_ROWS, Math.ceil(this.#rows * 1.5));
  }
}

interface Some {
  readonly range: RemovableRange | undefined;
  readonly ids: readonly string[];
  readonly budget: Budget;
}

/** What an earlier transaction has left comes first. */
function removeSome(db: Queries, { range, ids, budget }: Some): Removal {
  const gone = { ...NOTHING_GONE };
  const deleted: string[] = [];
  const parts = { budget, gone: (status: TerminalStatus) => void gone[status]++, deleted: (id: string) => void deleted.push(id) };
  let handled = 0;
  for (let rest = removedIds(db, REST_MAX); rest.length > 0; rest = removedIds(db, REST_MAX)) {
    for (const id of rest) if (budget.isSpent() || !removeRest(db, id, parts)) return { handled, gone, deleted, isUnfinished: true };
  }
  for (const id of ids) {
    if (range === undefined || budget.isSpent()) break;
    handled++;
    if (!removeEnded(db, { id, range }, parts)) break;
  }
  return { handled, gone, deleted, isUnfinished: removedIds(db, 1).length > 0 };
}
