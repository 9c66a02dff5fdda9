/**
 * Loads a CSV file of airports into SQLite, batch by batch, and proves that the database holds what the file says.
 *
 *     wf run import
 *     wf run import file=airports.csv into=airports.db batchSize=100
 *
 * Kill it whenever you like: `wf tick` goes on with the batch it was at. Each batch is a step. It writes its rows and its own idempotency
 * key in one transaction, so a batch that was committed there and cut off before its record here is not written again. Rows that do not fit
 * the schema are counted and kept with their problem; they stop nothing.
 *
 * The file is read anew by every step, so that no pass depends on what an earlier one held in memory. A file too large for that needs a
 * reader that takes up where the batch before it ended.
 */
import { Database } from "bun:sqlite";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Workflow, WorkflowError } from "wflite";
import { z } from "zod";
import { parseCsv } from "./csv.ts";

const Airport = z.object({
  iata: z.string().regex(/^[A-Z0-9]{3,4}$/),
  name: z.string().min(1),
  city: z.string().min(1),
  state: z
    .string()
    .regex(/^[A-Z]{2}$/, "is not a state")
    .refine((state) => state !== "NA", "is missing"),
  country: z.string().min(1),
  latitude: z.coerce.number().min(-90).max(90),
  longitude: z.coerce.number().min(-180).max(180),
});
type Airport = z.infer<typeof Airport>;

const path = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .transform((text) => resolve(text)); // at the start: a tick by cron begins in another directory

const Input = z.object({
  file: path("node_modules/vega-datasets/data/airports.csv"),
  into: path("import.db"),
  batchSize: z.coerce.number().int().min(1).max(10_000).default(500),
  /** How long each batch takes at least, in milliseconds: time to look on, or to kill it. */
  workMs: z.coerce.number().int().min(0).max(60_000).default(0),
  /** A durable sleep after each batch, in milliseconds, so that others get at the database; a tick takes it up after each. */
  pauseMs: z.coerce.number().int().min(0).max(60_000).default(0),
});

export default Workflow.define({
  name: "import",
  description: "Loads airports from a CSV file into SQLite and compares checksums",
  input: Input,
  output: z.object({ rows: z.int(), loaded: z.int(), rejected: z.int(), checksum: z.string() }),
  async run(ctx, { file, into, batchSize, workMs, pauseMs }) {
    const source = await ctx.step("look at the file", async () => {
      const { sha256, rows } = await readSource(file);
      return { sha256, rows: rows.length };
    });
    await ctx.step("prepare the database", () => withDatabase(into, (db) => prepare(db, ctx.executionId)));

    let rejected = 0;
    for (let first = 0; first < source.rows; first += batchSize) {
      const last = Math.min(first + batchSize, source.rows);
      rejected += await ctx.step(`rows ${first + 1} to ${last}`, async ({ idempotencyKey }) => {
        const { rows } = await readSource(file, source.sha256);
        if (workMs > 0) await Bun.sleep(workMs);
        return withDatabase(into, (db) =>
          load(
            db,
            idempotencyKey,
            rows.slice(first, last).map((row, at) => check(row, first + at + 1)),
          ),
        );
      });
      if (pauseMs > 0) await ctx.sleep("pause", pauseMs);
    }

    const checksum = await ctx.step("compare checksums", async () => {
      const { rows } = await readSource(file, source.sha256);
      const wanted = checksumOf(rows.flatMap((row, at) => check(row, at + 1).airport ?? []));
      const found = withDatabase(into, (db) => checksumOf(db.query<Airport, []>(STORED).all()));
      if (wanted !== found) throw new WorkflowError(`${into} does not hold what ${file} says: ${found} instead of ${wanted}`);
      return found;
    });
    return { rows: source.rows, loaded: source.rows - rejected, rejected, checksum };
  },
});

interface Checked {
  /** From 1, as in the file without its header. */
  readonly number: number;
  readonly airport: Airport | undefined;
  readonly problem: string;
}

const check = (row: Readonly<Record<string, string>>, number: number): Checked => {
  const { data, error } = Airport.safeParse(row);
  return { number, airport: data, problem: error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ") ?? "" };
};

/** @throws WorkflowError when it is no longer the file that was looked at: rows of two files would be mixed */
const readSource = async (file: string, expected?: string): Promise<{ sha256: string; rows: Readonly<Record<string, string>>[] }> => {
  const bytes = await readFile(file);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (expected !== undefined && sha256 !== expected) throw new WorkflowError(`${file} has changed since the import began`);
  return { sha256, rows: parseCsv(bytes.toString("utf8")) };
};

const checksumOf = (airports: readonly Airport[]): string => {
  const hash = createHash("sha256");
  for (const airport of airports) hash.update(`${JSON.stringify(airport)}\n`);
  return hash.digest("hex");
};

export const TABLES = `
  CREATE TABLE IF NOT EXISTS airports (
    number INTEGER PRIMARY KEY, iata TEXT, name TEXT, city TEXT, state TEXT, country TEXT, latitude REAL, longitude REAL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS rejected (number INTEGER PRIMARY KEY, problem TEXT) STRICT;
  CREATE TABLE IF NOT EXISTS batches (key TEXT PRIMARY KEY, loaded INTEGER, rejected INTEGER) STRICT;
  CREATE TABLE IF NOT EXISTS owner (execution TEXT PRIMARY KEY) STRICT;`;

/** The columns in the order of the schema, so that both sides of the comparison are written alike. */
const STORED = "SELECT iata, name, city, state, country, latitude, longitude FROM airports ORDER BY number";

const LOAD = `
  INSERT OR REPLACE INTO airports (number, iata, name, city, state, country, latitude, longitude)
  VALUES ($number, $iata, $name, $city, $state, $country, $latitude, $longitude)`;

const withDatabase = <T>(file: string, use: (db: Database) => T): T => {
  const db = new Database(file, { create: true, strict: true });
  try {
    db.run("PRAGMA busy_timeout = 5000; PRAGMA synchronous = FULL;");
    return db.transaction(use).immediate(db);
  } finally {
    db.close();
  }
};

/** Another import in the same file is started over; this one, taken up again, keeps what it has. */
const prepare = (db: Database, execution: string): void => {
  db.run(TABLES);
  if (db.query("SELECT 1 FROM owner WHERE execution = $execution").get({ execution }) !== null) return;
  db.run("DELETE FROM airports; DELETE FROM rejected; DELETE FROM batches; DELETE FROM owner;");
  db.query("INSERT INTO owner VALUES ($execution)").run({ execution });
};

/** @returns how many rows were rejected */
const load = (db: Database, key: string, rows: readonly Checked[]): number => {
  const before = db.query<{ rejected: number }, { key: string }>("SELECT rejected FROM batches WHERE key = $key").get({ key });
  if (before !== null) return before.rejected;
  let rejected = 0;
  for (const { number, airport, problem } of rows) {
    if (airport !== undefined) db.query(LOAD).run({ number, ...airport });
    else {
      db.query("INSERT OR REPLACE INTO rejected VALUES ($number, $problem)").run({ number, problem });
      rejected++;
    }
  }
  db.query("INSERT INTO batches VALUES ($key, $loaded, $rejected)").run({ key, loaded: rows.length - rejected, rejected });
  return rejected;
};
