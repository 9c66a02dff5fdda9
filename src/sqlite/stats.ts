/** How large a database is, and what is in it. */
import type { StatsView } from "../model/maintenance.ts";
import { toIso } from "../model/instant.ts";
import type { Queries } from "./query.ts";
import { listMigrations } from "./tables/migrations.ts";

const TABLES = [
  ...["executions", "steps", "attempts", "events", "logs", "panics", "workers", "workflows"],
  ...["sources", "schedules", "marks", "decisions", "requests", "lanes", "starts", "counts"],
] as const;

const OLDEST = `SELECT min(created_at) AS at FROM executions`;

const VERSION = `SELECT sqlite_version() AS version`;

export function statsOf(db: Queries, file: string, walBytes: number): StatsView {
  const pageBytes = pragma(db, "page_size");
  return {
    file,
    schema: pragma(db, "user_version"),
    sqlite: db.query<{ readonly version: string }>(VERSION).get()?.version ?? "",
    sizeBytes: pragma(db, "page_count") * pageBytes,
    walBytes,
    freeBytes: pragma(db, "freelist_count") * pageBytes,
    rows: Object.fromEntries(TABLES.map((table) => [table, countOf(db, table)])),
    oldestExecutionAt: isoOf(db.query<{ readonly at: number | null }>(OLDEST).get()?.at ?? null),
    migrations: listMigrations(db).map(({ number, name, appliedAt }) => ({ number, name, appliedAt: toIso(appliedAt) })),
  };
}

const countOf = (db: Queries, table: string): number =>
  db.query<{ readonly n: number }>(`SELECT count(*) AS n FROM ${table}`).get()?.n ?? 0;

const pragma = (db: Queries, name: "page_size" | "page_count" | "freelist_count" | "user_version"): number =>
  Number(Object.values(db.query<Readonly<Record<string, number>>>(`PRAGMA ${name}`).get() ?? {})[0] ?? 0);

const isoOf = (at: number | null): string | null => (at === null ? null : toIso(at));
