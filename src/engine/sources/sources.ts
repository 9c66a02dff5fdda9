/** The engine half of `SourceClient`. */
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

  pin(id: string): Promise<ExecutionView> {
    return this.#pin(id, true);
  }

  unpin(id: string): Promise<ExecutionView> {
    return this.#pin(id, false);
  }

  async #pin(id: string, isPinned: boolean): Promise<ExecutionView> {
    const pinned = await this.#parts.store.sources.pin(id, isPinned);
    if (pinned === undefined) throw fail("EXECUTION_NOT_FOUND", { id });
    return executionView(pinned);
  }
}
