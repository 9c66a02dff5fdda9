/**
 * Schema 1: everything an execution is.
 *
 * Notes that hold for all of it:
 *   - Instants are integers, ms since the epoch. Values and errors are the text the codec wrote.
 *   - Lists of words are CHECKed as a chain of ORs: SQLite builds a temporary index for `IN (…)` on every single insert, which made
 *     inserting a step twice as slow.
 *   - `executions.seq` and `events.seq` are the order of arrival. Without a column for it, VACUUM may renumber rows.
 *   - Lease and cancellation columns are not part of an execution's checksum (since schema 2 they are).
 *   - `executions.steps` is how many rows of steps there were when the state last changed. A step whose key is damaged is not found any
 *     more, which no checksum of its own can tell; the count tells it.
 *   - `damaged_at` marks a row that did not match its checksum. It alone is written then, so that the row stays what it was found to be.
 */
import { EXECUTION_STATUSES, REASONS, STEP_KINDS, STEP_STATUSES } from "../../model/status.ts";
import { LOG_LEVELS, WORKER_ROLES } from "../../model/records.ts";
import { APPLICATION_ID } from "../settings.ts";

const oneOf = (column: string, words: readonly string[]): string => `CHECK (${words.map((word) => `${column} = '${word}'`).join(" OR ")})`;

const iso = (column: string): string => `strftime('%Y-%m-%dT%H:%M:%fZ', ${column} / 1000.0, 'unixepoch')`;

const TERMINAL = "(status = 'completed' OR status = 'failed' OR status = 'cancelled')";

export const firstTables = {
  number: 1,
  name: "first tables",
  sql: `
PRAGMA application_id = ${APPLICATION_ID};

CREATE TABLE meta (
  key TEXT PRIMARY KEY NOT NULL,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE migrations (
  number INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  applied_at INTEGER NOT NULL
) STRICT;

CREATE TABLE workers (
  id TEXT PRIMARY KEY NOT NULL,
  role TEXT NOT NULL ${oneOf("role", WORKER_ROLES)},
  version TEXT NOT NULL,
  host TEXT NOT NULL,
  boot_id TEXT NOT NULL,
  pid INTEGER NOT NULL,
  start_time TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  seen_boot_ms REAL NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE workflows (
  name TEXT PRIMARY KEY NOT NULL,
  version INTEGER NOT NULL,
  file TEXT NOT NULL,
  description TEXT,
  source_hash TEXT NOT NULL,
  seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE executions (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE CHECK (id <> ''),
  workflow TEXT NOT NULL,
  version INTEGER NOT NULL,
  source_hash TEXT,
  status TEXT NOT NULL ${oneOf("status", EXECUTION_STATUSES)},
  reason TEXT ${oneOf("reason", REASONS)},
  reason_detail TEXT,
  wake_at INTEGER,
  input TEXT NOT NULL,
  output TEXT,
  error TEXT,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  finished_at INTEGER,
  deadline_at INTEGER,
  restarts INTEGER NOT NULL CHECK (restarts >= 0),
  panics INTEGER NOT NULL CHECK (panics >= 0),
  panic_max_restarts INTEGER NOT NULL,
  panic_delay_ms INTEGER NOT NULL,
  panic_factor REAL NOT NULL,
  panic_max_delay_ms INTEGER NOT NULL,
  parent_id TEXT,
  tags TEXT NOT NULL,
  lease_owner TEXT REFERENCES workers (id),
  lease_term INTEGER NOT NULL CHECK (lease_term >= 0),
  pass INTEGER NOT NULL CHECK (pass >= 0),
  cancel_requested_at INTEGER,
  cancel_reason TEXT,
  steps INTEGER NOT NULL CHECK (steps >= 0),
  damaged_at INTEGER,
  checksum INTEGER NOT NULL,
  CHECK ((reason IS NULL) = (status = 'running' OR ${TERMINAL})),
  CHECK (NOT ${TERMINAL} OR (wake_at IS NULL AND lease_owner IS NULL))
) STRICT;

CREATE INDEX executions_due ON executions (wake_at, id) WHERE wake_at IS NOT NULL AND lease_owner IS NULL AND damaged_at IS NULL;
CREATE INDEX executions_owned ON executions (lease_owner) WHERE lease_owner IS NOT NULL;
CREATE INDEX executions_created ON executions (created_at);
CREATE INDEX executions_status ON executions (status, created_at);
CREATE INDEX executions_workflow ON executions (workflow, created_at);
CREATE INDEX executions_damaged ON executions (created_at) WHERE damaged_at IS NOT NULL;

CREATE TABLE steps (
  execution_id TEXT NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
  scope TEXT NOT NULL,
  kind TEXT NOT NULL ${oneOf("kind", STEP_KINDS)},
  name TEXT NOT NULL,
  n INTEGER NOT NULL CHECK (n >= 1),
  status TEXT NOT NULL ${oneOf("status", STEP_STATUSES)},
  ord INTEGER,
  attempt INTEGER NOT NULL,
  output TEXT,
  error TEXT,
  started_at INTEGER NOT NULL,
  finished_at INTEGER,
  wake_at INTEGER,
  checksum INTEGER NOT NULL,
  PRIMARY KEY (execution_id, scope, kind, name, n)
) STRICT, WITHOUT ROWID;

CREATE INDEX steps_waiting ON steps (execution_id, name) WHERE status = 'waiting';

CREATE TABLE attempts (
  execution_id TEXT NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
  scope TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  n INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  finished_at INTEGER NOT NULL,
  error TEXT NOT NULL,
  PRIMARY KEY (execution_id, scope, kind, name, n, attempt)
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  execution_id TEXT NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  payload TEXT NOT NULL,
  sent_at INTEGER NOT NULL,
  consumed_by TEXT,
  consumed_at INTEGER,
  UNIQUE (execution_id, id)
) STRICT;

CREATE INDEX events_pending ON events (execution_id, name) WHERE consumed_by IS NULL;

CREATE TABLE logs (
  cursor INTEGER PRIMARY KEY AUTOINCREMENT,
  execution_id TEXT NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  level TEXT NOT NULL ${oneOf("level", LOG_LEVELS)},
  source TEXT NOT NULL CHECK (source = 'user' OR source = 'wf'),
  message TEXT NOT NULL,
  data TEXT,
  step TEXT
) STRICT;

CREATE INDEX logs_of_execution ON logs (execution_id);

CREATE VIEW v_executions AS
  SELECT id, workflow, version,
         iif(damaged_at IS NULL, status, 'blocked') AS status,
         iif(damaged_at IS NULL, reason, 'corrupt') AS reason,
         reason_detail, ${iso("wake_at")} AS wake_at, input, output, error,
         ${iso("created_at")} AS created_at, ${iso("started_at")} AS started_at, ${iso("finished_at")} AS finished_at,
         ${iso("deadline_at")} AS deadline_at, restarts, panics, parent_id, tags, lease_owner AS owner, pass
    FROM executions;

CREATE VIEW v_steps AS
  SELECT execution_id, scope, kind, name, n, status, ord, attempt, output, error,
         ${iso("started_at")} AS started_at, ${iso("finished_at")} AS finished_at, ${iso("wake_at")} AS wake_at
    FROM steps;
`,
} as const;
