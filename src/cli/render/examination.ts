/**
 * Findings, a line each, and below those that are not well what to do:
 *
 *     ✓ SQLite   3.54.1
 *     ! ticker   executions have been due for 3h, and the last tick was never
 *                Run `wf daemon`, or `wf tick` from cron.
 */
import type { ExaminationView, Finding } from "../../model/examination.ts";
import { padTo, widthOf, wrapTo } from "./fit.ts";
import type { Look } from "./look.ts";
import { line } from "./safe.ts";

export const renderExamination = ({ findings }: ExaminationView, look: Look): string => {
  const width = Math.max(0, ...findings.map(({ what }) => widthOf(what)));
  return findings.map((finding) => findingText(finding, width, look)).join("\n");
};

const findingText = ({ what, level, text, next }: Finding, width: number, look: Look): string => {
  const indent = " ".repeat(width + 4);
  const first = wrapTo(`${signOf(level, look)} ${padTo(what, width)}  ${line(text)}`, look, indent);
  return next === null ? first : `${first}\n${indent}${wrapTo(line(next), { ...look, columns: look.columns - indent.length }, indent)}`;
};

const signOf = (level: Finding["level"], look: Look): string => {
  const isPlain = look.isUnicode === false;
  switch (level) {
    case "ok":
      return look.style.green(isPlain ? "+" : "✓");
    case "warning":
      return look.style.yellow("!");
    case "problem":
      return look.style.red(isPlain ? "x" : "✗");
    default:
      return level satisfies never;
  }
};
