/** Group commit: when a transaction is made, what shares it, and who is told what. */
import { beforeEach, describe, expect, test } from "bun:test";
import type { Outcome, Write } from "../../src/sqlite/batch.ts";
import { Committer } from "../../src/sqlite/committer.ts";
import { Rows, sqliteError } from "./rows.ts";

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

let rows: Rows;
let waits: number[];
let boot: number;
let log: string[];
let committer: Committer;
beforeEach(() => {
  rows = new Rows();
  waits = [];
  boot = 0;
  log = [];
  const after = (ms: number, fn: () => void): void => {
    waits.push(ms);
    boot += 1_000;
    setImmediate(fn);
  };
  committer = new Committer(rows, { boot: () => boot, chance: () => 0.5, after, turn: (fn) => void setImmediate(fn) });
});

/** Adds a row; negative ones fail by their own fault. */
function add(row: number, parts: Partial<Write<number>> = {}): void {
  committer.add<number>({
    run: () => {
      rows.rows.push(row);
      if (row < 0) throw new Error("negative");
      return row;
    },
    isStored: () => rows.rows.includes(row),
    settle: (outcome: Outcome<number>) => void log.push(outcome.ok ? `${row} ok` : `${row} ${codeOf(outcome.error)}`),
    ...parts,
  });
}

const codeOf = (error: Error): string => String((error as { code?: unknown }).code ?? error.message);

describe("writes", () => {
  test("of one turn share a transaction, in their order; those of another turn have their own", async () => {
    add(1);
    add(2);
    expect([rows.transactions, log]).toEqual([[], []]);
    await turn();
    add(3);
    await turn();
    expect(rows.transactions).toEqual([[1, 2], [3]]);
    expect(log).toEqual(["1 ok", "2 ok", "3 ok"]);
  });

  test("are settled only once all of them are stored; what settling adds goes into the next transaction", async () => {
    add(1, { settle: () => (log.push(`1 with ${rows.rows}`), add(3)) });
    add(2, { settle: () => void log.push(`2 with ${rows.rows}`) });
    await turn();
    expect(log).toEqual(["1 with 1,2", "2 with 1,2"]);
    await turn();
    expect(rows.transactions).toEqual([[1, 2], [3]]);
  });

  test("beyond 2,000 are left for the next transaction", async () => {
    for (let row = 1; row <= 4_001; row++) add(row);
    for (let at = 0; at < 4; at++) await turn();
    expect(rows.transactions.map(({ length }) => length)).toEqual([2_000, 2_000, 1]);
    expect(log.map((line) => Number.parseInt(line))).toEqual(Array.from({ length: 4_001 }, (_, at) => at + 1));
  });

  test("that fail by their own fault are refused alone", async () => {
    for (const row of [1, -2, 3, -4, 5]) add(row);
    await turn();
    expect(rows.rows).toEqual([1, 3, 5]);
    expect(log).toEqual(["1 ok", "-2 negative", "3 ok", "-4 negative", "5 ok"]);
  });

  test("leave a pause for other processes when they need one", async () => {
    rows.pause = 1;
    add(1);
    await turn();
    expect(waits).toEqual([1]);
    expect(log).toEqual(["1 ok"]);
  });

  test("are settled although a neighbour's settling throws, and that error is not swallowed", async () => {
    const thrown: unknown[] = [];
    const host = { boot: () => 0, chance: () => 0, after: () => {}, turn: (fn: () => void) => void setImmediate(() => attempt(fn)) };
    const attempt = (fn: () => void): void => {
      try {
        fn();
      } catch (error) {
        thrown.push(error);
      }
    };
    committer = new Committer(rows, host);
    const broken = new Error("in settle");
    add(1, {
      settle: () => {
        throw broken;
      },
    });
    add(2);
    await turn();
    await turn();
    expect(log).toEqual(["2 ok"]);
    expect(thrown).toEqual([broken]);
  });
});

