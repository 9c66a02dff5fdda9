/** What "why" says of the code an execution runs on, and of code that no longer fits. */
import { DIVERGED_LEAD, NOTHING_NEW } from "../model/catalogue-sources.ts";
import type { ExecutionRecord } from "../model/records.ts";
import { shellWord } from "../model/shell-word.ts";
import { codeOfStart } from "./sources/code-change.ts";
import { foreign } from "./why-text.ts";

/** No file held the code it began with, or nobody knows which: none was kept. */
export const isInCode = (execution: ExecutionRecord): boolean => (codeOfStart(execution) ?? "") === "";

/** For one that is blocked since its code has changed. */
export const describeWaysOn = (execution: ExecutionRecord): string => {
  const { id, isPinned, reasonDetail } = execution;
  const original = isInCode(execution) ? "" : ` finish on the code it began with: \`wf resume ${shellWord(id)} --code original\`; or`;
  const ways = isPinned
    ? `Even the code it began with does not fit what other code has recorded since: \`wf resume ${shellWord(id)} --code current\` ` +
      "goes back to the present code."
    : `Put it back as it was, then resume it; or${original} keep both ways with \`ctx.patched\`.`;
  return reasonDetail?.includes(NOTHING_NEW) === true ? `${NOTHING_NEW} ${ways}` : ways;
};

/** For one whose kept code is gone, or cannot be used. */
export const describeLostCode = ({ id }: ExecutionRecord, detail: string): string =>
  `It is blocked because the code it began with cannot be run${detail}. ` +
  `\`wf resume ${shellWord(id)} --code current\` has it go on with the present code.`;

export const describeCode = ({ id, isPinned, reason }: ExecutionRecord): string =>
  isPinned && reason !== "diverged" && reason !== "definition-missing"
    ? `It runs on the code of its start; \`wf resume ${shellWord(id)} --code current\` has it go on with the present code.`
    : "";

/** The lines between the first and the last, which the paragraph says in its own words. */
export const detailOf = ({ reason, reasonDetail }: ExecutionRecord): string | null => {
  const lines = reason === "diverged" ? (reasonDetail ?? "").split("\n").slice(1, -1) : [];
  return lines.length === 0 ? null : lines.join("\n");
};

/** `: number 3 was step "ship", and …`; the sentence before it has said what it is about. */
export const differenceOf = ({ reasonDetail }: ExecutionRecord): string =>
  reasonDetail === null ? "" : `: ${foreign((reasonDetail.split("\n", 1)[0] ?? "").replace(DIVERGED_LEAD, ""))}`;
