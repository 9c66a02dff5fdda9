/**
 * Schema 2: rows say in which format their values are, and every panic is kept with its cause.
 *
 *   - `state_version` is the format of the values in a row, as the codec wrote them. A migration that changes the format rewrites all rows,
 *     so a row of any other version than the present one did not come from wf.
 *   - `events.checksum` guards a payload until it is in the record of the step that took it; events from before this schema have none.
 *   - The checksum of an execution covers who holds it, the number of its pass and the wish to cancel it, too: a flipped bit in them would
 *     have its steps run again, or cancel it.
 *   - `panics` has a row for each time that an execution lost its process or met a failure of the system. `executions.panics` counts those
 *     without progress since; here they stay.
 */
import { checksum } from "../checksum.ts";
import type { Queries, SqlValue } from "../query.ts";

/** What the checksum of schema 1 covers. These lists stay as they are, whatever becomes of the columns later. */
const STATE =
  "id workflow version source_hash status reason reason_detail wake_at input output error created_at started_at finished_at deadline_at " +
  "restarts panics panic_max_restarts panic_delay_ms panic_factor panic_max_delay_ms parent_id tags steps";

/** What it covers from now on as well. */
const HELD = "lease_owner lease_term pass cancel_requested_at cancel_reason";

const columnsOf = (list: string): readonly string[] => list.split(" ");

const COLUMNS = columnsOf(`${STATE} ${HELD}`).join(", ");

/** One row at a time: a thousand of the largest inputs do not fit into memory. */
const SELECT = `SELECT seq, checksum, ${COLUMNS} FROM executions WHERE seq > $after ORDER BY seq LIMIT 1`;

const UPDATE = `UPDATE executions SET checksum = $checksum WHERE seq = $seq`;

type Row = Readonly<Record<string, SqlValue>> & { readonly seq: number };

/** A row that does not match its checksum keeps it, and so stays damaged. */
function rehash(db: Queries): void {
  const of = (row: Row, list: string): SqlValue[] => columnsOf(list).map((column) => row[column] ?? null);
  for (let row = db.query<Row>(SELECT).get({ after: -1 }); row !== undefined; row = db.query<Row>(SELECT).get({ after: row.seq })) {
    if (row["checksum"] !== checksum(of(row, STATE))) continue;
    db.query(UPDATE).run({ seq: row.seq, checksum: checksum([...of(row, STATE), ...of(row, HELD)]) });
  }
}

export const stateVersionsAndPanics = {
  number: 2,
  name: "state versions and panics",
  run: rehash,
  sql: `
ALTER TABLE executions ADD COLUMN state_version INTEGER NOT NULL DEFAULT 1 CHECK (state_version >= 1);
ALTER TABLE steps ADD COLUMN state_version INTEGER NOT NULL DEFAULT 1 CHECK (state_version >= 1);

ALTER TABLE events ADD COLUMN checksum INTEGER;

CREATE TABLE panics (
  seq INTEGER PRIMARY KEY,
  execution_id TEXT NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  cause TEXT NOT NULL
) STRICT;

CREATE INDEX panics_of_execution ON panics (execution_id);
`,
} as const;
