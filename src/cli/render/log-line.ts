/**
 * A line of the log: `time level message data`.
 *
 * One entry is one line whatever was logged, so that no message can pass for another entry.
 */
import type { LogLevel } from "../../model/records.ts";
import type { LogView } from "../../model/views.ts";
import type { Look } from "./look.ts";
import { line } from "./safe.ts";
import { renderValueFlat } from "./value.ts";

const LEVEL_COLUMNS = 5;

export const renderLogLine = (entry: LogView, look: Look): string =>
  [
    look.style.dim(line(entry.at)),
    paintLevel(entry.level, look)(entry.level.padEnd(LEVEL_COLUMNS)),
    ...(entry.source === "wf" ? [look.style.dim("wf:")] : []),
    ...(entry.step === null ? [] : [look.style.cyan(`[${line(entry.step)}]`)]),
    line(entry.message),
    ...(entry.data === null || entry.data === undefined ? [] : [look.style.dim(renderValueFlat(entry.data))]),
  ].join(" ");

const paintLevel = (level: LogLevel, { style }: Look): ((text: string) => string) => {
  switch (level) {
    case "debug":
      return style.dim;
    case "info":
      return style.green;
    case "warn":
      return style.yellow;
    case "error":
      return style.red;
    default:
      return level satisfies never;
  }
};
