/** The answer to "why does it not move": the paragraph, and the command that moves it on. */
import type { WhyView } from "../../model/views.ts";
import { wrapTo } from "./fit.ts";
import type { Look } from "./look.ts";
import { line } from "./safe.ts";

export const renderWhy = (why: WhyView, look: Look): string => {
  const text = wrapTo(line(why.text), look);
  return why.next === null ? text : `${text}\n\n  ${look.style.bold(line(why.next))}`;
};
