/** `attempts`: the tries of steps that did not end in success. */
import type { AttemptRecord } from "../../model/records.ts";
import type { Queries } from "../query.ts";

const SAVE = `
  INSERT INTO attempts (execution_id, scope, kind, name, n, attempt, started_at, finished_at, error)
  VALUES ($executionId, $scope, $kind, $name, $n, $attempt, $startedAt, $finishedAt, $errorText)
  ON CONFLICT (execution_id, scope, kind, name, n, attempt) DO UPDATE
     SET started_at = excluded.started_at, finished_at = excluded.finished_at, error = excluded.error`;

const LIST = `
  SELECT scope, kind, name, n, attempt, started_at AS startedAt, finished_at AS finishedAt, error AS errorText
    FROM attempts
   WHERE execution_id = $executionId
   ORDER BY scope, kind, name, n, attempt`;

export const saveAttempt = (db: Queries, executionId: string, attempt: AttemptRecord): void =>
  void db.query(SAVE).run({ executionId, ...attempt });

const DELETE_ALL = `DELETE FROM attempts WHERE execution_id = $executionId`;

export const deleteAttempts = (db: Queries, executionId: string): void => void db.query(DELETE_ALL).run({ executionId });

/** For the tests of their plans. */
export const ATTEMPT_STATEMENTS = { list: LIST } as const;

export const listAttempts = (db: Queries, executionId: string): readonly AttemptRecord[] =>
  db.query<AttemptRecord>(LIST).all({ executionId });
