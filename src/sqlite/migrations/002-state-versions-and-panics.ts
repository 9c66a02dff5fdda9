/**
 * Schema 2: rows say in which format their values are, and every panic is kept with its cause.
 *
 *   - `state_version` is the format of the values in a row, as the codec wrote them. A migration that changes the format rewrites all rows,
 *     so a row of any other version than the present one did not come from wf.
 *   - `events.checksum` guards a payload until it is in the record of the step that took it; events from before this schema have none.
 *   - `panics` has a row for each time that an execution lost its process or met a failure of the system. `executions.panics` counts those
 *     without progress since; here they stay.
 */
export const stateVersionsAndPanics = {
  number: 2,
  name: "state versions and panics",
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
