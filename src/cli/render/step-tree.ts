/**
 * The steps of an execution as a tree by scope, in the order in which they began.
 *
 * A scope stands where its first step began. A call with a key, and an item of a map of which there is one step, is one row, not a scope
 * with one step in it.
 */
import type { StepView } from "../../model/views.ts";
import { isItem, isKeyOf, segmentLabel, segmentsOf } from "./scope.ts";
import { childSuffix, stepTitle } from "./step-title.ts";

/** A line of the tree: a scope's heading, or a step. */
export interface Row {
  readonly depth: number;
  /** Safe to show. */
  readonly label: string;
  readonly step: StepView | undefined;
}

interface Branch {
  readonly segment: string;
  readonly items: (Branch | StepView)[];
  readonly branches: Map<string, Branch>;
}

export const treeRows = (steps: readonly StepView[]): readonly Row[] => {
  const root = branchOf("");
  for (const step of inOrder(steps)) place(root, step);
  return rowsOf(root, 0, repeatedNames(steps));
};

const branchOf = (segment: string): Branch => ({ segment, items: [], branches: new Map() });

/** A time that cannot be read goes last, in the order of the record. */
const inOrder = (steps: readonly StepView[]): readonly StepView[] => {
  const startedAt = new Map(steps.map((step) => [step, Date.parse(step.startedAt)]));
  const at = (step: StepView): number => startedAt.get(step) || Number.MAX_SAFE_INTEGER;
  return steps.toSorted((one, other) => at(one) - at(other));
};

const place = (root: Branch, step: StepView): void => {
  let branch = root;
  for (const segment of segmentsOf(step.scope)) {
    let inner = branch.branches.get(segment);
    if (inner === undefined) {
      inner = branchOf(segment);
      branch.branches.set(segment, inner);
      branch.items.push(inner);
    }
    branch = inner;
  }
  branch.items.push(step);
};

/** Not by recursion: nobody bounds how deep scopes go. */
const rowsOf = (root: Branch, depth: number, repeated: ReadonlySet<string>): readonly Row[] => {
  const rows: Row[] = [];
  const open: { readonly item: Branch | StepView; readonly depth: number }[] = [];
  const push = (branch: Branch, at: number): void => void open.push(...branch.items.toReversed().map((item) => ({ item, depth: at })));
  push(root, depth);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { item, depth: at } = next;
    const only = "items" in item ? onlyStep(item) : undefined;
    if (!("items" in item)) rows.push({ depth: at, label: labelOf(item, repeated), step: item });
    else if (only !== undefined) rows.push({ depth: at, label: itemLabel(item.segment, only), step: only });
    else {
      rows.push({ depth: at, label: segmentLabel(item.segment), step: undefined });
      push(item, at + 1);
    }
  }
  return rows;
};

/** The step of a call with a key, or the only one of an item. */
const onlyStep = ({ segment, items }: Branch): StepView | undefined => {
  const [item] = items;
  return items.length === 1 && item !== undefined && !("items" in item) && item.n === 1 && isItem(segment) ? item : undefined;
};

const labelOf = (step: StepView, repeated: ReadonlySet<string>): string =>
  `${stepTitle(step)}${repeated.has(nameKey(step)) ? ` #${step.n}` : ""}${childSuffix(step)}`;

/** `row (17)`; `rows (17)/insert`. */
const itemLabel = (segment: string, step: StepView): string =>
  `${segmentLabel(segment)}${isKeyOf(segment, step.name) && step.kind !== "compensation" ? "" : `/${stepTitle(step)}`}${childSuffix(step)}`;

const repeatedNames = (steps: readonly StepView[]): ReadonlySet<string> => new Set(steps.filter(({ n }) => n > 1).map(nameKey));

const nameKey = ({ scope, kind, name }: StepView): string => JSON.stringify([scope, kind, name]);
