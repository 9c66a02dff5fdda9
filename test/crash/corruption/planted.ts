/** Schemas that somebody has changed: none of them may be opened, whatever it would do. */
export interface Planted {
  readonly sql?: string;
  /** Then, in the bytes: SQLite itself lets no statement do this. Both texts are of one length. */
  readonly bytes?: readonly [from: string, to: string];
}

const STATEMENTS: Readonly<Record<string, string>> = {
  "a trigger that deletes": "CREATE TRIGGER evil AFTER UPDATE ON meta BEGIN DELETE FROM executions; END",
  "a trigger on new executions": "CREATE TRIGGER evil AFTER INSERT ON executions BEGIN UPDATE executions SET input = '1'; END",
  "a trigger on new steps": "CREATE TRIGGER evil BEFORE INSERT ON steps BEGIN SELECT raise(IGNORE); END",
  "a trigger on events": "CREATE TRIGGER evil AFTER INSERT ON events BEGIN DELETE FROM logs; END",
  "a trigger on workers": "CREATE TRIGGER evil AFTER INSERT ON workers BEGIN SELECT raise(ABORT, 'no'); END",
  "a trigger on a view": "CREATE TRIGGER evil INSTEAD OF DELETE ON v_steps BEGIN DELETE FROM steps; END",
  "a view": "CREATE VIEW evil AS SELECT 1",
  "a view that shadows ours": "DROP VIEW v_steps; CREATE VIEW v_steps AS SELECT load_extension('evil.so') AS a",
  "a view that never ends": "CREATE VIEW evil AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
  "a table": "CREATE TABLE evil (a)",
  "a table of another program": "CREATE TABLE users (id INTEGER PRIMARY KEY, password TEXT)",
  "a virtual table": "CREATE VIRTUAL TABLE evil USING fts5(a)",
  "an index": "CREATE INDEX evil ON steps (output)",
  "a unique index": "CREATE UNIQUE INDEX evil ON executions (created_at, seq)",
  "an index over an expression": "CREATE INDEX evil ON steps (abs(length(output)))",
  "a further column": "ALTER TABLE meta ADD COLUMN evil TEXT",
  "a column with a default that is computed": "ALTER TABLE logs ADD COLUMN evil TEXT AS (upper(message))",
  "an index less": "DROP INDEX executions_due",
  "a view less": "DROP VIEW v_executions",
  "a table less": "DROP TABLE logs",
  "a table under another name": "ALTER TABLE workers RENAME TO labourers",
};

export const PLANTED: Readonly<Record<string, Planted>> = {
  ...Object.fromEntries(Object.entries(STATEMENTS).map(([name, sql]) => [name, { sql }])),
  "a trigger that is named as statistics are": {
    sql: "CREATE TRIGGER evil_stat123 AFTER UPDATE ON meta BEGIN DELETE FROM executions; END",
    bytes: ["evil_stat123", "sqlite_stat1"],
  },
  "a rule less": { bytes: ["CHECK (panics >= 0)", "CHECK (panics >=-9)"] },
  "a table that is no longer strict": { bytes: [") STRICT", ")       "] },
  "a foreign key that leads elsewhere": { bytes: ["REFERENCES workers (id)", "REFERENCES wickers (id)"] },
};
