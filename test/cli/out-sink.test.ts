import { describe, expect, test } from "bun:test";
import { fileSink, type FileSinkOptions } from "../../src/cli/out-sink.ts";
import type { WriteBytes } from "../../src/model/write-all.ts";

const failing = (code: string): Error => Object.assign(new Error(code), { code });

const sinkWith = (write: WriteBytes, more: Partial<FileSinkOptions> = {}) => {
  let pauses = 0;
  const sink = fileSink({ fd: 1, isTerminal: false, columns: undefined, write, pause: () => pauses++, ...more });
  return { sink, pauses: () => pauses };
};

describe("writing", () => {
  test("goes on until everything is written, however little is taken at a time", () => {
    const taken: number[] = [];
    const { sink } = sinkWith((_, bytes, offset, length) => {
      const count = Math.min(3, length);
      taken.push(...bytes.slice(offset, offset + count));
      return count;
    });
    sink.write("zwölf Zeichen ✓");
    expect(new TextDecoder().decode(new Uint8Array(taken))).toBe("zwölf Zeichen ✓");
  });

  test("waits for a reader that is slow", () => {
    const outcomes: (string | undefined)[] = ["EAGAIN", "EAGAIN", "EINTR", undefined];
    const { sink, pauses } = sinkWith((_, _bytes, _offset, length) => {
      const code = outcomes.shift();
      if (code !== undefined) throw failing(code);
      return length;
    });
    sink.write("x");
    expect([outcomes.length, pauses()]).toEqual([0, 3]);
  });

  test("of nothing calls nothing", () => {
    const { sink } = sinkWith(() => {
      throw new Error("called");
    });
    expect(() => sink.write("")).not.toThrow();
  });
});

describe("a reader that has gone", () => {
  test("makes writing quiet, and is told once", () => {
    for (const code of ["EPIPE", "EIO", "EBADF"]) {
      let calls = 0;
      let closed = 0;
      const write = (): number => {
        calls++;
        throw failing(code);
      };
      const { sink } = sinkWith(write, { onClosed: () => closed++ });
      sink.write("a");
      sink.write("b");
      expect([calls, closed]).toEqual([1, 1]);
    }
  });
});

describe("any other error", () => {
  const full: WriteBytes = () => {
    throw failing("ENOSPC");
  };

  test("is thrown, since the result is lost", () => {
    expect(() => sinkWith(full).sink.write("a")).toThrow("ENOSPC");
  });

  test("is kept quiet on standard error, where there is nobody left to tell", () => {
    const { sink } = sinkWith(full, { neverThrows: true });
    expect(() => sink.write("a")).not.toThrow();
  });
});

test("the width is that of the terminal; 80 in a pipe, and where a terminal says 0 or nothing", () => {
  const columnsOf = (isTerminal: boolean, columns: number | undefined): number => fileSink({ fd: 1, isTerminal, columns }).columns;
  expect([columnsOf(true, 132), columnsOf(true, 0), columnsOf(true, undefined), columnsOf(false, 132)]).toEqual([132, 80, 80, 80]);
});

describe("the size of a terminal", () => {
  const sized = (size: FileSinkOptions["size"], isTerminal = true) =>
    sinkWith(() => 0, { isTerminal, columns: 100, ...(size === undefined ? {} : { size }) }).sink;

  test("is asked for at each look, since it is made larger and smaller", () => {
    let columns = 120;
    const sink = sized(() => [columns, 40]);
    expect([sink.columns, sink.rows]).toEqual([120, 40]);
    columns = 60;
    expect(sink.columns).toBe(60);
  });

  test("is 80 columns without a bound of rows where nobody knows, and in a pipe", () => {
    expect([sized(() => [0, 0]).columns, sized(() => [0, 0]).rows]).toEqual([80, Infinity]);
    expect([sized(() => undefined).columns, sized(() => undefined).rows]).toEqual([100, Infinity]);
    expect([sized(() => [120, 40], false).columns, sized(() => [120, 40], false).rows]).toEqual([80, Infinity]);
  });
});
