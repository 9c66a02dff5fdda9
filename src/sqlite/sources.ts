/** The SQLite half of `SourceStore`. */
import type { Act } from "../engine/store/operations.ts";
import type { SourceStore, StoredSource, UnfinishedCursor, UnfinishedPage } from "../engine/store/sources.ts";
import { fail } from "../model/errors.ts";
import type { ExecutionRecord } from "../model/records.ts";
import { isTerminal } from "../model/status.ts";
import type { FamilyParts } from "./family.ts";
import type { Queries } from "./query.ts";
import { addDecision } from "./tables/decisions.ts";
import { saveExecution } from "./tables/executions.ts";
import { getMeta, setMeta } from "./tables/meta.ts";
import { findSource, hasSource, saveSource } from "./tables/sources.ts";
import { missingIds, pinnedSources, unfinishedPage } from "./tables/unfinished.ts";
import { soundExecution } from "./transition.ts";

/** Bounds the length of one transaction; the next look takes more. */
const RETRY_MAX = 1_000;

export class SqliteSources implements SourceStore {
  readonly #parts: FamilyParts;

  constructor(parts: FamilyParts) {
    this.#parts = parts;
  }

  save(source: StoredSource): Promise<void> {
    return this.#parts.change("", () => saveSource(this.#parts.db, source));
  }

  find(hash: string): Promise<StoredSource | undefined> {
    return this.#read((db) => findSource(db, hash));
  }

  pin(id: string, isPinned: boolean, act: Act): Promise<ExecutionRecord | undefined> {
    return this.#parts.change(id, () => pinExecution(this.#parts.db, id, { isPinned, act }));
  }

  pinned(): Promise<ReadonlySet<string>> {
    return this.#read(pinnedSources);
  }

  unfinished(query: { after?: UnfinishedCursor | undefined; workflow?: string | undefined; limit: number }): Promise<UnfinishedPage> {
    return this.#read((db) => unfinishedPage(db, query));
  }

  hasMissing(now: number): Promise<boolean> {
    return this.#read((db) => missingIds(db, now, 1).length > 0);
  }

  async noteMissing(files: string): Promise<void> {
    const isNew = (db: Queries): boolean =>
      getMeta(db, "missing_files") !== files && missingIds(db, Number.MIN_SAFE_INTEGER, 1).length === 0;
    if (!(await this.#read(isNew))) return;
    await this.#parts.change("", () => void (isNew(this.#parts.db) && setMeta(this.#parts.db, "missing_files", files)));
  }

  async retryMissing(files: string, now: number): Promise<number> {
    if ((await this.#read((db) => getMeta(db, "missing_files"))) === files) return 0;
    return this.#parts.change(undefined, () => {
      const ids = missingIds(this.#parts.db, now, RETRY_MAX);
      for (const id of ids) makeDue(this.#parts.db, id, now);
      if (ids.length < RETRY_MAX) setMeta(this.#parts.db, "missing_files", files);
      return ids.length;
    });
  }

  #read<T>(fn: (db: Queries) => T): Promise<T> {
    return this.#parts.read(() => fn(this.#parts.db));
  }
}

interface Pinning {
  readonly isPinned: boolean;
  readonly act: Act;
}

function pinExecution(db: Queries, id: string, { isPinned, act }: Pinning): ExecutionRecord | undefined {
  const stored = soundExecution(db, id);
  if (stored === undefined) return undefined;
  const { record } = stored;
  if (isTerminal(record.status)) throw fail("EXECUTION_OVER", { id, status: record.status, action: "resume" });
  const original = record.startSource ?? record.sourceHash;
  if (isPinned && (original === null || !hasSource(db, original))) throw fail("SOURCE_NOT_KEPT", { id });
  if (act.isDry || record.isPinned === isPinned) return record;
  const next = { ...stored, record: { ...record, isPinned } };
  saveExecution(db, next);
  const { at, by, reason } = act;
  addDecision(db, id, { at, by, action: "code", detail: isPinned ? "original" : "current", reason });
  return next.record;
}

/** A damaged one is left to those who claim. */
function makeDue(db: Queries, id: string, now: number): void {
  const stored = soundOrUndefined(db, id);
  if (stored !== undefined) saveExecution(db, { ...stored, record: { ...stored.record, wakeAt: now } });
}

const soundOrUndefined = (db: Queries, id: string): ReturnType<typeof soundExecution> => {
  try {
    return soundExecution(db, id);
  } catch (error) {
    if ((error as { code?: unknown }).code === "CORRUPT") return undefined;
    throw error;
  }
};
