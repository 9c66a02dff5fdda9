/**
 * Executions that `wf begin` has made: nobody but the script that began them can go on with them. Their `origin` says so, and how the
 * script was called where that is known.
 *
 *     begin
 *     begin ./deploy.sh v1.2
 */
import type { ExecutionRecord } from "../records.ts";

const BEGIN = "begin";

export const isOwnScript = ({ origin }: Pick<ExecutionRecord, "origin">): boolean =>
  origin !== null && (origin === BEGIN || origin.startsWith(`${BEGIN} `));

/** Null where it is not known. */
export const commandLineOf = ({ origin }: Pick<ExecutionRecord, "origin">): string | null => {
  const text = origin?.startsWith(`${BEGIN} `) === true ? origin.slice(BEGIN.length + 1).trim() : "";
  return text === "" ? null : text;
};

/**
 * As it is kept: it is due at no time, whatever makes others due, so that no tick meets it. What would begin anew waits for its script.
 */
export const forItsScript = (record: ExecutionRecord): ExecutionRecord => {
  if (!isOwnScript(record)) return record;
  if (record.status === "pending") return { ...record, status: "waiting", reason: "restart", reasonDetail: null, wakeAt: null };
  return record.wakeAt === null ? record : { ...record, wakeAt: null };
};