describe("a lock of another process", () => {
  test("keeps the queue and its order, and is tried again at random moments", async () => {
    rows.fate = ["locked", "locked"];
    add(1);
    await turn();
    add(2);
    for (let at = 0; at < 3; at++) await turn();
    expect(waits).toEqual([2.5, 2.5]);
    expect(rows.transactions).toEqual([[1, 2]]);
    expect(log).toEqual(["1 ok", "2 ok"]);
  });

  test("held for a minute refuses all with BUSY; later writes are tried anew", async () => {
    rows.fate = Array<"locked">(61).fill("locked");
    add(1);
    await turn();
    add(2);
    for (let at = 0; at < 62; at++) await turn();
    expect(log).toEqual(["1 BUSY", "2 BUSY"]);
    add(3);
    for (let at = 0; at < 3; at++) await turn();
    expect([log.at(-1), rows.rows]).toEqual(["3 ok", [3]]);
  });
});

describe("a failure of the system", () => {
  test("refuses the whole batch with its own error, and the next is tried again", async () => {
    rows.fate = ["full"];
    add(1);
    add(2);
    await turn();
    expect(log).toEqual(["1 SQLITE_FULL", "2 SQLITE_FULL"]);
    expect(rows.rows).toEqual([]);
    add(1);
    await turn();
    expect(log.at(-1)).toBe("1 ok");
  });

  test("while writes are tried apart refuses them all, the one that failed by itself too", async () => {
    add(1);
    add(-2);
    add(3, { run: () => (rows.inTransaction && log.length === 0 ? fullOnce() : 3) });
    const fullOnce = (): number => {
      throw sqliteError("SQLITE_FULL", 13);
    };
    await turn();
    expect(log).toEqual(["1 SQLITE_FULL", "-2 SQLITE_FULL", "3 SQLITE_FULL"]);
    expect(rows.rows).toEqual([]);
  });
});

describe("a COMMIT whose outcome is unknown", () => {
  test("counts as done when the file holds what was written", async () => {
    rows.fate = ["kept"];
    add(1);
    add(2);
    await turn();
    expect(log).toEqual(["1 ok", "2 ok"]);
  });

  test("counts as not done when it does not, and every write is refused with the error that began it", async () => {
    rows.fate = ["lost"];
    add(1);
    add(2);
    await turn();
    expect(log).toEqual(["1 SQLITE_IOERR_FSYNC", "2 SQLITE_IOERR_FSYNC"]);
    expect(rows.rows).toEqual([]);
  });

  test("is not taken for done because one of its writes was there before", async () => {
    rows.rows = [1];
    rows.fate = ["lost"];
    add(1);
    add(2);
    await turn();
    expect(log).toEqual(["1 SQLITE_IOERR_FSYNC", "2 SQLITE_IOERR_FSYNC"]);
  });

  test("is not taken for done when no write can tell", async () => {
    rows.fate = ["kept"];
    add(1, { isStored: () => undefined });
    await turn();
    expect(log).toEqual(["1 SQLITE_IOERR_FSYNC"]);
  });

  test("is settled by those that can tell, when some cannot", async () => {
    rows.fate = ["kept"];
    add(1, { isStored: () => undefined });
    add(2);
    await turn();
    expect(log).toEqual(["1 ok", "2 ok"]);
  });

  test("is read back once the lock is gone, before anything else is written", async () => {
    rows.fate = ["kept"];
    rows.readLocks = 2;
    add(1);
    await turn();
    add(2);
    expect(log).toEqual([]);
    for (let at = 0; at < 4; at++) await turn();
    expect(log).toEqual(["1 ok", "2 ok"]);
  });

  test("that cannot be read back is refused", async () => {
    rows.fate = ["unreadable"];
    add(1);
    await turn();
    expect(log).toEqual(["1 SQLITE_IOERR_FSYNC"]);
  });
});

describe("closing", () => {
  test("waits for what was taken, through a lock too, and takes nothing more", async () => {
    rows.fate = ["locked"];
    add(1);
    const closing = committer.close().then(() => log.push("closed"));
    add(2);
    for (let at = 0; at < 4; at++) await turn();
    await closing;
    expect(log.toSorted()).toEqual(["1 ok", "2 CLOSED", "closed"]);
    expect(rows.rows).toEqual([1]);
  });

  test("with nothing to do is done at once", () => committer.close());
});
