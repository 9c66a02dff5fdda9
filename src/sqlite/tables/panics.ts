/** `panics`: each time that an execution lost its process or met a failure of the system, with the cause. */
import type { PanicRecord } from "../../model/records.ts";
import type { Queries } from "../query.ts";

const ADD = `INSERT INTO panics (execution_id, at, cause) VALUES ($executionId, $at, $cause)`;

const LIST = `SELECT at, cause FROM panics WHERE execution_id = $executionId ORDER BY seq`;

export const addPanic = (db: Queries, executionId: string, panic: PanicRecord): void => void db.query(ADD).run({ executionId, ...panic });

export const listPanics = (db: Queries, executionId: string): readonly PanicRecord[] => db.query<PanicRecord>(LIST).all({ executionId });

/** For the tests of their plans. */
export const PANIC_STATEMENTS = { list: LIST } as const;
