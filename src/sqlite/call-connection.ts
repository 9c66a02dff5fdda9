/**
 * A connection for one call of a script: a file that is there, of our schema, and a few short transactions. What is not so plain is left to
 * `DatabaseConnection`, which also tells of errors; this one and what it imports stay few, since a script has many calls.
 *
 * What callers may rely on:
 *   1. A write is BEGIN IMMEDIATE, and waits for other processes as `whileBusy` does.
 *   2. Before each transaction the path still leads to the file that was opened, and the schema is ours: a command may have run for hours.
 *   3. After a COMMIT whose outcome is unknown, what is in the file decides.
 */
import { Fences } from "./fences.ts";
import { Handle, UncertainCommit } from "./handle.ts";
import { hasSchema, openFile } from "./open-file.ts";
import type { Queries, Query } from "./query.ts";
import { SCHEMA } from "./schema.ts";
import { isBusy } from "./sqlite-errors.ts";

const MAX_JITTER_MS = 5;
const BUSY_LIMIT_MS = 60_000;

export interface CallHost {
  now(): number;
  chance(): number;
  pause(ms: number): Promise<void>;
}

/** Undefined where it takes more than this to open it, or to say why it cannot be opened. */
export function openForCall(file: string, host: CallHost): CallConnection | undefined {
  const handle = open(file);
  return handle === undefined ? undefined : new CallConnection(file, handle, host);
}

function open(file: string): Handle | undefined {
  try {
    const opening = openFile(file, { create: false, durability: "full", newest: SCHEMA.version, busyTimeoutMs: 0 });
    if ("problem" in opening) return undefined;
    const { database, schemaVersion } = opening.opened;
    if (schemaVersion === SCHEMA.version && hasSchema(database, SCHEMA)) return new Handle(opening.opened);
    database.close();
  } catch {
    // Locked for a moment, or worse: the other way waits, or says what it is.
  }
  return undefined;
}

export class CallConnection implements Queries {
  readonly #file: string;
  readonly #host: CallHost;
  #handle: Handle;

  constructor(file: string, handle: Handle, host: CallHost) {
    this.#file = file;
    this.#handle = handle;
    this.#host = host;
  }

  query<Row>(sql: string): Query<Row> {
    return this.#handle.query<Row>(sql);
  }

  read<T>(fn: () => T): Promise<T> {
    return this.#try("BEGIN", fn);
  }

  /** @param isStored see `FamilyParts` */
  async change<T>(_: string | undefined, run: (fences: Fences) => T, isStored?: (value: T) => boolean | undefined): Promise<T> {
    let value: { readonly of: T } | undefined;
    try {
      return await this.#try("BEGIN IMMEDIATE", () => (value = { of: run(new Fences()) }).of);
    } catch (error) {
      if (!(error instanceof UncertainCommit)) throw error;
      const written = value;
      await this.#reopen();
      if (written !== undefined && (await this.read(() => isStored?.(written.of))) === true) return written.of;
      throw error.cause;
    }
  }

  /** As `change`; a power failure may take it back. */
  async changeLightly<T>(id: string | undefined, run: (fences: Fences) => T, isStored?: (value: T) => boolean | undefined): Promise<T> {
    const handle = this.#handle;
    handle.exec("PRAGMA synchronous = NORMAL");
    try {
      return await this.change(id, run, isStored);
    } finally {
      // One that took its place meanwhile syncs as it is, and where none could, the error says why.
      if (!handle.isClosed) handle.exec("PRAGMA synchronous = FULL");
    }
  }

  dataVersion(): number {
    return this.#handle.dataVersion();
  }

  async #try<T>(begin: "BEGIN" | "BEGIN IMMEDIATE", fn: () => T): Promise<T> {
    const from = this.#host.now();
    for (;;) {
      if (this.#handle.isReplaced()) throw await this.#unusable("it was removed or replaced while in use");
      if (this.#handle.isWalReplaced(this.#host.now())) await this.#reopen();
      try {
        return this.#handle.transaction(begin, () => {
          if (this.#handle.schemaVersion() !== SCHEMA.version) throw NEWER;
          return fn();
        });
      } catch (error) {
        if (error === NEWER) throw await this.#unusable("a newer wf has migrated it meanwhile");
        if (!isBusy(error)) throw await this.#translated(error);
        const waitedMs = this.#host.now() - from;
        if (waitedMs > BUSY_LIMIT_MS) throw (await import("../model/errors.ts")).fail("BUSY", { file: this.#file, waitedMs }, error);
      }
      await this.#host.pause(this.#host.chance() * MAX_JITTER_MS);
    }
  }

  async #reopen(): Promise<void> {
    this.#handle.close();
    const handle = open(this.#file);
    if (handle === undefined) throw await this.#unusable("it cannot be opened again");
    this.#handle = handle;
  }

  async #translated(error: unknown): Promise<unknown> {
    return error instanceof UncertainCommit ? error : (await import("./unusable.ts")).explained(error, this.#file);
  }

  async #unusable(problem: string): Promise<Error> {
    const next = "Put the file back, or start again; what was not stored yet is done again.";
    return (await import("./unusable.ts")).unusable(this.#file, { problem, next });
  }
}

const NEWER = Symbol("a newer schema");
