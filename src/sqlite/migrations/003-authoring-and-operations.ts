/**
 * Schema 3: children, schedules, limits, sources, and what people have decided by hand.
 *
 *   - The new columns of `executions` and `steps` are part of a row's checksum only where they differ from their default, so rows from
 *     before this schema keep the checksum they have.
 *   - `steps.flags` are bits: 1 begins at most once, 2 is undone by a compensation, 4 was settled by hand, 8 is sensitive. `steps.detail`
 *     is what a wait is about: the id of a child, the message of an approval.
 *   - `executions_slot` is what lets a slot of a schedule start one execution at most, whoever is first.
 *   - An owner that lets go of an execution, in whatever way, opens its lane to those that wait there: a trigger does it, so that no
 *     statement can forget it. `lanes.turn` is the lane's place among those where a place is free and somebody waits. Who waits for a
 *     place has reason `concurrency` and no detail; with a detail it waits for something else.
 *   - `starts` has a row for each start that counts against a rate limit: planned, and since when it has begun.
 *   - `executions_due` leaves other priorities to `executions_priority`: a backlog of low ones is not read through by each claim.
 *   - `counts` is kept by triggers: counting a million rows for every overview took longer than all the rest of it.
 *   - `removed` says that an execution is gone, though not all of its rows are yet: a history of ten thousand steps is deleted in parts,
 *     and nobody may meet half of one. Such a row is never read again, nor counted.
 *   - `requests` are wishes for an execution that a process has in memory; its owner takes them from there.
 */
import { REMOVED } from "../removed.ts";

const iso = (column: string): string => `strftime('%Y-%m-%dT%H:%M:%fZ', ${column} / 1000.0, 'unixepoch')`;

const OPEN_LANE = `UPDATE lanes SET turn = (SELECT coalesce(max(turn), 0) + 1 FROM lanes WHERE turn IS NOT NULL)
   WHERE key = old.lane AND turn IS NULL
     AND EXISTS (SELECT 1 FROM executions
                  WHERE lane = old.lane AND lane IS NOT NULL AND reason = 'concurrency' AND reason_detail IS NULL AND damaged_at IS NULL);`;

