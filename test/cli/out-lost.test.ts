import { expect, test } from "bun:test";
import { isLoss, tellingLoss } from "../../src/cli/out-lost.ts";
import type { Sink } from "../../src/cli/out-sink.ts";

const failingOnce = (): { readonly sink: Sink; readonly written: string[] } => {
  const written: string[] = [];
  let isFull = true;
  const write = (text: string): void => {
    if (isFull && text === "full") {
      isFull = false;
      throw new Error("ENOSPC: no space left on device, write");
    }
    written.push(text);
  };
  return { sink: { isTerminal: false, columns: 80, write }, written };
};

test("what cannot be written is an error of the catalogue that says why", () => {
  const sink = tellingLoss(failingOnce().sink);
  sink.write("fits");
  expect(() => sink.write("full")).toThrow("Standard output could not be written: ENOSPC: no space left on device, write");
});

test("nothing is written after a gap, though there is space again", () => {
  const { sink: full, written } = failingOnce();
  const sink = tellingLoss(full);
  const errors = ["before", "full", "after"].map((text) => {
    try {
      return void sink.write(text);
    } catch (error) {
      return error;
    }
  });
  expect(written).toEqual(["before"]);
  expect(errors.map(isLoss)).toEqual([false, true, true]);
});

test("the width is asked for at each look, as of the terminal itself", () => {
  let columns = 80;
  const sink = tellingLoss({
    isTerminal: true,
    get columns() {
      return columns;
    },
    write: () => {},
  });
  columns = 40;
  expect([sink.isTerminal, sink.columns, sink.rows]).toEqual([true, 40, Infinity]);
});
