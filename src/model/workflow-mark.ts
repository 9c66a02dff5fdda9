/** How a definition is known, also one made by another copy of this package. Apart from `definition.ts`, which loads zod. */
export const WORKFLOW_MARK = "~wflite.workflow.1";

/** Anything that `Workflow.define` has made. */
export interface Marked {
  readonly [WORKFLOW_MARK]: true;
}

export const isMarked = (value: unknown): value is Marked =>
  typeof value === "object" && value !== null && (value as Partial<Marked>)[WORKFLOW_MARK] === true;
