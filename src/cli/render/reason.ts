/**
 * Why an execution does not move, as it is stored: one line, or a line with a comparison below it.
 *
 * Lines of a comparison begin with blanks and keep their columns: on a terminal they are cut, where sentences are wrapped.
 */
import type { ExecutionView } from "../../model/views.ts";
import { cutTo, wrapTo } from "./fit.ts";
import type { Look } from "./look.ts";
import { line } from "./safe.ts";

type Reason = Pick<ExecutionView, "reason" | "reasonDetail">;

/** On one line: the reason, and the detail where there is one; once where that, or the status, says the reason. Of a comparison, line 1. */
export const reasonText = ({ reason, reasonDetail }: Reason): string | null => {
  if (reasonDetail === null) return reason === "concurrency" ? "concurrency, it waits for a place" : reason;
  const end = endOfFirstLine({ reason, reasonDetail });
  const text = line(end < 0 ? reasonDetail : reasonDetail.slice(0, end));
  return reason === null || isSaid(reason, reasonDetail) ? text : `${reason}: ${text}`;
};

/** Where the status, or the detail, says the reason already. */
const isSaid = (reason: string, detail: string): boolean =>
  reason === "paused" || detail.startsWith(reason) || (reason === "event" && detail.startsWith("approval "));

/** What of a comparison stands below its first line. */
export const reasonBelow = (execution: Reason, look: Look): string | null => {
  const end = endOfFirstLine(execution);
  return end < 0 ? null : renderDetail(execution.reasonDetail?.slice(end + 1) ?? "", look);
};

/** Only comparisons have lines; a newline in anything else is part of somebody's message. */
const endOfFirstLine = ({ reason, reasonDetail }: Reason): number => (reason === "diverged" ? (reasonDetail?.indexOf("\n") ?? -1) : -1);

export const renderDetail = (detail: string, look: Look): string => detail.split("\n").map(shown(look)).join("\n");

const shown =
  (look: Look) =>
  (text: string): string => {
    const safe = line(text);
    if (!text.startsWith(" ")) return wrapTo(safe, look);
    return look.isTerminal === true ? cutTo(safe, look.columns, look) : safe;
  };
