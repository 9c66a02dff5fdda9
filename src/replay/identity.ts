/**
 * Which step a call is: (scope path, kind, name, n).
 *
 * The parts are separate columns in the store. The key in memory joins them with NUL, which no name may contain, and the segments of a
 * scope path are escaped, so no text of a user can equal a generated one.
 */
import type { StepIdentity } from "../model/records.ts";
import type { StepKind } from "../model/status.ts";

export const keyOf = ({ scope, kind, name, n }: StepIdentity): string => `${scope}\0${kind}\0${name}\0${n}`;

/** `step "charge" (2nd)`, for people. */
export const describeStep = (step: StepIdentity): string => {
  const repeat = step.n > 1 ? ` (number ${step.n} of that name)` : "";
  return `${step.kind} "${step.name}"${repeat}${step.scope === "" ? "" : ` in scope "${step.scope}"`}`;
};

const escapeSegment = (text: string): string => text.replace(/[%/#=]/g, (char) => `%${char.charCodeAt(0).toString(16).padStart(2, "0")}`);

/** The path of the n-th scope of that name: `pay`, `pay#2`, `pay/refund`. */
export const innerScope = (outer: string, name: string, n: number): string =>
  join(outer, n === 1 ? escapeSegment(name) : `${escapeSegment(name)}#${n}`);

/** The path of a call that its caller has given a key: `import=row-17`. */
export const keyedScope = (outer: string, name: string, key: string): string => join(outer, `${escapeSegment(name)}=${escapeSegment(key)}`);

/** The path of one item of a map, whose own path is given: `import=row-17`, `import#2=row-17`. */
export const itemScope = (map: string, key: string): string => `${map}=${escapeSegment(key)}`;

/** Whether a scope is `outer` or lies in it. */
export const isWithin = (scope: string, outer: string): boolean => scope === outer || scope.startsWith(`${outer}/`);

const join = (outer: string, segment: string): string => (outer === "" ? segment : `${outer}/${segment}`);

/** Numbers the repeats of a name in a scope, in the order of the calls. Three levels of maps: joining the parts costs more than they do. */
export class RepeatCounter {
  readonly #scopes = new Map<string, Map<StepKind | "scope", Map<string, number>>>();

  next(scope: string, kind: StepKind | "scope", name: string): number {
    const names = this.#names(scope, kind);
    const n = (names.get(name) ?? 0) + 1;
    names.set(name, n);
    return n;
  }

  #names(scope: string, kind: StepKind | "scope"): Map<string, number> {
    let kinds = this.#scopes.get(scope);
    if (kinds === undefined) this.#scopes.set(scope, (kinds = new Map()));
    let names = kinds.get(kind);
    if (names === undefined) kinds.set(kind, (names = new Map()));
    return names;
  }
}
