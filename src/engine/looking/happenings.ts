/** Rows of the stream as the documents that callers see. */
import type { HappenedStep, HappeningsPage, HappeningView } from "../../model/clients/looking.ts";
import { fail } from "../../model/errors.ts";
import { toIsoOfStored as toIso } from "../../model/instant.ts";
import type { LogLevel } from "../../model/records.ts";
import type { StepKind } from "../../model/status.ts";
import { errorView, valueView } from "../reading.ts";
import type { StoredHappening, StoredHappenings } from "../store/looking.ts";

/** @throws USAGE for a cursor that this stream has not come to */
export const happeningsPage = ({ rows, oldest, newest }: StoredHappenings, after: number): HappeningsPage => {
  if (after > newest) {
    const problem = `The cursor ${after} is ahead of this database, whose newest is ${newest}: it was restored or is another one`;
    throw fail("USAGE", { problem, next: "Start again from 0." });
  }
  return {
    happenings: rows.map(happeningView),
    cursor: rows.at(-1)?.cursor ?? after,
    lost: oldest > after + 1 ? oldest - after - 1 : 0,
  };
};

const happeningView = (row: StoredHappening): HappeningView => ({
  cursor: row.cursor,
  at: toIso(row.at),
  type: typeOf(row),
  executionId: row.executionId,
  workflow: row.type === "execution" ? row.name : row.workflow,
  reason: row.reason,
  wakeAt: row.wakeAt === null ? null : toIso(row.wakeAt),
  step: stepOf(row),
  event: row.type === "event" ? { id: row.eventId, kind: row.kind ?? "event", name: row.name ?? "" } : null,
  log: logOf(row),
  decision: decisionOf(row),
  error: errorOf(row),
});

/** What was said or decided has its own word elsewhere, and a gap none. */
const typeOf = ({ type, status }: StoredHappening): string =>
  status === null || type === "log" || type === "decision" ? type : `${type}.${status}`;

const stepOf = ({ type, scope, kind, name, n, attempt }: StoredHappening): HappenedStep | null =>
  type === "step" || type === "attempt"
    ? { scope: scope ?? "", kind: (kind ?? "step") as StepKind, name: name ?? "", n: n ?? 1, attempt: attempt ?? 1 }
    : null;

const logOf = (row: StoredHappening): HappeningView["log"] => {
  if (row.type !== "log") return null;
  const { logSource: source, logMessage: message, logStep: step } = row;
  return { level: (row.status ?? "info") as LogLevel, source, message, data: valueView(row.logDataText), step };
};

const decisionOf = (row: StoredHappening): HappeningView["decision"] =>
  row.type === "decision" ? { action: row.status ?? "", by: row.decidedBy, detail: row.decisionDetail, reason: row.decisionReason } : null;

const errorOf = ({ type, panicCause, errorText }: StoredHappening): HappeningView["error"] => {
  if (type === "panic") return panicCause === null ? null : { name: "Panic", message: panicCause, code: null };
  const view = errorView(errorText);
  return view === null ? null : { name: view.name, message: view.message, code: view.code };
};
