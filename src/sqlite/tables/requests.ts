/** `requests`: what was asked of executions that a process has in memory. There are few: they are gone once they are answered. */
import type { RequestRecord } from "../../model/records.ts";
import type { Queries } from "../query.ts";

const ADD = `
  INSERT INTO requests (execution_id, action, detail, at, by) VALUES ($executionId, $action, $detail, $at, $by)`;

const COLUMNS = `requests.seq, requests.execution_id AS executionId, requests.action, requests.detail`;

const OF_EXECUTION = `SELECT ${COLUMNS} FROM requests WHERE execution_id = $executionId ORDER BY seq`;

/** From the requests, which are few, to their executions: never through all that a worker owns. */
const OF_OWNER = `
  SELECT ${COLUMNS}
    FROM requests CROSS JOIN executions ON executions.id = requests.execution_id
   WHERE executions.lease_owner = $owner
   ORDER BY requests.seq`;

const DROP = `DELETE FROM requests WHERE seq = $seq`;

const DROP_ALL = `DELETE FROM requests WHERE execution_id = $executionId`;

const DROP_PAUSES = `DELETE FROM requests WHERE execution_id = $executionId AND action = 'pause'`;

export interface NewRequest {
  readonly action: RequestRecord["action"];
  readonly detail: string | null;
  readonly at: number;
  readonly by: string;
}

export const addRequest = (db: Queries, executionId: string, request: NewRequest): void =>
  void db.query(ADD).run({ executionId, ...request });

export const requestsOf = (db: Queries, executionId: string): readonly RequestRecord[] =>
  db.query<RequestRecord>(OF_EXECUTION).all({ executionId });

export const requestsOfOwner = (db: Queries, owner: string): readonly RequestRecord[] => db.query<RequestRecord>(OF_OWNER).all({ owner });

export const dropRequest = (db: Queries, seq: number): void => void db.query(DROP).run({ seq });

export const dropRequests = (db: Queries, executionId: string): void => void db.query(DROP_ALL).run({ executionId });

/** @returns whether there was one */
export const dropPauses = (db: Queries, executionId: string): boolean => db.query(DROP_PAUSES).run({ executionId }) > 0;

/** For the tests of their plans. */
export const REQUEST_STATEMENTS = { ofExecution: OF_EXECUTION, ofOwner: OF_OWNER } as const;
