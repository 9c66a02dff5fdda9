/** Places of steps: a scope without the keys of its items, and whether two steps are in items of one map. */
import type { StepView } from "../../model/views.ts";
import { isItem, isKeyOf, segmentsOf } from "../render/scope.ts";

/** `import=row-17/parse` is `import/parse`. */
export const placeOf = (scope: string): string => segmentsOf(scope).map(nameOf).join("/");

const nameOf = (segment: string): string => segment.split("=", 1)[0] ?? "";

type Placed = Pick<StepView, "scope" | "name">;

/** Their paths part at an item of the same map. A step that has a key is in a scope of its own, and no item. */
export const areOfOneMap = (one: Placed, other: Placed): boolean => {
  const [a, b] = [segmentsOf(one.scope), segmentsOf(other.scope)];
  const at = a.findIndex((segment, index) => segment !== b[index]);
  const [mine, theirs] = [a[at], b[at]];
  if (mine === undefined || theirs === undefined || !isItem(mine) || !isItem(theirs)) return false;
  return nameOf(mine) === nameOf(theirs) && !(isKeyOf(mine, one.name) && isKeyOf(theirs, other.name));
};
