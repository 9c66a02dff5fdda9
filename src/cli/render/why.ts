/** The answer to "why does it not move": the paragraph, and the command that moves it on. */
import type { WhyView } from "../../model/views.ts";
import { wrapTo } from "./fit.ts";
import type { Look } from "./look.ts";
import { renderDetail } from "./reason.ts";
import { line } from "./safe.ts";

export const renderWhy = (why: WhyView, look: Look): string => {
  const text = wrapTo(line(why.text), look);
  const detail = why.detail === null ? "" : `\n\n${renderDetail(why.detail, look)}`;
  return why.next === null ? text + detail : `${text}${detail}\n\n  ${look.style.bold(line(why.next))}`;
};
