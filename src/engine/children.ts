/**
 * Children: what a call makes of them, and who carries them.
 *
 * A child is an execution like any other. Its id is made from the place of the call, so a replay means the same child; its row and the
 * record of the call are one write. The process that has the parent takes the child at once, and keeps the parent in memory while it
 * moves; after that the end of the child makes its parent due.
 */
import type { ChildOptions } from "../model/context.ts";
import type { WorkflowDefinition } from "../model/definition.ts";
import { newExecutionId } from "../model/id.ts";
import type { ExecutionRecord, StepIdentity } from "../model/records.ts";
import type { Startable } from "../model/startable.ts";
import { keyOf } from "../replay/identity.ts";
import { type NewExecution, newExecution, type StartFacts } from "./start.ts";
import type { Claimed } from "./store.ts";

/** What a call for a child needs of the process and of the execution that makes it. */
export interface ChildCare {
  /** @throws WORKFLOW_NOT_FOUND, ValidationError; nothing has been written then */
  plan(call: StepIdentity, child: ChildPlan): Promise<NewExecution>;
  /** `unreadable`: its row is damaged, and it stays blocked until somebody has repaired it. */
  find(id: string): Promise<ExecutionRecord | "unreadable" | undefined>;
  /** Whether one that is about to be made is taken at once; `adopt` or `fetch` has to follow. */
  mayTake(id: string): boolean;
  /** Carries it here, beside its parent. */
  adopt(claimed: Claimed): void;
  /** Takes one that is due, or soon is, and that nobody has: now, or as soon as there is a place for it. */
  fetch(id: string): Promise<void>;
  /** It moves in this process. */
  isHere(id: string): boolean;
}

export interface ChildPlan {
  readonly workflow: Startable | string;
  readonly input: unknown;
  readonly options: ChildOptions;
}

export interface ChildFacts {
  definitionOf(workflow: WorkflowDefinition | string): Promise<WorkflowDefinition>;
  startFacts(): StartFacts;
}

export const planChild = async (
  facts: ChildFacts,
  parent: ExecutionRecord,
  call: StepIdentity,
  { workflow, input, options }: ChildPlan,
): Promise<NewExecution> => {
  const definition = await facts.definitionOf(workflow as WorkflowDefinition | string);
  const { id = childId(parent, definition.name, call), tags, delay, priority, detached = false } = options;
  const start = {
    id,
    ...(tags === undefined ? {} : { tags }),
    ...(delay === undefined ? {} : { delay }),
    ...(priority === undefined ? {} : { priority }),
  };
  const planned = await newExecution(definition, input, start, facts.startFacts());
  return { ...planned, execution: { ...planned.execution, parentId: parent.id, isDetached: detached } };
};

/** The same for every pass; another one for every place, after starting over, and for another parent that is given the same id later. */
const childId = ({ id, createdAt, generation }: ExecutionRecord, workflow: string, call: StepIdentity): string => {
  const bytes = new Bun.CryptoHasher("sha256").update(`${id}@${createdAt}\0${generation}\0${keyOf(call)}`).digest();
  let at = 0;
  return newExecutionId(workflow, () => (bytes[at++ % bytes.length] ?? 0) / 256);
};
