/**
 * What else the file holds about an execution that leaves its owner, asked in one statement: most have nothing, and several looks for
 * nothing were the largest part of ending one.
 */
import type { Queries } from "../query.ts";

export interface Ties {
  /** Rows of its steps. */
  readonly stepCount: number;
  /** Something was asked of its owner. */
  readonly hasRequests: boolean;
  /** An execution waits for its end. */
  readonly isAwaited: boolean;
  readonly hasChildren: boolean;
}

const TIES = `
  SELECT (SELECT count(*) FROM steps WHERE execution_id = $id) AS stepCount,
         EXISTS (SELECT 1 FROM requests WHERE execution_id = $id) AS hasRequests,
         EXISTS (SELECT 1 FROM steps WHERE kind = 'child' AND status = 'waiting' AND detail = $id) AS isAwaited,
         EXISTS (SELECT 1 FROM executions WHERE parent_id = $id AND parent_id IS NOT NULL) AS hasChildren`;

type Row = { readonly [Name in keyof Ties]: number };

export function tiesOf(db: Queries, id: string): Ties {
  const row = db.query<Row>(TIES).get({ id });
  const { stepCount = 0, hasRequests = 0, isAwaited = 0, hasChildren = 0 } = row ?? {};
  return { stepCount, hasRequests: hasRequests === 1, isAwaited: isAwaited === 1, hasChildren: hasChildren === 1 };
}

/** For the tests of their plans. */
export const TIE_STATEMENTS = { ties: TIES } as const;
