/** Children of one execution, in the hands of the process that carries it. */
import type { ExecutionRecord, StepIdentity } from "../model/records.ts";
import type { ChildCare, ChildPlan } from "./children.ts";
import type { NewExecution } from "./start.ts";
import type { CarrySettings } from "./carry-settings.ts";
import type { Claimed } from "./store.ts";

/** What a process can do for the children of all executions that it carries. */
export interface Nursery {
  plan(parent: ExecutionRecord, call: StepIdentity, child: ChildPlan): Promise<NewExecution>;
  find(id: string): Promise<ExecutionRecord | "unreadable" | undefined>;
  mayTake(id: string): boolean;
  adopt(claimed: Claimed, by: Upbringing): void;
  fetch(id: string, by: Upbringing): Promise<void>;
  isHere(id: string): boolean;
}

export interface Upbringing {
  /** Whoever asks for it, and may wait for it. */
  readonly parent: string;
  /** As that is carried. */
  readonly settings: CarrySettings;
}

/** @param settings of the parent: its children are carried as it is */
export const childCare = (nursery: Nursery, parent: ExecutionRecord, settings: CarrySettings): ChildCare => ({
  plan: (call, child) => nursery.plan(parent, call, child),
  find: (id) => nursery.find(id),
  mayTake: (id) => nursery.mayTake(id),
  adopt: (claimed) => nursery.adopt(claimed, { parent: parent.id, settings }),
  fetch: (id) => nursery.fetch(id, { parent: parent.id, settings }),
  isHere: (id) => nursery.isHere(id),
});
