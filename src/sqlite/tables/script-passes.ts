/** `script_passes`: what the calls of a script have left for whoever carries it. One row an execution, of the latest pass that left any. */
import { checksum } from "../checksum.ts";
import { corrupt } from "../corrupt.ts";
import type { Queries } from "../query.ts";

export interface PassRow {
  readonly term: number;
  /** 0 or 1. */
  readonly parks: number;
  readonly ended: "completed" | "failed" | null;
  readonly output: string | null;
}

const FIND = `SELECT term, parks, ended, output, checksum FROM script_passes WHERE execution_id = $executionId`;

const SAVE = `
  INSERT INTO script_passes (execution_id, term, parks, ended, output, checksum)
  VALUES ($executionId, $term, $parks, $ended, $output, $checksum)
  ON CONFLICT (execution_id) DO UPDATE
     SET term = excluded.term, parks = excluded.parks, ended = excluded.ended, output = excluded.output, checksum = excluded.checksum`;

/** @throws CORRUPT when the row is damaged */
export function findPass(db: Queries, executionId: string): PassRow | undefined {
  const row = db.query<PassRow & { readonly checksum: number }>(FIND).get({ executionId });
  if (row === undefined) return undefined;
  const { checksum: kept, ...pass } = row;
  if (kept === passChecksum(executionId, pass)) return pass;
  throw corrupt(`the pass of script "${executionId}"`, "its row does not match its checksum");
}

export const savePass = (db: Queries, executionId: string, pass: PassRow): void =>
  void db.query(SAVE).run({ executionId, ...pass, checksum: passChecksum(executionId, pass) });

const passChecksum = (executionId: string, { term, parks, ended, output }: PassRow): number =>
  checksum([executionId, term, parks, ended, output]);

/** For the tests of their plans. */
export const SCRIPT_PASS_STATEMENTS = { find: FIND } as const;
