/**
 * Why an execution does not move, as it is stored: one line, and below it a comparison, or the other lines of an error's message.
 *
 * Lines of a comparison begin with blanks and keep their columns: on a terminal they are cut, where sentences are wrapped.
 */
import type { ExecutionView } from "../../model/views.ts";
import { excerptOf } from "./excerpt.ts";
import { cutTo, wrapEach, wrapTo } from "./fit.ts";
import type { Look } from "./look.ts";
import { line } from "./safe.ts";

type Reason = Pick<ExecutionView, "reason" | "reasonDetail">;

/** The reason, and the first line of the detail where there is one; once where that, or the status, says the reason. */
export const reasonText = ({ reason, reasonDetail }: Reason): string | null => {
  const [first = null] = reasonDetail?.split(/\r?\n/, 1) ?? [];
  return textOf(reason, first);
};

/** The same with all of the detail, for tables; of a comparison the first line. */
export const reasonLine = (given: Reason): string | null =>
  given.reason === "diverged" ? reasonText(given) : textOf(given.reason, given.reasonDetail);

const textOf = (reason: Reason["reason"], detail: string | null): string | null => {
  if (detail === null) return reason === "concurrency" ? "concurrency, it waits for a place" : reason;
  return reason === null || isSaid(reason, detail) ? line(detail) : `${reason}: ${line(detail)}`;
};

/** Where the status, or the detail, says the reason already. */
const isSaid = (reason: string, detail: string): boolean =>
  reason === "paused" || detail.startsWith(reason) || (reason === "event" && detail.startsWith("approval "));

/** What stands below the first line; null for nothing. */
export const reasonBelow = (
  { id, reason, reasonDetail }: Reason & Pick<ExecutionView, "id">,
  look: Look,
  { isFull = false }: { readonly isFull?: boolean } = {},
): string | null => {
  if (reasonDetail?.includes("\n") !== true) return null;
  if (reason === "diverged") return renderDetail(reasonDetail.slice(reasonDetail.indexOf("\n") + 1), look);
  const { text, more } = excerptOf(reasonDetail, look, { id, isFull });
  const below = [
    ...text
      .split("\n")
      .slice(1)
      .map((row) => wrapEach(row, look)),
    ...more,
  ];
  return below.length === 0 ? null : below.join("\n");
};

export const renderDetail = (detail: string, look: Look): string => detail.split("\n").map(shown(look)).join("\n");

const shown =
  (look: Look) =>
  (text: string): string => {
    const safe = line(text);
    if (!text.startsWith(" ")) return wrapTo(safe, look);
    return look.isTerminal === true ? cutTo(safe, look.columns, look) : safe;
  };
