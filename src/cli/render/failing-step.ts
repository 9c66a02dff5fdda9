/** Where an execution failed. */
import type { HistoryView, StepView } from "../../model/views.ts";
import { line } from "./safe.ts";
import { attemptCount } from "./step-notes.ts";

/** The last step to fail, if its error is what ended the execution: one that the code has caught is not why. */
export const failingStep = ({ execution, steps }: HistoryView): StepView | undefined => {
  const failed = steps.findLast(({ status }) => status === "failed");
  return execution.status === "failed" && failed?.error?.message === execution.error?.message ? failed : undefined;
};

/** `step "charge", attempt 3 of 3`; `child "pay" (pay-7f3k)`. */
export const failureText = (step: StepView): string => {
  const { kind, name, detail, attempts } = step;
  const child = kind === "child" && detail !== null ? ` (${line(detail)})` : "";
  return `${kind} "${line(name)}"${child}${attempts.length > 1 ? `, ${attemptCount(step)}` : ""}`;
};
