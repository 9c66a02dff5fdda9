/** What tells outside systems that two calls are the same: the execution, and the place of the step in it. */
import type { StepIdentity } from "../model/records.ts";

/** An execution that has started over does its steps anew, so they are others. */
export const idempotencyKeyOf = (
  { id, generation }: { readonly id: string; readonly generation: number },
  { scope, kind, name, n }: StepIdentity,
): string =>
  [id, ...(generation === 0 ? [] : [`generation ${generation}`]), ...(scope === "" ? [] : [scope]), kind, name, n]
    .map((part) => encodeURIComponent(part))
    .join("/");
