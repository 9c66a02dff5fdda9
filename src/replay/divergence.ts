/**
 * The comparison that people read when the code no longer asks for what is recorded: a sentence, the places around the first difference,
 * and what is like it.
 *
 *     number 3 was step "ship", and the code asks for step "send"
 *       1 step "charge"          ok
 *       2 sleep "over night"     ok
 *       3 recorded: step "ship"  code asks: step "send"
 *       4 recorded: step "mail"
 *
 * Lines that show places begin with blanks, the others are sentences. A line is at most 76 columns wide where names are short enough.
 */
import type { StepIdentity } from "../model/records.ts";
import { describeStep, keyOf } from "./identity.ts";

export interface DivergenceFacts {
  /** What the code does not ask for: the next recorded completion, or a wait that has begun. */
  readonly expected: StepIdentity & { readonly order: number | null };
  /** All recorded completions, in their order. */
  readonly recorded: readonly StepIdentity[];
  /** How many of them were delivered before. */
  readonly delivered: number;
  /** What the code waits for, in the order in which it has asked. */
  readonly asked: readonly StepIdentity[];
  readonly returned: boolean;
}

/** Enough to find the place in the code. */
const PLACES_BEFORE = 3;
const PLACES_AFTER = 2;
const ASKED_NAMED = 3;

/** Beside an indentation of four, on a terminal of 80. */
const COLUMNS = 76;

export const compareDivergence = (facts: DivergenceFacts): string => {
  const known = new Set(facts.recorded.map(keyOf));
  const added = facts.asked.filter((step) => !known.has(keyOf(step)));
  return [headline(facts, added), ...places(facts, added), ...remarks(facts, added)].join("\n");
};

const headline = (facts: DivergenceFacts, added: readonly StepIdentity[]): string => {
  const { expected, delivered } = facts;
  const was = expected.order === null ? `it is in ${describeStep(expected)}` : `number ${delivered + 1} was ${describeStep(expected)}`;
  return `${was}, and the code ${instead(facts, added)}`;
};

const instead = ({ asked, returned }: DivergenceFacts, added: readonly StepIdentity[]): string => {
  if (added.length > 0) return `asks for ${named(added)}`;
  if (returned) return "ends without it";
  return asked.length > 0 ? `goes on to ${named(asked)}` : "waits for something that is no step";
};

const named = (steps: readonly StepIdentity[]): string => {
  const more = steps.length - ASKED_NAMED;
  return `${steps.slice(0, ASKED_NAMED).map(describeStep).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
};

/** A wait in progress comes after all that is completed. */
const places = (facts: DivergenceFacts, added: readonly StepIdentity[]): readonly string[] => {
  const { expected, recorded, delivered } = facts;
  const before = recorded.slice(Math.max(0, delivered - PLACES_BEFORE), delivered);
  const after = expected.order === null ? [] : recorded.slice(delivered + 1, delivered + 1 + PLACES_AFTER);
  const firstNumber = delivered - before.length + 1;
  const width = String(delivered + 1 + after.length).length;
  const shown = before.map((step, at) => ({ number: firstNumber + at, left: describeStep(step), right: "ok" }));
  const others = after.map((step, at) => ({
    number: delivered + 2 + at,
    left: `recorded: ${describeStep(step)}`,
    right: isAmong(step, facts.asked) ? "asked for" : "",
  }));
  const place = { number: delivered + 1, left: `recorded: ${describeStep(expected)}`, right: found(facts, added) };
  const all = [...shown, place, ...others];
  const longest = Math.max(...all.filter(({ right }) => right !== "").map(({ left }) => left.length));
  return all.map((row) => line({ ...row, width, longest }));
};

const found = ({ returned }: DivergenceFacts, added: readonly StepIdentity[]): string => {
  const [first] = added;
  if (first !== undefined) return `code asks: ${describeStep(first)}`;
  return returned ? "code: ends" : "code: does not ask for it";
};

interface Row {
  readonly number: number;
  readonly left: string;
  readonly right: string;
  /** Of the numbers, and of what stands left. */
  readonly width: number;
  readonly longest: number;
}

/** Names that leave no room put the right side below. */
const line = ({ number, left, right, width, longest }: Row): string => {
  const head = `  ${String(number).padStart(width)} `;
  if (right === "") return head + left;
  const oneLine = `${head}${left.padEnd(longest)}  ${right}`;
  if (oneLine.length <= COLUMNS) return oneLine;
  return right === "ok" ? `${head}${left}  ok` : `${head}${left}\n${" ".repeat(head.length)}${right}`;
};

const isAmong = (step: StepIdentity, steps: readonly StepIdentity[]): boolean => {
  const key = keyOf(step);
  return steps.some((other) => keyOf(other) === key);
};

/** What is like it, and so what may have become of it. */
const remarks = ({ expected, recorded, delivered, asked }: DivergenceFacts, added: readonly StepIdentity[]): readonly string[] => {
  const alike = added.filter(({ name }) => name === expected.name).map((step) => likeness(expected, step));
  const later = recorded.slice(delivered + 1).find((step) => isAmong(step, asked));
  const skipped =
    later === undefined || expected.order === null ? [] : [`The code asks for ${describeStep(later)} too, which was completed after it.`];
  return [...alike, ...skipped];
};

const likeness = (expected: StepIdentity, step: StepIdentity): string => {
  const differences = [
    step.kind === expected.kind ? undefined : `as ${article(step.kind)}`,
    step.scope === expected.scope ? undefined : step.scope === "" ? "outside of every scope" : `in the scope "${step.scope}"`,
    step.n === expected.n ? undefined : `as number ${step.n} of that name`,
  ].filter((difference) => difference !== undefined);
  return `The code has the same name, but ${differences.join(" and ")}.`;
};

const article = (kind: string): string => `${/^[aeiou]/.test(kind) ? "an" : "a"} ${kind}`;
