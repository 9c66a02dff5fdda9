/** What "why" says of an execution that only its own script can go on with. */
import { commandLineOf, isOwnScript } from "../model/scripts/origin.ts";
import { isInHand } from "./why-owner.ts";
import type { WhyFacts } from "./why-facts.ts";
import { foreign } from "./why-text.ts";

/** It waits, and nobody has it. */
export const needsItsScript = (facts: WhyFacts): boolean => {
  const { execution } = facts;
  return isOwnScript(execution) && (execution.status === "waiting" || execution.status === "sleeping") && !isInHand(facts);
};

export const describeOwnScript = (facts: WhyFacts): string => {
  if (!needsItsScript(facts)) return "";
  const command = commandLineOf(facts.execution);
  const which = command === null ? "" : `: \`${foreign(command)}\``;
  return `It was begun by a script of its own (\`wf begin\`), and goes on when that is run again${which}; no tick or daemon does that.`;
};

/** Null where it is not known how the script was called. */
export const rerunOf = ({ execution }: WhyFacts): string | null => commandLineOf(execution);
