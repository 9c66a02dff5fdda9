/** Drawing in one place of a terminal: as many rows are taken back as were drawn. */
import { expect, test } from "bun:test";
import { createScreen } from "../../src/cli/screen.ts";

const opened = (columns: number, rows: number) => {
  const written: string[] = [];
  const size = { columns, rows };
  const screen = createScreen({
    size: () => size,
    print: (text) => written.push(text),
    move: (sequence) => written.push(JSON.stringify(sequence)),
  });
  return { screen, written, size };
};

/** Written together, where the terminal can. */
const back = (rows: number): string => `"\\u001b[?2026h\\u001b[${rows}A\\u001b[J"`;
const END = '"\\u001b[?2026l"';

test("a text is drawn in the place of the one before, whose lines are counted", () => {
  const { screen, written } = opened(80, 24);
  screen.draw("one\ntwo");
  screen.draw("three");
  screen.draw("four");
  expect(written).toEqual(["one\ntwo", back(2), "three", END, back(1), "four", END]);
});

test("a line that is wider than the terminal counts as the rows that it takes; one of its width as one", () => {
  const { screen, written } = opened(4, 24);
  screen.draw("12345\n1234\n\n日本語");
  screen.draw("");
  expect(written[1]).toBe(back(6));
});

test("what does not fit above the cursor's row is left out, since it could not be drawn over", () => {
  const { screen, written } = opened(80, 3);
  screen.draw("one\ntwo\nthree");
  screen.draw("x");
  expect(written).toEqual(["one\ntwo", back(2), "x", END]);
});

test("a terminal of another size is cleared whole, since it has broken the lines anew", () => {
  const { screen, written, size } = opened(80, 24);
  screen.draw("one");
  size.columns = 40;
  screen.draw("two");
  screen.draw("three");
  expect(written).toEqual(["one", '"\\u001b[?2026h\\u001b[H\\u001b[2J"', "two", END, back(1), "three", END]);
});