export const authoringAndOperations = {
  number: 3,
  name: "authoring and operations",
  sql: `
ALTER TABLE executions ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
ALTER TABLE executions ADD COLUMN lane TEXT;
ALTER TABLE executions ADD COLUMN schedule TEXT;
ALTER TABLE executions ADD COLUMN scheduled_for INTEGER;
ALTER TABLE executions ADD COLUMN origin TEXT;
ALTER TABLE executions ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;
ALTER TABLE executions ADD COLUMN start_source TEXT;
ALTER TABLE executions ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
ALTER TABLE executions ADD COLUMN detached INTEGER NOT NULL DEFAULT 0;
ALTER TABLE executions ADD COLUMN removed INTEGER;

CREATE UNIQUE INDEX executions_slot ON executions (schedule, scheduled_for) WHERE schedule IS NOT NULL AND scheduled_for IS NOT NULL;
CREATE INDEX executions_parent ON executions (parent_id) WHERE parent_id IS NOT NULL;
DROP INDEX executions_due;
CREATE INDEX executions_due ON executions (wake_at, id)
  WHERE priority = 0 AND wake_at IS NOT NULL AND lease_owner IS NULL AND damaged_at IS NULL;
CREATE INDEX executions_priority ON executions (priority, wake_at, id)
  WHERE priority <> 0 AND wake_at IS NOT NULL AND lease_owner IS NULL AND damaged_at IS NULL;
CREATE INDEX executions_lane_running ON executions (lane) WHERE lane IS NOT NULL AND lease_owner IS NOT NULL;
CREATE INDEX executions_lane_waiting ON executions (lane, priority DESC, created_at, seq)
  WHERE lane IS NOT NULL AND reason = 'concurrency' AND reason_detail IS NULL AND damaged_at IS NULL;
CREATE INDEX executions_lane_unfinished ON executions (lane, created_at, seq)
  WHERE lane IS NOT NULL AND damaged_at IS NULL AND NOT (status = 'completed' OR status = 'failed' OR status = 'cancelled');
CREATE INDEX executions_pinned ON executions (pinned) WHERE pinned = 1;
CREATE INDEX executions_finished ON executions (workflow, status, finished_at)
  WHERE finished_at IS NOT NULL AND removed IS NOT ${REMOVED} AND damaged_at IS NULL;
CREATE INDEX executions_removed ON executions (seq) WHERE removed IS ${REMOVED};
CREATE INDEX executions_schedule_open ON executions (schedule, scheduled_for)
  WHERE schedule IS NOT NULL AND NOT (status = 'completed' OR status = 'failed' OR status = 'cancelled');

ALTER TABLE steps ADD COLUMN flags INTEGER NOT NULL DEFAULT 0;
ALTER TABLE steps ADD COLUMN detail TEXT;

CREATE INDEX steps_approvals ON steps (started_at) WHERE kind = 'approval' AND status = 'waiting';
CREATE INDEX steps_children ON steps (detail, execution_id) WHERE kind = 'child' AND status = 'waiting';

ALTER TABLE events ADD COLUMN kind TEXT NOT NULL DEFAULT 'event' CHECK (kind = 'event' OR kind = 'approval');
ALTER TABLE events ADD COLUMN target TEXT;

CREATE TABLE sources (
  hash TEXT PRIMARY KEY NOT NULL CHECK (hash <> ''),
  saved_at INTEGER NOT NULL,
  files BLOB NOT NULL
) STRICT;

CREATE TABLE schedules (
  name TEXT PRIMARY KEY NOT NULL,
  workflow TEXT NOT NULL,
  cron TEXT NOT NULL,
  timezone TEXT NOT NULL,
  own_timezone INTEGER NOT NULL CHECK (own_timezone = 0 OR own_timezone = 1),
  overlap TEXT NOT NULL,
  catch_up TEXT NOT NULL,
  window_ms INTEGER NOT NULL,
  jitter_ms INTEGER NOT NULL,
  input TEXT,
  file TEXT NOT NULL,
  next_at INTEGER,
  last_slot_at INTEGER,
  skipped INTEGER NOT NULL DEFAULT 0,
  missed INTEGER NOT NULL DEFAULT 0,
  paused_at INTEGER,
  paused_by TEXT,
  paused_reason TEXT,
  resumed_at INTEGER,
  resumed_by TEXT,
  problem TEXT,
  problem_at INTEGER,
  seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX schedules_due ON schedules (next_at) WHERE next_at IS NOT NULL AND paused_at IS NULL;

CREATE TABLE marks (
  execution_id TEXT NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  value INTEGER NOT NULL CHECK (value = 0 OR value = 1),
  checksum INTEGER NOT NULL,
  PRIMARY KEY (execution_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE decisions (
  seq INTEGER PRIMARY KEY,
  execution_id TEXT NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  by TEXT NOT NULL,
  action TEXT NOT NULL,
  detail TEXT,
  reason TEXT
) STRICT;

CREATE INDEX decisions_of_execution ON decisions (execution_id);

CREATE TABLE requests (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  execution_id TEXT NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
  action TEXT NOT NULL CHECK (action = 'pause' OR action = 'wake'),
  detail TEXT,
  at INTEGER NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE INDEX requests_of_execution ON requests (execution_id);

CREATE TABLE lanes (
  key TEXT PRIMARY KEY NOT NULL,
  max_running INTEGER CHECK (max_running >= 1),
  max_starts INTEGER CHECK (max_starts >= 1),
  period_ms INTEGER CHECK (period_ms >= 1),
  turn INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX lanes_turn ON lanes (turn) WHERE turn IS NOT NULL;

CREATE TRIGGER executions_let_go AFTER UPDATE OF lease_owner ON executions
  WHEN old.lane IS NOT NULL AND old.lease_owner IS NOT NULL AND new.lease_owner IS NULL
BEGIN
  ${OPEN_LANE}
END;

CREATE TRIGGER executions_let_go_by_removal AFTER DELETE ON executions WHEN old.lane IS NOT NULL AND old.lease_owner IS NOT NULL BEGIN
  ${OPEN_LANE}
END;

CREATE TABLE starts (
  seq INTEGER PRIMARY KEY,
  lane TEXT NOT NULL,
  wanted_at INTEGER NOT NULL,
  at INTEGER NOT NULL,
  execution_id TEXT NOT NULL,
  begun INTEGER NOT NULL CHECK (begun = 0 OR begun = 1)
) STRICT;

CREATE INDEX starts_in_order ON starts (lane, wanted_at, seq);
CREATE INDEX starts_begun ON starts (lane, at) WHERE begun = 1;
CREATE UNIQUE INDEX starts_ahead ON starts (execution_id) WHERE begun = 0;

CREATE TABLE counts (
  workflow TEXT NOT NULL,
  status TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (workflow, status)
) STRICT, WITHOUT ROWID;

INSERT INTO counts (workflow, status, n) SELECT workflow, status, count(*) FROM executions GROUP BY workflow, status;

CREATE TRIGGER executions_counted_in AFTER INSERT ON executions BEGIN
  INSERT INTO counts (workflow, status, n) VALUES (new.workflow, new.status, 1)
  ON CONFLICT (workflow, status) DO UPDATE SET n = n + 1;
END;

CREATE TRIGGER executions_counted_out AFTER DELETE ON executions WHEN old.removed IS NOT ${REMOVED} BEGIN
  UPDATE counts SET n = n - 1 WHERE workflow = old.workflow AND status = old.status;
END;

CREATE TRIGGER executions_counted_away AFTER UPDATE OF removed ON executions
  WHEN old.removed IS NOT ${REMOVED} AND new.removed IS ${REMOVED} BEGIN
  UPDATE counts SET n = n - 1 WHERE workflow = old.workflow AND status = old.status;
END;

CREATE TRIGGER executions_counted_over AFTER UPDATE OF status ON executions WHEN old.status <> new.status BEGIN
  UPDATE counts SET n = n - 1 WHERE workflow = old.workflow AND status = old.status;
  INSERT INTO counts (workflow, status, n) VALUES (new.workflow, new.status, 1)
  ON CONFLICT (workflow, status) DO UPDATE SET n = n + 1;
END;

DROP VIEW v_executions;
CREATE VIEW v_executions AS
  SELECT id, workflow, version,
         iif(damaged_at IS NULL, status, 'blocked') AS status,
         iif(damaged_at IS NULL, reason, 'corrupt') AS reason,
         reason_detail, ${iso("wake_at")} AS wake_at, input, output, error,
         ${iso("created_at")} AS created_at, ${iso("started_at")} AS started_at, ${iso("finished_at")} AS finished_at,
         ${iso("deadline_at")} AS deadline_at, restarts, panics, parent_id, tags, lease_owner AS owner, pass
    FROM executions
   WHERE removed IS NOT ${REMOVED};
`,
} as const;
