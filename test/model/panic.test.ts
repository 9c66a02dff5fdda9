/** Panics: failures of the system are told from errors of the workflow, by the errors that Bun and SQLite really throw. */
import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { isPanicError, panicCode } from "../../src/model/panic.ts";

const shaped = (fields: Record<string, unknown>, message = "failed"): Error => Object.assign(new Error(message), fields);
const named = (name: string, fields: Record<string, unknown> = {}): Error => shaped({ name, ...fields });

/** What a function throws. */
const thrownBy = (run: () => unknown): unknown => {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
};

const under = (error: unknown, depth: number): unknown =>
  depth === 0 ? error : new Error(`level ${depth}`, { cause: under(error, depth - 1) });

describe("errors of the system", () => {
  test.each(["ENOMEM", "ENOSPC", "EDQUOT", "EMFILE", "ENFILE", "EIO", "SQLITE_FULL", "SQLITE_NOMEM", "SQLITE_IOERR", "SQLITE_IOERR_WRITE"])(
    "the code %s is a panic of that name",
    (code) => {
      expect(panicCode(shaped({ code }))).toBe(code);
      expect(isPanicError(shaped({ code }))).toBe(true);
    },
  );

  test.each([
    "ENOENT",
    "EACCES",
    "EEXIST",
    "ECONNRESET",
    "EPIPE",
    "EIOX",
    "XEIO",
    "EIO ",
    "enospc",
    "",
    "SQLITE_BUSY",
    "SQLITE_CORRUPT",
    "SQLITE_CONSTRAINT_UNIQUE",
    "SQLITE_FULLER",
    "SQLITE_IOERRX",
    "SQLITE_TOOBIG",
    "SQLITE_READONLY",
  ])("the code %j is an ordinary error", (code) => {
    expect(panicCode(shaped({ code }))).toBeUndefined();
    expect(isPanicError(shaped({ code }))).toBe(false);
  });

  test("codes that are no text count for nothing", () => {
    for (const code of [28, 13, null, ["ENOSPC"], { toString: () => "ENOSPC" }, new String("ENOSPC")]) {
      expect(isPanicError(shaped({ code }))).toBe(false);
    }
  });

  test("a message that only speaks of a code is an ordinary error", () => {
    expect(isPanicError(new Error("ENOSPC: no space left on device"))).toBe(false);
  });

  test("a missing file, as Bun throws it, is an ordinary error", () => {
    expect(isPanicError(thrownBy(() => readFileSync("/nonexistent")))).toBe(false);
  });

  test("a plain object of the same shape, as storage gives it back, is judged alike", () => {
    expect(panicCode({ name: "Error", message: "no space", code: "ENOSPC" })).toBe("ENOSPC");
    expect(panicCode({ name: "Error", message: "outer", cause: { code: "EIO" } })).toBe("EIO");
    expect(panicCode(Object.assign(Object.create(null), { code: "EIO" }))).toBe("EIO");
  });
});

describe("errors of SQLite", () => {
  const FILL = "PRAGMA max_page_count = 2; CREATE TABLE a(x);";
  const INSERT = "INSERT INTO a VALUES (zeroblob(100000))";

  test("a full database is a panic with either driver", () => {
    const bun = new Database(":memory:");
    const node = new DatabaseSync(":memory:");
    bun.run(FILL);
    node.exec(FILL);
    expect(panicCode(thrownBy(() => bun.run(INSERT)))).toBe("SQLITE_FULL");
    expect(panicCode(thrownBy(() => node.exec(INSERT)))).toBe("SQLITE_FULL");
  });

  test("a broken constraint and a wrong statement are ordinary with either driver", () => {
    const bun = new Database(":memory:");
    const node = new DatabaseSync(":memory:");
    for (const statement of ["SELECT no such thing", "SELECT * FROM missing"]) {
      expect(isPanicError(thrownBy(() => bun.run(statement)))).toBe(false);
      expect(isPanicError(thrownBy(() => node.exec(statement)))).toBe(false);
    }
  });

  test.each([
    [7, "SQLITE_NOMEM"],
    [10, "SQLITE_IOERR"],
    [13, "SQLITE_FULL"],
    [778, "SQLITE_IOERR"],
    [4874, "SQLITE_IOERR"],
    [3082, "SQLITE_IOERR"],
    [5, undefined],
    [11, undefined],
    [19, undefined],
    [2067, undefined],
    [0, undefined],
    [-10, undefined],
    [-243, undefined],
    ["13", undefined],
    [undefined, undefined],
  ])("the number %p is %p where a driver gives no name", (number, code) => {
    expect(panicCode(shaped({ code: "ERR_SQLITE_ERROR", errcode: number }))).toBe(code);
    expect(panicCode(named("SQLiteError", { errno: number }))).toBe(code);
  });

  test("the numbers mean nothing on other errors: 13 is also the system's EACCES", () => {
    expect(isPanicError(shaped({ errno: 13, errcode: 13 }))).toBe(false);
    expect(isPanicError(shaped({ code: "EACCES", errno: -13 }))).toBe(false);
    expect(isPanicError(named("SQLiteError", { code: "SQLITE_BUSY", errno: 13 }))).toBe(false);
  });
});

