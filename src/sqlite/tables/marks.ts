/** `marks`: what `ctx.patched` has answered, which decides the way that an execution takes through its code. */
import type { MarkRecord } from "../../model/records.ts";
import { checksum } from "../checksum.ts";
import { corrupt } from "../corrupt.ts";
import type { Queries } from "../query.ts";

const SAVE = `
  INSERT INTO marks (execution_id, name, value, checksum)
  VALUES ($executionId, $name, $value, $checksum)
  ON CONFLICT (execution_id, name) DO NOTHING`;

const LIST = `SELECT name, value, checksum FROM marks WHERE execution_id = $executionId ORDER BY name`;

const DELETE = `DELETE FROM marks WHERE execution_id = $executionId`;

interface Row {
  readonly name: string;
  readonly value: number;
  readonly checksum: number;
}

export function saveMark(db: Queries, executionId: string, { name, value }: MarkRecord): void {
  db.query(SAVE).run({ executionId, name, value: Number(value), checksum: markChecksum(executionId, name, Number(value)) });
}

/** @throws CORRUPT when one of them is damaged */
export const listMarks = (db: Queries, executionId: string): readonly MarkRecord[] =>
  db
    .query<Row>(LIST)
    .all({ executionId })
    .map((row) => {
      if (row.checksum === markChecksum(executionId, row.name, row.value)) return { name: row.name, value: row.value === 1 };
      throw corrupt(`patch ${JSON.stringify(row.name)} of execution "${executionId}"`, "its row does not match its checksum");
    });

export const deleteMarks = (db: Queries, executionId: string): void => void db.query(DELETE).run({ executionId });

const markChecksum = (executionId: string, name: string, value: number): number => checksum([executionId, name, value]);

/** For the tests of their plans. */
export const MARK_STATEMENTS = { list: LIST } as const;
