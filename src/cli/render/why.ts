/** The answer to "why does it not move": whose it is, the paragraph, and the command that moves it on. */
import type { WhyView } from "../../model/views.ts";
import { clock } from "./age.ts";
import { wrapTo } from "./fit.ts";
import type { Look } from "./look.ts";
import { executionMark, paintOf } from "./marks.ts";
import { renderDetail } from "./reason.ts";
import { line } from "./safe.ts";

export const renderWhy = (why: WhyView, look: Look): string => {
  const head = `${executionMark(why.status, look)} ${look.style.bold(line(why.id))}  ${paintOf(why.status, look)(why.status)}`;
  const text = wrapTo(withClocks(line(why.text), look), look);
  const detail = why.detail === null ? [] : [renderDetail(why.detail, look)];
  const next = why.next === null ? [] : [`  ${look.style.bold(line(why.next))}`];
  return [`${head}\n${text}`, ...detail, ...next].join("\n\n");
};

/** The instants of our sentences, which stand before a bracket that says how far they are away, as the terminal shows all others. */
const withClocks = (text: string, look: Look): string => text.replace(INSTANT, (at) => clock(at, look));

const INSTANT = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z(?= \((?:in [^()]+|[^()]+ ago|now)\))/g;
