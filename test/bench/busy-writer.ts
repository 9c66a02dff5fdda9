/**
 * A process that commits all the while, and tells how long it had to wait for the lock.
 *
 *     argv: the database file. Ends, with a line of JSON, when its input does.
 *
 * It asks again every fifth of a millisecond: SQLite's own waiting would sleep through the moments in which the lock is free.
 */
import { Database } from "bun:sqlite";

const database = new Database(process.argv[2] ?? "");
database.run("PRAGMA busy_timeout = 0; PRAGMA synchronous = NORMAL");
const begin = database.prepare("BEGIN IMMEDIATE");
const commit = database.prepare("COMMIT");
const write = database.prepare("INSERT INTO meta VALUES ('bench', ?1) ON CONFLICT (key) DO UPDATE SET value = excluded.value");
const waits: number[] = [];
let isOver = false;

const turn = (): void => {
  const from = performance.now();
  for (;;) {
    try {
      begin.run();
      break;
    } catch {
      Bun.sleepSync(0.2);
    }
  }
  waits.push(performance.now() - from);
  write.run(String(waits.length));
  commit.run();
};

const loop = (): void => {
  if (isOver) {
    const sorted = [...waits].sort((a, b) => a - b);
    const of = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
    console.log(JSON.stringify({ commits: waits.length, p50: of(0.5), p99: of(0.99), max: of(1) }));
    return process.exit(0);
  }
  turn();
  setTimeout(loop, 1);
};

void Bun.stdin.text().then(() => (isOver = true));
loop();
