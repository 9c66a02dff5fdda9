/**
 * The comparison that people read when the code no longer asks for what is recorded.
 */
import type { StepIdentity } from "../model/records.ts";
import { describeStep } from "./identity.ts";

export interface DivergenceFacts {
  /** The next recorded completion, which the code does not ask for. */
  readonly expected: StepIdentity & { readonly order: number | null };
  /** Recorded completions that were delivered before it. */
  readonly delivered: number;
  /** What the code waits for instead. */
  readonly asked: readonly StepIdentity[];
  readonly returned: boolean;
}

export const compareDivergence = ({ expected, delivered, asked, returned }: DivergenceFacts): string => {
  const agreed = delivered === 0 ? "From the start" : `After ${delivered} matching ${delivered === 1 ? "completion" : "completions"}`;
  return `${agreed}, the record says: ${describeStep(expected)}. The code ${instead(asked, returned)}.`;
};

const instead = (asked: readonly StepIdentity[], returned: boolean): string => {
  if (asked.length > 0) return `asks for: ${asked.slice(0, 5).map(describeStep).join(", ")}${asked.length > 5 ? ", …" : ""}`;
  return returned ? "returns without asking for it" : "waits for something that is not a step";
};
