/** `decisions`: what people have done to executions by hand, with who, when and why. Only ever added to. */
import type { DecisionRecord } from "../../model/records.ts";
import type { Queries } from "../query.ts";

const ADD = `
  INSERT INTO decisions (execution_id, at, by, action, detail, reason) VALUES ($executionId, $at, $by, $action, $detail, $reason)`;

const LIST = `SELECT at, by, action, detail, reason FROM decisions WHERE execution_id = $executionId ORDER BY seq`;

export const addDecision = (db: Queries, executionId: string, decision: DecisionRecord): void =>
  void db.query(ADD).run({ executionId, ...decision });

export const listDecisions = (db: Queries, executionId: string): readonly DecisionRecord[] =>
  db.query<DecisionRecord>(LIST).all({ executionId });

/** For the tests of their plans. */
export const DECISION_STATEMENTS = { list: LIST } as const;
