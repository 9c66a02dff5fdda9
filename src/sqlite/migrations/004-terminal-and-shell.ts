/**
 * Schema 4: what looking inside needs.
 *
 *   - `feed` has a row for everything that happens, in the order of commits: a writer takes the next number while it holds the lock, so
 *     whoever has read up to a number has missed nothing below it. `feed-triggers.ts` says who writes it, and when.
 *   - It is a ring: rows older than the newest `FEED_ROWS` go, some hundred at a time, and never the newest. So numbers are not used twice.
 *   - A row of it says what happened and to whom; what was said (a message, a payload, an error) stays in its own table and goes with it.
 *   - `v_attempts` has every try of a step: those that failed, and the one that runs or has succeeded, which is the step's own row.
 */
import { REMOVED } from "../removed.ts";

/** Some 15 MB. */
const FEED_ROWS = 200_000;
const TRIMMED_EVERY = 500;

const iso = (column: string): string => `strftime('%Y-%m-%dT%H:%M:%fZ', ${column} / 1000.0, 'unixepoch')`;

/** A value of `STEP_FLAGS`, which is `settled`. */
const SETTLED = 4;

const NOT_REMOVED = `execution_id NOT IN (SELECT id FROM executions WHERE removed IS ${REMOVED})`;

const OWN_ATTEMPT = `(kind = 'step' OR kind = 'shell' OR kind = 'transaction' OR kind = 'compensation')
     AND (status = 'running' OR status = 'completed') AND flags & ${SETTLED} = 0`;

export const terminalAndShell = {
  number: 4,
  name: "terminal and shell",
  sql: `
CREATE TABLE feed (
  cursor INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  type TEXT NOT NULL,
  execution_id TEXT,
  status TEXT,
  reason TEXT,
  wake_at INTEGER,
  scope TEXT,
  kind TEXT,
  name TEXT,
  n INTEGER,
  attempt INTEGER,
  ref INTEGER
) STRICT;

CREATE TRIGGER feed_trimmed AFTER INSERT ON feed WHEN new.cursor % ${TRIMMED_EVERY} = 0 BEGIN
  DELETE FROM feed WHERE cursor <= new.cursor - ${FEED_ROWS};
END;

CREATE TABLE script_passes (
  execution_id TEXT PRIMARY KEY NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
  term INTEGER NOT NULL,
  parks INTEGER NOT NULL CHECK (parks = 0 OR parks = 1),
  ended TEXT CHECK (ended = 'completed' OR ended = 'failed'),
  output TEXT,
  checksum INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE script_counts (
  execution_id TEXT NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
  scope TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  term INTEGER NOT NULL,
  n INTEGER NOT NULL CHECK (n >= 1),
  checksum INTEGER NOT NULL,
  PRIMARY KEY (execution_id, scope, kind, name)
) STRICT, WITHOUT ROWID;

DROP VIEW v_executions;
CREATE VIEW v_executions AS
  SELECT id, workflow, version,
         iif(damaged_at IS NULL, status, 'blocked') AS status,
         iif(damaged_at IS NULL, reason, 'corrupt') AS reason,
         reason_detail, ${iso("wake_at")} AS wake_at, input, output, error,
         ${iso("created_at")} AS created_at, ${iso("started_at")} AS started_at, ${iso("finished_at")} AS finished_at,
         ${iso("deadline_at")} AS deadline_at, restarts, panics, parent_id, tags, lease_owner AS owner, pass,
         finished_at - started_at AS duration_ms, priority, schedule, ${iso("scheduled_for")} AS scheduled_for, origin, generation
    FROM executions
   WHERE removed IS NOT ${REMOVED};

DROP VIEW v_steps;
CREATE VIEW v_steps AS
  SELECT execution_id, scope, kind, name, n, status, ord, attempt, output, error,
         ${iso("started_at")} AS started_at, ${iso("finished_at")} AS finished_at, ${iso("wake_at")} AS wake_at,
         finished_at - started_at AS duration_ms, detail
    FROM steps
   WHERE ${NOT_REMOVED};

CREATE VIEW v_attempts AS
  SELECT execution_id, scope, kind, name, n, attempt, 'failed' AS status, error,
         ${iso("started_at")} AS started_at, ${iso("finished_at")} AS finished_at, finished_at - started_at AS duration_ms
    FROM attempts
   WHERE ${NOT_REMOVED}
  UNION ALL
  SELECT execution_id, scope, kind, name, n, attempt, status, NULL,
         ${iso("started_at")}, ${iso("finished_at")}, finished_at - started_at
    FROM steps
   WHERE ${OWN_ATTEMPT} AND ${NOT_REMOVED};
`,
} as const;
