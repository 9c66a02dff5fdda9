/**
 * How a person names a step of an execution.
 *
 *     charge            of that name, wherever it stands
 *     charge#2          the second of that name in its scope
 *     pay/charge        in that scope; /charge is outside of all
 *     event:charge      of that kind
 *
 * The last three go together: `step:pay/charge#2`.
 */
import type { StepIdentity } from "./records.ts";

/** The fullest name of it, which is never another's. */
const fullName = ({ scope, kind, name, n }: StepIdentity): string => `${kind}:${scope}/${name}#${n}`;

export const refersTo = (reference: string, { scope, kind, name, n }: StepIdentity): boolean => {
  const plain = [name, `${name}#${n}`, `${scope}/${name}`, `${scope}/${name}#${n}`];
  return plain.includes(reference) || (reference.startsWith(`${kind}:`) && plain.includes(reference.slice(kind.length + 1)));
};

/** The shortest name by which each of them, and none of the others, is meant. */
export const namesOf = <Step extends StepIdentity>(steps: readonly Step[], among: readonly StepIdentity[] = steps): readonly string[] =>
  steps.map((step) => formsOf(step).find((form) => among.filter((other) => refersTo(form, other)).length === 1) ?? fullName(step));

const formsOf = ({ scope, kind, name, n }: StepIdentity): readonly string[] => {
  const place = `${scope}/${name}`;
  return [name, `${name}#${n}`, place, `${place}#${n}`, `${kind}:${place}`, `${kind}:${place}#${n}`];
};

/** For comparing, and for keeping in one column. */
export const identityText = ({ scope, kind, name, n }: StepIdentity): string => JSON.stringify([scope, kind, name, n]);
