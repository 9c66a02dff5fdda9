/**
 * A line of the stream: `cursor time type execution what`.
 *
 * One happening is one line, whatever a name or a message holds; on a terminal a long one is wrapped, and what goes over is indented.
 */
import type { HappenedStep, HappeningView } from "../../model/clients/looking.ts";
import { clock, stamp } from "./age.ts";
import { wrapTo } from "./fit.ts";
import { paintLevel } from "./log-line.ts";
import type { Look } from "./look.ts";
import { line } from "./safe.ts";
import { segmentLabel, segmentsOf } from "./scope.ts";
import { stepTitle } from "./step-title.ts";
import { renderValueFlat } from "./value.ts";

const TYPE_COLUMNS = 19;

export const renderEventLine = (happening: HappeningView, look: Look): string =>
  wrapTo(
    [
      look.style.dim(String(happening.cursor)),
      look.style.dim(stamp(happening.at, look)),
      paintType(happening.type, look)(line(happening.type).padEnd(TYPE_COLUMNS)),
      ...(happening.executionId === null ? [] : [line(happening.executionId)]),
      ...factsOf(happening, look).filter((fact) => fact !== ""),
    ]
      .join(" ")
      .trimEnd(),
    look,
    "    ",
  );

function factsOf({ step, event, log, decision, error, reason, wakeAt }: HappeningView, look: Look): readonly string[] {
  return [
    step === null ? "" : stepFact(step),
    event === null ? "" : line(event.name),
    log === null ? "" : logFact(log, look),
    decision === null ? "" : decisionFact(decision),
    reason === null ? "" : look.style.dim(`(${line(reason)})`),
    wakeAt === null ? "" : look.style.dim(`until ${clock(wakeAt, look)}`),
    error === null ? "" : look.style.red(`${line(error.name)}: ${line(error.message)}`),
  ];
}

const stepFact = ({ scope, attempt, n, ...step }: HappenedStep): string =>
  `${segmentsOf(scope)
    .map((segment) => `${segmentLabel(segment)}/`)
    .join("")}${stepTitle(step)}${n > 1 ? ` #${n}` : ""}${attempt > 1 ? ` (attempt ${attempt})` : ""}`;

const logFact = ({ level, message, data, step }: NonNullable<HappeningView["log"]>, look: Look): string =>
  [
    paintLevel(level, look)(level),
    ...(step === null ? [] : [look.style.dim(`[${line(step)}]`)]),
    line(message ?? ""),
    ...(data === null || data === undefined ? [] : [look.style.dim(renderValueFlat(data))]),
  ].join(" ");

const decisionFact = ({ action, by, detail, reason }: NonNullable<HappeningView["decision"]>): string =>
  [line(action), ...(detail === null ? [] : [line(detail)]), ...(by === null ? [] : [`by ${line(by)}`])].join(" ") +
  (reason === null ? "" : `: ${line(reason)}`);

/** The word after the point says how it went. */
const paintType = (type: string, { style }: Look): ((text: string) => string) => {
  if (/^attempt\.failed$|\.retrying$|^gap$/.test(type)) return style.yellow;
  if (/\.(?:failed|blocked|in-doubt)$|^panic$/.test(type)) return style.red;
  if (/\.completed$/.test(type)) return style.green;
  if (/\.(?:sleeping|waiting|paused)$/.test(type)) return style.magenta;
  return type === "log" ? style.dim : (text) => text;
};
