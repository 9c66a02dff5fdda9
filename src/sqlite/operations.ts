/** The SQLite half of `OperationStore`: each verb is one transaction, and has a file of its own in `operations/`. */
import type { Act, Decided, NewAgain, NewDecision, NewFork, OpenApproval, OperationStore } from "../engine/store/operations.ts";
import type { CancelRequest } from "../engine/store.ts";
import { encodeError } from "../model/codec/error.ts";
import type { DecisionRecord, ExecutionRecord, RequestRecord } from "../model/records.ts";
import type { FamilyParts } from "./family.ts";
import type { Fences } from "./fences.ts";
import { cancel } from "./operations/cancel.ts";
import { decide, inbox } from "./operations/decide.ts";
import { fork, rerun } from "./operations/fork.ts";
import { pause, resume } from "./operations/pause.ts";
import { type Deed, found } from "./operations/refuse.ts";
import { resolve, type Settling } from "./operations/resolve.ts";
import { retry } from "./operations/retry.ts";
import { wake } from "./operations/wake.ts";
import type { Queries } from "./query.ts";
import { recoveryHost } from "./recover.ts";
import { listDecisions } from "./tables/decisions.ts";
import { dropRequest, requestsOfOwner } from "./tables/requests.ts";

export class SqliteOperations implements OperationStore {
  readonly #parts: FamilyParts;

  constructor(parts: FamilyParts) {
    this.#parts = parts;
  }

  pause(id: string, act: Act): Promise<ExecutionRecord> {
    return this.#act(id, act, (deed) => pause(deed, id));
  }

  resume(id: string, act: Act): Promise<ExecutionRecord> {
    return this.#act(id, act, (deed) => resume(deed, id, "resume"));
  }

  restart(id: string, act: Act): Promise<ExecutionRecord> {
    return this.#act(id, act, (deed) => resume(deed, id, "restart"));
  }

  wake(id: string, act: Act & { readonly step: string | null }): Promise<ExecutionRecord> {
    return this.#act(id, act, (deed) => wake(deed, id, act.step));
  }

  retry(id: string, act: Act): Promise<ExecutionRecord> {
    return this.#act(id, act, (deed) => retry(deed, id));
  }

  cancel(id: string, request: CancelRequest, act: Act): Promise<ExecutionRecord> {
    const { host, tellOwners } = this.#parts;
    const cancelHost = recoveryHost(host, { encodeError, unmarkable: new Set(), tellOwners });
    return this.#act(id, act, (deed) => cancel({ ...deed, host: cancelHost }, id, request));
  }

  resolve(id: string, settling: Settling, act: Act): Promise<ExecutionRecord> {
    return this.#act(id, act, (deed) => resolve(deed, id, settling));
  }

  fork(id: string, forking: NewFork, act: Act): Promise<ExecutionRecord> {
    return this.#act(id, act, (deed, fences) => fork({ ...deed, fences }, id, forking));
  }

  rerun(id: string, again: NewAgain, act: Act): Promise<ExecutionRecord> {
    return this.#act(id, act, (deed, fences) => rerun({ ...deed, fences }, id, again));
  }

  inbox(filter: { readonly workflow?: string; readonly limit: number }): Promise<readonly OpenApproval[]> {
    return this.#parts.read(() => inbox(this.#parts.db, filter));
  }

  decide(id: string, decision: NewDecision, act: Act): Promise<Decided> {
    return this.#change(id, act, (deed) => decide(deed, id, decision));
  }

  decisions(id: string): Promise<readonly DecisionRecord[]> {
    return this.#parts.read(() => listDecisions(this.#parts.db, id));
  }

  requests(workerId: string): Promise<readonly RequestRecord[]> {
    return this.#parts.read(() => requestsOfOwner(this.#parts.db, workerId));
  }

  answered(requests: readonly RequestRecord[]): Promise<void> {
    return this.#parts.change(undefined, () => {
      for (const { seq } of requests) dropRequest(this.#parts.db, seq);
    });
  }

  /** When dry, with the execution as it is. */
  async #act(id: string, act: Act, run: (deed: Deed, fences: Fences) => ExecutionRecord): Promise<ExecutionRecord> {
    let before: ExecutionRecord | undefined;
    const after = await this.#change(id, act, (deed, fences) => {
      before = found(deed.db, id).record;
      return run(deed, fences);
    });
    return act.isDry && before !== undefined ? before : after;
  }

  /** When dry, all of it is done, and undone: what would refuse it refuses it. Children and new executions may be among what it changes. */
  async #change<T>(id: string, act: Act, run: (deed: Deed, fences: Fences) => T): Promise<T> {
    const { db, host } = this.#parts;
    const apply = (fences: Fences): T => {
      const done = run({ db, host, act }, fences);
      if (act.isDry) throw new Undone(done);
      return done;
    };
    try {
      return await this.#parts.change(undefined, apply, () => isWrittenDown(db, id, act) || undefined);
    } catch (error) {
      if (error instanceof Undone) return error.outcome as T;
      throw error;
    }
  }
}

/** After a COMMIT that nobody can know the outcome of. */
const isWrittenDown = (db: Queries, id: string, { at, by }: Act): boolean =>
  listDecisions(db, id).some((decision) => decision.at === at && decision.by === by);

/** Takes back what a dry run has done: a write that throws is undone alone. */
class Undone extends Error {
  readonly outcome: unknown;

  constructor(outcome: unknown) {
    super("a dry run");
    this.outcome = outcome;
  }
}
