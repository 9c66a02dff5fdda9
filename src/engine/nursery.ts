/**
 * Children of the executions of this process: made, taken and carried beside their parents.
 *
 * A child is taken when it is created. One that finds no place, in this process or under its limits, is tried for again whenever an
 * execution leaves this process: what it waits for is often held by its own sisters.
 */
import type { ExecutionRecord, StepIdentity } from "../model/records.ts";
import type { Carries } from "./carries.ts";
import type { Nursery } from "./child-care.ts";
import { type ChildFacts, type ChildPlan, planChild } from "./children.ts";
import type { Clock } from "./host.ts";
import type { CarrySettings } from "./carry-settings.ts";
import type { NewExecution } from "./start.ts";
import type { Claimed, Store } from "./store.ts";
import { codeOf } from "./values.ts";
import type { Worker } from "./worker.ts";

/** A workflow may ask for any number of children at once; more than this are not in memory at the same time. */
const MAX_LIVE = 1_000;
/** How many that find no place are tried for, each time that one may have become free. */
const TRIES = 3;

export interface NurseryParts extends ChildFacts {
  readonly store: Store;
  readonly clock: Clock;
  readonly carries: () => Carries;
  readonly worker: () => Worker;
}

interface Waiting {
  readonly id: string;
  readonly settings: CarrySettings;
}

export class ProcessNursery implements Nursery {
  readonly #parts: NurseryParts;
  #waiting: Waiting[] = [];

  constructor(parts: NurseryParts) {
    this.#parts = parts;
  }

  plan(parent: ExecutionRecord, call: StepIdentity, child: ChildPlan): Promise<NewExecution> {
    return planChild(this.#parts, parent, call, child);
  }

  async find(id: string): Promise<ExecutionRecord | "unreadable" | undefined> {
    try {
      return await this.#parts.store.execution(id);
    } catch (error) {
      if (codeOf(error) === "CORRUPT") return "unreadable";
      throw error;
    }
  }

  isHere(id: string): boolean {
    return this.#parts.carries().left(id) !== undefined;
  }

  adopt(claimed: Claimed, settings: CarrySettings): void {
    const left = this.#parts.carries().run(claimed, settings);
    settings.onAdopted?.(claimed, left);
  }

  async fetch(id: string, settings: CarrySettings): Promise<void> {
    if (!(await this.#tryFor({ id, settings }))) this.#waiting.push({ id, settings });
  }

  /** An execution has left this process. */
  async someoneLeft(): Promise<void> {
    for (let tries = 0; tries < TRIES && this.#waiting.length > 0;) {
      const [next] = this.#waiting.splice(0, 1);
      if (next === undefined || (await this.#tryFor(next))) continue;
      this.#waiting.push(next);
      tries++;
    }
  }

  /** @returns false when it may still come to be taken here */
  async #tryFor({ id, settings }: Waiting): Promise<boolean> {
    const { store, carries, worker, clock } = this.#parts;
    if (settings.signal?.aborted === true || this.isHere(id)) return true;
    if (carries().size >= MAX_LIVE) return false;
    const child = await this.find(id);
    if (child === undefined || child === "unreadable" || !isFetchable(child, settings.holdMs, clock.now())) {
      return typeof child !== "object" || child.reason !== "concurrency";
    }
    await worker().register();
    const claimed = await store.claimOne(id, { worker: worker().record, now: clock.now() });
    if (claimed !== undefined) this.adopt(claimed, settings);
    return claimed !== undefined;
  }
}

/** Due, or so soon that it is worth keeping in memory. */
const isFetchable = ({ status, reason, wakeAt }: ExecutionRecord, holdMs: number, now: number): boolean => {
  if (status === "running") return true; // the claim knows whether its owner is alive
  if (status !== "pending" && status !== "sleeping" && status !== "waiting") return false;
  return reason !== "concurrency" && wakeAt !== null && wakeAt - now <= holdMs;
};
