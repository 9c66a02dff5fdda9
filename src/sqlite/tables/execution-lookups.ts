/** Which execution a person means: by the beginning of its id, or the latest. */
import { REMOVED } from "../removed.ts";
import type { Queries } from "../query.ts";

/** As text the end of a range: no id holds a character after it. */
const ID_END = "\u{10ffff}";

const IDS = `SELECT id FROM executions WHERE id >= $prefix AND id < $end AND removed IS NOT ${REMOVED} ORDER BY id LIMIT $limit`;

const LATEST = `SELECT id FROM executions WHERE removed IS NOT ${REMOVED} ORDER BY created_at DESC, seq DESC LIMIT 1`;

type IdRow = { readonly id: string };

export const idsStartingWith = (db: Queries, prefix: string, limit: number): readonly string[] =>
  db
    .query<IdRow>(IDS)
    .all({ prefix, end: prefix + ID_END, limit })
    .map(({ id }) => id);

export const latestId = (db: Queries): string | undefined => db.query<IdRow>(LATEST).get()?.id;

/** For the tests of their plans. */
export const LOOKUP_STATEMENTS = { ids: IDS, latest: LATEST } as const;
