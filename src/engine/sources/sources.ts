/** The engine half of `SourceClient`. */
import type { ActOptions } from "../../model/clients/operations.ts";
import type { CheckOptions, CheckReport, SourceClient } from "../../model/clients/sources.ts";
import { fail } from "../../model/errors.ts";
import type { ExecutionView } from "../../model/views.ts";
import type { EngineParts } from "../family.ts";
import { executionView } from "../reading.ts";
import { checkAll } from "./check-all.ts";

export class EngineSources implements SourceClient {
  readonly #parts: EngineParts;

  constructor(parts: EngineParts) {
    this.#parts = parts;
  }

  check(options: CheckOptions = {}): Promise<CheckReport> {
    return checkAll(this.#parts, options);
  }

  pin(id: string, options: ActOptions = {}): Promise<ExecutionView> {
    return this.#pin(id, true, options);
  }

  unpin(id: string, options: ActOptions = {}): Promise<ExecutionView> {
    return this.#pin(id, false, options);
  }

  async #pin(id: string, isPinned: boolean, { reason, isDry = false }: ActOptions): Promise<ExecutionView> {
    const { host, store } = this.#parts;
    const act = { at: host.clock.now(), by: host.actor(), reason: reason ?? null, isDry };
    const pinned = await store.sources.pin(id, isPinned, act);
    if (pinned === undefined) throw fail("EXECUTION_NOT_FOUND", { id });
    if (!isPinned) this.#parts.definitions.sources.release();
    return executionView(pinned);
  }
}
