/** `logs`: what executions and wf itself say. The cursor grows over all executions and is never used twice. */
import type { LogRecord } from "../../model/records.ts";
import type { Queries } from "../query.ts";

const ADD = `
  INSERT INTO logs (execution_id, at, level, source, message, data, step)
  VALUES ($executionId, $at, $level, $source, $message, $dataText, $step)`;

const LIST = `
  SELECT cursor, at, level, source, message, data AS dataText, step
    FROM logs
   WHERE execution_id = $executionId AND cursor > $after
   ORDER BY cursor
   LIMIT $limit`;

export const addLog = (db: Queries, executionId: string, entry: LogRecord): void => void db.query(ADD).run({ executionId, ...entry });

export const listLogs = (
  db: Queries,
  executionId: string,
  { after, limit }: { readonly after: number; readonly limit: number },
): readonly (LogRecord & { readonly cursor: number })[] =>
  db.query<LogRecord & { readonly cursor: number }>(LIST).all({ executionId, after, limit });

/** For the tests of their plans. */
export const LOG_STATEMENTS = { list: LIST } as const;
