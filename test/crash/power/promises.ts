/**
 * What has been acknowledged up to a moment, held against what a database still knows.
 *
 * A step that was acknowledged and is gone runs again, and its effect happens twice.
 */
import type { Seen } from "./contents.ts";
import type { TraceEvent } from "./trace.ts";

export class Promises {
  readonly #executions = new Map<string, Seen>();

  take({ execution, of }: Extract<TraceEvent, { what: "acknowledged" }>): void {
    const before = this.#executions.get(execution) ?? { steps: 0, isOver: false };
    const steps = /^\d+$/.test(of) ? Math.max(before.steps, Number(of) + 1) : before.steps;
    this.#executions.set(execution, { steps, isOver: before.isOver || of === "end" });
  }

  get isEmpty(): boolean {
    return this.#executions.size === 0;
  }

  /** Each thing acknowledged that is not there. */
  missingIn(executions: ReadonlyMap<string, Seen>): readonly string[] {
    const missing: string[] = [];
    for (const [id, promised] of this.#executions) {
      const seen = executions.get(id);
      if (seen === undefined) missing.push(`${id} start`);
      for (let step = seen?.steps ?? 0; step < promised.steps; step++) missing.push(`${id} ${step}`);
      if (promised.isOver && seen?.isOver !== true) missing.push(`${id} end`);
    }
    return missing;
  }
}
