/**
 * Which step a call is: (scope path, kind, name, n).
 *
 * The parts are separate columns in the store. The key in memory joins them with NUL, which no name may contain, and the segments of a
 * scope path are escaped, so no text of a user can equal a generated one.
 */
import type { StepIdentity } from "../model/records.ts";
import type { StepKind } from "../model/status.ts";

export const keyOf = (step: StepIdentity): string => prefixOf(step.scope, step.kind, step.name) + step.n;

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

const join = (outer: string, segment: string): string => (outer === "" ? segment : `${outer}/${segment}`);

/** The key without its number. */
export const prefixOf = (scope: string, kind: StepKind | "scope", name: string): string => `${scope}\0${kind}\0${name}\0`;

/** Numbers the repeats of a name in a scope, in the order of the calls. */
export class RepeatCounter {
  readonly #seen = new Map<string, number>();

  next(prefix: string): number {
    const n = (this.#seen.get(prefix) ?? 0) + 1;
    this.#seen.set(prefix, n);
    return n;
  }
}