describe("memory", () => {
  test.each([
    ["a string of 2^32", () => "x".repeat(2 ** 32)],
    ["a buffer of 2^40", () => new ArrayBuffer(2 ** 40)],
    ["a typed array of 2^40", () => new Uint8Array(2 ** 40)],
    ["an array of -1", () => new Array(-1)],
    ["a BigInt of 2^31 bits", () => 2n ** (2n ** 31n)],
  ])("one request too large is an ordinary error: %s", (_, run) => {
    const error = thrownBy(run);
    expect(error).toBeInstanceOf(RangeError);
    expect(isPanicError(error)).toBe(false);
  });

  test("endless recursion is an ordinary error", () => {
    const endless = (depth: number): number => endless(depth + 1) + 1;
    const error = thrownBy(() => endless(0));
    expect(error).toBeInstanceOf(RangeError);
    expect(isPanicError(error)).toBe(false);
  });

  test("the exhausted heap of a V8 child or a worker thread is a panic", () => {
    for (const message of [
      "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
      "Worker terminated due to reaching memory limit: JS heap out of memory\n",
    ]) {
      expect(panicCode(new Error(message))).toBe("ERR_WORKER_OUT_OF_MEMORY");
    }
    expect(panicCode(shaped({ code: "ERR_WORKER_OUT_OF_MEMORY" }))).toBe("ERR_WORKER_OUT_OF_MEMORY");
  });

  test("a text that only mentions memory is not", () => {
    for (const message of ["Out of memory", "heap out of memory is what I expected", "cheap out of memory", "out of memory"]) {
      expect(isPanicError(new Error(message))).toBe(false);
    }
  });
});

describe("PanicError", () => {
  test("is a panic by its name, with its own code or a general one", () => {
    expect(panicCode(named("PanicError"))).toBe("PANIC");
    expect(panicCode(named("PanicError", { code: "WORKER_DIED" }))).toBe("WORKER_DIED");
    expect(panicCode({ name: "PanicError" })).toBe("PANIC");
    expect(panicCode(under(named("PanicError"), 2))).toBe("PANIC");
  });

  test("is called by its cause where that is one", () => {
    const panic = Object.assign(new Error("disk", { cause: shaped({ code: "ENOSPC" }) }), { name: "PanicError", code: "PANIC" });
    expect(panicCode(panic)).toBe("ENOSPC");
  });

  test("no name like it counts", () => {
    for (const name of ["Panic", "panicerror", "MyPanicError", ""]) expect(isPanicError(named(name))).toBe(false);
  });
});

describe("causes", () => {
  test("the error and five causes are asked, no sixth", () => {
    const full = shaped({ code: "ENOSPC" });
    for (const depth of [0, 1, 2, 3, 4, 5]) expect(panicCode(under(full, depth))).toBe("ENOSPC");
    expect(panicCode(under(full, 6))).toBeUndefined();
  });

  test("the outermost of two codes is given", () => {
    expect(panicCode(Object.assign(new Error("outer", { cause: shaped({ code: "EIO" }) }), { code: "ENOSPC" }))).toBe("ENOSPC");
  });

  test("a cycle ends", () => {
    const self = new Error("self");
    self.cause = self;
    expect(isPanicError(self)).toBe(false);
    const [one, other] = [new Error("one"), shaped({ code: "EIO" })];
    one.cause = other;
    other.cause = one;
    expect(panicCode(one)).toBe("EIO");
  });
});

describe("hostile values", () => {
  test.each([
    [undefined],
    [null],
    [0],
    [137],
    ["ENOSPC"],
    [true],
    [1n],
    [Symbol("ENOSPC")],
    [() => "ENOSPC"],
    [[]],
    [{}],
    [Object.create(null)],
  ])("%p is no panic", (value) => {
    expect(isPanicError(value)).toBe(false);
    expect(panicCode(value)).toBeUndefined();
  });

  test("getters and proxies that throw are passed over", () => {
    const explode = (): never => {
      throw new Error("boom");
    };
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const traps = new Proxy(
      {},
      { get: explode, has: explode, getPrototypeOf: explode, ownKeys: explode, getOwnPropertyDescriptor: explode },
    );
    for (const value of [revoked.proxy, traps, Object.defineProperty({}, "code", { get: explode })]) {
      expect(isPanicError(value)).toBe(false);
      expect(isPanicError(new Error("outer", { cause: value }))).toBe(false);
    }
    const halfBroken = Object.defineProperty(shaped({ cause: { code: "EIO" } }), "code", { get: explode });
    expect(panicCode(halfBroken)).toBe("EIO");
  });

  test("an endless chain of fresh causes ends", () => {
    const endless: object = new Proxy({}, { get: (_, key) => (key === "cause" ? { cause: endless } : undefined) });
    expect(isPanicError(endless)).toBe(false);
  });

  test("a proxy that answers every question with itself is no panic", () => {
    const echo: object = new Proxy({}, { get: () => echo });
    expect(isPanicError(echo)).toBe(false);
  });

  test("nothing that fast-check can make throws, and both functions agree", () => {
    const keys = [
      "name",
      "message",
      "code",
      "errno",
      "errcode",
      "exitCode",
      "signal",
      "signalCode",
      "status",
      "pid",
      "cmd",
      "killed",
      "cause",
    ];
    const values = fc.oneof(fc.anything(), fc.constantFrom("ENOSPC", "ERR_SQLITE_ERROR", "SQLiteError", "SIGKILL", 137, 13, true, null));
    const lookalike = fc.dictionary(fc.constantFrom(...keys), values);
    fc.assert(
      fc.property(fc.oneof(fc.anything({ withNullPrototype: true }), lookalike), (value) => {
        expect(isPanicError(value)).toBe(panicCode(value) !== undefined);
      }),
      { numRuns: 2_000 },
    );
  });
});
