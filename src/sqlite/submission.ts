/** An owner's write on its way through the committer. A class, and not an object of closures: there is one for every step. */
import type { OwnerWrite, Settle } from "../engine/store.ts";
import type { Outcome, Write } from "./batch.ts";
import type { DatabaseConnection } from "./connection.ts";
import type { Fences } from "./fences.ts";
import type { RecoveryHost } from "./recover.ts";
import { explained } from "./unusable.ts";
import { applyOwnerWrite, isOwnerWriteStored } from "./owner-write.ts";

export interface SubmissionParts {
  readonly db: DatabaseConnection;
  /** Another one once the codec is loaded, which few commands need. */
  host: RecoveryHost;
  readonly damaged: (error: Error, executionId: string) => void;
}

export class OwnerSubmission implements Write<void> {
  readonly #parts: SubmissionParts;
  readonly #write: OwnerWrite;
  readonly #settle: Settle;

  constructor(parts: SubmissionParts, write: OwnerWrite, settle: Settle) {
    this.#parts = parts;
    this.#write = write;
    this.#settle = settle;
  }

  run(fences: Fences): void {
    applyOwnerWrite(this.#parts, this.#write, fences);
  }

  isStored(): boolean | undefined {
    return isOwnerWriteStored(this.#parts.db, this.#write);
  }

  settle(outcome: Outcome<void>): void {
    if (outcome.ok) return this.#settle(undefined);
    this.#parts.damaged(outcome.error, this.#write.lease.executionId);
    this.#settle(explained(outcome.error, this.#parts.db.path) as Error);
  }
}
