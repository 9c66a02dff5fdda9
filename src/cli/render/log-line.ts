/**
 * A line of the log: `time level message data`.
 *
 * One entry is one line whatever was logged, so that no message can pass for another entry. On a terminal a long one is wrapped, and what
 * goes over stands under its message.
 */
import type { LogLevel } from "../../model/records.ts";
import type { LogView } from "../../model/views.ts";
import { stamp } from "./age.ts";
import { wrapTo } from "./fit.ts";
import type { Look } from "./look.ts";
import { line } from "./safe.ts";
import { renderValueFlat } from "./value.ts";

const LEVEL_COLUMNS = 5;

export const renderLogLine = (entry: LogView, look: Look): string => {
  const time = stamp(entry.at, look);
  const head = `${look.style.dim(time)} ${paintLevel(entry.level, look)(entry.level.padEnd(LEVEL_COLUMNS))} `;
  const parts = [
    ...(entry.source === "wf" ? [look.style.dim("wf:")] : []),
    ...(entry.step === null ? [] : [look.style.dim(`[${line(entry.step)}]`)]),
    line(entry.message),
    ...(entry.data === null || entry.data === undefined ? [] : [look.style.dim(renderValueFlat(entry.data))]),
  ];
  const margin = time.length + LEVEL_COLUMNS + 2;
  // A narrow terminal has no room to spare.
  if (look.columns < 2 * margin) return wrapTo(head + parts.join(" "), look, "  ");
  return head + wrapTo(parts.join(" "), { ...look, columns: look.columns - margin }).replaceAll("\n", `\n${" ".repeat(margin)}`);
};

/** What is no trouble has no colour. */
export const paintLevel = (level: LogLevel, { style }: Look): ((text: string) => string) => {
  switch (level) {
    case "debug":
      return style.dim;
    case "info":
      return (text) => text;
    case "warn":
      return style.yellow;
    case "error":
      return style.red;
    default:
      return level satisfies never;
  }
};
