/** The reader of traces, on traces written by hand: what it takes, and that it leaves nothing out in silence. */
import { describe, expect, test } from "bun:test";
import { readTrace } from "./trace.ts";

const hex = (text: string): string => `"${[...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("")}"`;
const read = (...lines: readonly string[]) => readTrace(lines.join("\n"), { database: "/d/.wf.db", acknowledgements: "/d/acknowledged" });

const opened = (path: string, fd: number, flags = "O_RDWR|O_CREAT"): string => `10 openat(AT_FDCWD, ${hex(path)}, ${flags}, 0600) = ${fd}`;
const database = opened("/d/.wf.db", 5);
const created = { what: "create", name: ".wf.db", file: 1 } as const;

describe("what a trace says", () => {
  test("the changes to a file, between what was acknowledged", () =>
    expect(
      read(
        database,
        opened("/d/acknowledged", 6, "O_WRONLY|O_APPEND"),
        `10 pwrite64(5, ${hex("ab")}, 2, 4096) = 2`,
        "10 ftruncate(5, 100)                 = 0",
        "10 fdatasync(5) = 0",
        `10 write(6, ${hex("ack e1 3\n")}, 9) = 9`,
        `10 unlink(${hex("/d/.wf.db")}) = 0`,
      ),
    ).toEqual([
      created,
      { what: "write", file: 1, at: 4096, bytes: Buffer.from("ab") },
      { what: "truncate", file: 1, sizeBytes: 100 },
      { what: "sync", file: 1 },
      { what: "acknowledged", execution: "e1", of: "3" },
      { what: "unlink", name: ".wf.db" },
    ]));

  test("a flush of the folder is told from one of a file that had its number before", () =>
    expect(read(database, "10 close(5) = 0", opened("/d", 5, "O_RDONLY"), "10 fsync(5) = 0")).toEqual([created, { what: "sync folder" }]));

  test("a file made anew under its old name is another file", () =>
    expect(read(database, `10 unlink(${hex("/d/.wf.db")}) = 0`, opened("/d/.wf.db", 6), "10 fsync(6) = 0").slice(2)).toEqual([
      { ...created, file: 2 },
      { what: "sync", file: 2 },
    ]));

  test("a call that another thread interrupts counts when it returns", () =>
    expect(
      read(
        database,
        "10 fsync(5 <unfinished ...>",
        opened("/elsewhere", 9).replace("10", "11"),
        `11 write(9, ${hex("x")}, 1) = 1`,
        "10 <... fsync resumed>) = 0",
      ),
    ).toEqual([created, { what: "sync", file: 1 }]));

  test("a short write counts as far as it went, one that failed not at all", () =>
    expect(read(database, `10 pwrite64(5, ${hex("ab")}, 2, 0) = 1`, `10 pwrite64(5, ${hex("ab")}, 2, 0) = -1 ENOSPC (No space)`)).toEqual([
      created,
      { what: "write", file: 1, at: 0, bytes: Buffer.from("a") },
    ]));

  test("other files, looks at a path and the shared memory are none of its business", () =>
    expect(
      read(
        opened("/d/.wf.db-shm", 7),
        "10 ftruncate(7, 3) = 0",
        opened("/d/.wf.db", 8, "O_RDONLY|O_PATH"),
        `10 write(1, ${hex("hello")}, 5) = 5`,
        `10 unlink(${hex("/elsewhere")}) = 0`,
      ),
    ).toEqual([]));
});

describe("what it does not understand", () => {
  test.each([
    ["data that was cut off", `10 pwrite64(5, ${hex("ab")}..., 4096, 0) = 4096`],
    ["another way to write", `10 writev(5, [{iov_base=${hex("ab")}, iov_len=2}], 1) = 2`],
    ["another way to change a name", `10 rename(${hex("/d/.wf.db")}, ${hex("/d/other")}) = 0`],
    ["a link to a file", `10 linkat(AT_FDCWD, ${hex("/d/other")}, AT_FDCWD, ${hex("/d/.wf.db-wal")}, 0) = 0`],
    ["a file that is cut off as it is opened", opened("/d/.wf.db", 6, "O_RDWR|O_TRUNC")],
  ])("%s throws", (_, line) => expect(() => read(database, line)).toThrow(/cut off|does not know/));
});
