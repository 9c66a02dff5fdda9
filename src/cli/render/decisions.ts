/** What people have done to an execution by hand: a line each, with when, what, who and why. */
import type { DecisionView, HistoryView } from "../../model/views.ts";
import { instant } from "./age.ts";
import { wrapTo } from "./fit.ts";
import type { Look } from "./look.ts";
import { line } from "./safe.ts";

export const renderDecisions = ({ decisions }: Pick<HistoryView, "decisions">, look: Look): readonly string[] => {
  if (decisions.length === 0) return [];
  const lines = decisions.map((decision) => `  ${wrapTo(decisionText(decision, look), look, "    ")}`);
  return [[look.style.dim("by hand"), ...lines].join("\n")];
};

/** `2026-03-01T09:00:00.000Z (2h ago)  resolve charge: result, by ada@box: seen at the bank`. */
const decisionText = ({ at, by, action, detail, reason }: DecisionView, look: Look): string => {
  const what = look.style.bold(line(detail === null ? action : `${action} ${detail}`));
  return `${instant(at, look)}  ${what}, by ${line(by)}${reason === null ? "" : `: ${line(reason)}`}`;
};
