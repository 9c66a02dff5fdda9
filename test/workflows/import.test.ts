/** Every row of a real file arrives once, whatever happens to the process. */
import { Database } from "bun:sqlite";
import { afterEach, describe, expect, test } from "bun:test";
import { appendFileSync, copyFileSync, cpSync } from "node:fs";
import { join, resolve } from "node:path";
import importer, { TABLES } from "../../workflows/import.ts";
import { openBench } from "../engine/harness.ts";
import { eventually, playground } from "../support/wf.ts";
import { openWorkbench, tickToTheEnd, type Workbench } from "./bench.ts";

const AIRPORTS = resolve(import.meta.dir, "../../node_modules/vega-datasets/data/airports.csv");
/** Counted with another program: 3,376 lines below the header, 12 of them with the state "NA". */
const [ROWS, REJECTED] = [3_376, 12];

const read = <T>(file: string, sql: string): T[] => {
  const db = new Database(file); // may write: a killed process leaves a transaction to be rolled back
  try {
    db.run("PRAGMA busy_timeout = 60000");
    return db.query<T, []>(sql).all();
  } finally {
    db.close();
  }
};

const one = (file: string, sql: string): number => read<{ n: number }>(file, `SELECT (${sql}) AS n`)[0]?.n ?? Number.NaN;

describe("in one go", () => {
  let at: Workbench;
  afterEach(() => at.close());

  test("all rows are loaded or rejected, and the checksum is that of the file", async () => {
    at = await openWorkbench(importer);
    const into = at.path("airports.db");
    const { id } = await at.bench.engine.start(importer, { file: AIRPORTS, into, batchSize: "1000" });
    const { status, output } = await tickToTheEnd(at, id);
    expect(status).toBe("completed");
    expect(output).toEqual({ rows: ROWS, loaded: ROWS - REJECTED, rejected: REJECTED, checksum: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(one(into, "SELECT count(*) FROM airports")).toBe(ROWS - REJECTED);
    expect(one(into, "SELECT count(*) FROM rejected WHERE problem = 'state: is missing'")).toBe(REJECTED);
    expect(one(into, "SELECT count(*) FROM batches")).toBe(4);
    expect(read(into, "SELECT name, city, latitude FROM airports WHERE iata = 'DBN'")).toEqual([
      { name: 'W. H. "Bud" Barron', city: "Dublin", latitude: 32.56445806 },
    ]);
  });

  test("a second import into the same file starts it over", async () => {
    at = await openWorkbench(importer);
    const into = at.path("airports.db");
    for (let round = 0; round < 2; round++) {
      const { id } = await at.bench.engine.start(importer, { file: AIRPORTS, into, batchSize: 2_000 });
      expect(await tickToTheEnd(at, id)).toMatchObject({ status: "completed", output: { loaded: ROWS - REJECTED } });
    }
    expect(one(into, "SELECT count(*) FROM airports")).toBe(ROWS - REJECTED);
  });

  test("batches that a dead process committed there and did not record here are not written again", async () => {
    at = await openWorkbench(importer);
    const into = at.path("airports.db");
    const input = { file: AIRPORTS, into };
    for (let life = 0; life < 2; life++) {
      const { id } = await at.bench.engine.start(importer, input, { id: "i-1" });
      expect(await tickToTheEnd(at, id)).toMatchObject({ status: "completed", output: { loaded: ROWS - REJECTED, rejected: REJECTED } });
      if (life === 0) audit(into);
      await at.bench.close();
      at.bench = await openBench([importer]);
    }
    expect(one(into, "SELECT count(*) FROM airports")).toBe(ROWS - REJECTED);
    expect(one(into, "SELECT count(*) FROM writes")).toBe(0);
  });

  test("a file that changes meanwhile ends it, before rows of two files are mixed", async () => {
    at = await openWorkbench(importer);
    const [file, into] = [at.path("airports.csv"), at.path("airports.db")];
    copyFileSync(AIRPORTS, file);
    const { id } = await at.bench.engine.start(importer, { file, into, batchSize: 1_000, pauseMs: 1_000 });
    expect(await at.bench.engine.carry(id)).toMatchObject({ status: "sleeping" });
    appendFileSync(file, "XXX,New,Town,GA,USA,1,1\n");
    expect(await tickToTheEnd(at, id)).toMatchObject({
      status: "failed",
      error: { name: "WorkflowError", message: expect.stringContaining("has changed") },
    });
    expect(one(into, "SELECT count(*) FROM batches")).toBe(1);
  });

  test("a row that somebody changes in the database is noticed", async () => {
    at = await openWorkbench(importer);
    const into = at.path("airports.db");
    const { id } = await at.bench.engine.start(importer, { file: AIRPORTS, into, batchSize: 5_000, pauseMs: 1_000 });
    expect(await at.bench.engine.carry(id)).toMatchObject({ status: "sleeping" });
    const db = new Database(into);
    db.run("UPDATE airports SET latitude = latitude + 0.00000001 WHERE iata = 'DBN'");
    db.close();
    expect(await tickToTheEnd(at, id)).toMatchObject({ status: "failed", error: { message: expect.stringContaining("does not hold") } });
  });
});

test("killed again and again, it ends, and no row was written twice", async () => {
  const at = playground();
  try {
    cpSync(resolve(import.meta.dir, "../../workflows"), at.path("workflows"), { recursive: true });
    const into = join(at.folder, "airports.db");
    audit(into);
    const input = { file: AIRPORTS, into, batchSize: 100, pauseMs: 10 };
    let running = at.start("run", "import", "--id", "i-1", "-i", JSON.stringify(input), "--wait");
    const rows = (): number => one(into, "SELECT count(*) FROM airports");
    for (const wanted of [300, 1_200, 2_100]) {
      await eventually(`${wanted} rows are there`, () => rows() >= wanted);
      running.kill("SIGKILL");
      await running.done;
      expect(rows()).toBeLessThan(ROWS - REJECTED);
      running = at.start("tick", "--hold", "1m");
    }
    expect(await running.done).toMatchObject({ code: 0, stdout: expect.stringContaining("i-1") });
    expect(await at.json("status", "i-1")).toMatchObject({
      status: "completed",
      output: { rows: ROWS, loaded: ROWS - REJECTED, rejected: REJECTED },
    });
    expect(rows()).toBe(ROWS - REJECTED);
    expect(one(into, "SELECT count(*) FROM writes")).toBe(ROWS - REJECTED);
    expect(one(into, "SELECT count(DISTINCT number) FROM writes")).toBe(ROWS - REJECTED);
    expect(one(into, "SELECT count(*) FROM batches")).toBe(34);
  } finally {
    at.remove();
  }
});

/** Notes each writing of a row, also one that replaces it by itself. */
function audit(file: string): void {
  const db = new Database(file, { create: true });
  db.run(TABLES);
  db.run("CREATE TABLE writes (number INTEGER)");
  db.run("CREATE TRIGGER written AFTER INSERT ON airports BEGIN INSERT INTO writes VALUES (new.number); END");
  db.close();
}
